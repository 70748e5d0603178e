/* Files that wait to go up are kept in this machine until the server has them, for each person and month.
   Stands before evidence.js, which sends them. On a month that is shut it says which never went.
   <form data-month-shut="2026-10"> */
"use strict";

const keptFiles = (() => {
  const who = document.body.dataset.who || "";
  const { store } = inThisMachine;
  const MOST = 20;
  const LARGEST = 25 * 1024 * 1024;
  const ROOM = 100 * 1024 * 1024; // for all of them

  const open = () =>
    new Promise((done, fail) => {
      if (inThisMachine.ended()) throw new Error("signed out");
      const asked = indexedDB.open(`tidtam ${who}`, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "id" });
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
  const run = async (mode, act) => {
    const base = await open();
    try {
      return await new Promise((done, fail) => {
        const deed = base.transaction("files", mode);
        const asked = act(deed.objectStore("files"));
        deed.oncomplete = () => done(asked.result);
        deed.onabort = () => fail(deed.error);
      });
    } finally {
      base.close();
    }
  };
  const all = () => run("readonly", (files) => files.getAll());
  /* app.js asks before it signs out while something of a month waits. */
  const count = async () => {
    const months = new Map();
    for (const each of await all()) months.set(each.month, (months.get(each.month) ?? 0) + 1);
    inThisMachine.names(`tidtam:${who}:month files `).forEach((name) => store(name, null));
    months.forEach((n, month) => store(`tidtam:${who}:month files ${month}`, n));
  };

  /* The key it is kept under; null when it can't be: it then lives as long as the page. */
  const keep = async (month, part, file) => {
    try {
      const kept = await all();
      const full = kept.length >= MOST || kept.reduce((sum, each) => sum + each.file.size, file.size) > ROOM;
      if (full || file.size > LARGEST) return null;
      const id = crypto.randomUUID?.() ?? `${Date.now()} ${Math.random()}`;
      await run("readwrite", (files) => files.put({ id, month, part, name: file.name, file, at: Date.now() }));
      await count();
      return id;
    } catch {
      return null; // refused by the browser, no room, or signed out
    }
  };
  const drop = async (id) => {
    if (!id) return;
    try {
      await run("readwrite", (files) => files.delete(id));
      await count();
    } catch {
      return; // it would go up once more, and the server knows it
    }
  };
  /* Oldest first. */
  const of = async (month) => {
    try {
      return (await all()).filter((each) => each.month === month).sort((one, other) => one.at - other.at);
    } catch {
      return [];
    }
  };

  /* ---------- a month that is shut ---------- */
  const tell = async (shut) => {
    const left = await of(shut.dataset.monthShut);
    if (!left.length) return;
    const told = document.createElement("div");
    told.className = "note note--warn";
    told.setAttribute("role", "status");
    const body = document.createElement("div");
    const words = document.createElement("p");
    words.textContent = `เครื่องนี้มีไฟล์ที่ยังไม่ได้แนบก่อนเดือนนี้ปิดรับแก้ไข: ${left.map((each) => each.name).join(", ")}`;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-line mt-2";
    button.textContent = "เอาไฟล์ออกจากเครื่องนี้";
    button.addEventListener("click", async () => {
      for (const each of left) await drop(each.id);
      told.remove();
    });
    body.append(words, button);
    told.append(body);
    shut.before(told);
  };
  const shut = document.querySelector("form[data-month-shut]");
  if (shut && who) tell(shut);

  return { keep, drop, of };
})();
