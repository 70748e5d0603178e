/* The officer's month: the draft saves itself, is kept in this machine until the server has it, and comes back.
   The page works without this file: บันทึกร่าง and ส่งรายงาน are plain buttons.
   <form data-month="2026-10" data-probe="/static/…" data-kept="nonce of the sending this page answers"> */
"use strict";

(() => {
  const who = document.body.dataset.who || "";
  const PAUSE = 4000; // after the last key
  const LEAVE = 1500; // after a field was left
  const PATIENCE = 20000; // for one answer
  const RETRY = [5000, 10000, 20000, 30000];

  /* ---------- the copy in this machine: {version, values, nonce} ---------- */
  const store = (name, value) => {
    try {
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(value));
      return true;
    } catch {
      return false; // no room, or storage refused by the browser
    }
  };
  const recall = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  };

  /* ---------- the page of both versions: a choice made there settles the copy ---------- */
  const settled = document.querySelector("[data-month-settles]");
  if (settled) {
    const drop = () => store(`tidtam:${who}:month ${settled.dataset.monthSettles}`, null);
    settled.querySelector("form")?.addEventListener("submit", drop);
    settled.querySelector("a[data-drop]")?.addEventListener("click", drop);
  }

  const form = document.querySelector("form[data-month]");
  if (!form || !who) return;
  const name = `tidtam:${who}:month ${form.dataset.month}`;
  const version = form.elements.version;
  const skip = (field) => !field.name || ["hidden", "file", "submit", "button"].includes(field.type);
  const ticked = (field) => field.type === "checkbox" || field.type === "radio";
  const slot = (field) => (ticked(field) ? `${field.name}\n${field.value}` : field.name);

  const read = () => {
    const values = {};
    for (const field of form.elements) if (!skip(field)) values[slot(field)] = ticked(field) ? field.checked : field.value;
    return values;
  };
  const write = (values) => {
    while (Object.keys(values).some((key) => /^u\d+-/.test(key) && !form.elements[key]) && addWork());
    for (const field of form.elements) {
      if (skip(field) || !(slot(field) in values)) continue;
      if (ticked(field)) field.checked = values[slot(field)];
      else field.value = values[slot(field)];
    }
  };
  const differs = (values) => {
    const now = read();
    return Object.keys(values).some((key) => (key in now ? now[key] !== values[key] : Boolean(values[key])));
  };

  /* ---------- words ---------- */
  const say = (icon, words) => {
    document.querySelectorAll("[data-keep-status]").forEach((place) => {
      const mark = document.createElement("i");
      mark.className = `bi bi-${icon}`;
      mark.setAttribute("aria-hidden", "true");
      const text = document.createElement("span");
      text.textContent = words;
      place.replaceChildren(mark, text);
    });
  };
  const KEPT_HERE = "เก็บไว้ในเครื่อง รอสัญญาณ";
  let shown = null;
  const note = (words, ways = []) => {
    shown?.remove();
    shown = null;
    if (!words) return;
    shown = document.createElement("div");
    shown.className = "note note--warn";
    shown.setAttribute("role", "alert");
    const body = document.createElement("div");
    const text = document.createElement("p");
    text.textContent = words;
    const buttons = document.createElement("p");
    buttons.className = "btns mt-2";
    for (const [label, act] of ways) {
      const button = document.createElement(typeof act === "string" ? "a" : "button");
      button.className = "btn btn-line";
      button.textContent = label;
      if (typeof act === "string") {
        button.href = act;
        button.target = "_blank";
        button.rel = "noopener";
      } else {
        button.type = "button";
        button.addEventListener("click", act);
      }
      buttons.append(button);
    }
    body.append(text, buttons);
    shown.append(body);
    form.before(shown);
    shown.scrollIntoView({ block: "nearest" });
  };

  /* ---------- one more work outside the plan ---------- */
  const works = form.querySelector("[data-works]");
  const MOST_WORKS = 20;
  const addWork = () => {
    const rows = works?.querySelectorAll(".work") ?? [];
    if (!rows.length || rows.length >= MOST_WORKS) return false;
    const next = rows[rows.length - 1].cloneNode(true);
    const n = rows.length;
    next.querySelectorAll("[id], [for], [name]").forEach((each) => {
      for (const attribute of ["id", "for", "name"]) {
        const value = each.getAttribute(attribute);
        if (value) each.setAttribute(attribute, value.replace(/^u\d+-/, `u${n}-`));
      }
      if (each.matches("input, textarea")) each.value = "";
    });
    next.querySelectorAll(".field-error").forEach((each) => each.remove());
    next.setAttribute("aria-labelledby", `u${n}-head`);
    next.querySelector("h3").textContent = `งานนอกแผน ลำดับที่ ${n + 1}`;
    works.append(next);
    return true;
  };
  const oneMoreWork = () => {
    const last = works?.querySelector(".work:last-child");
    if (last && [...last.querySelectorAll("input, textarea")].some((each) => each.value.trim())) addWork();
  };

  /* ---------- keeping ---------- */
  let touched = 0; // counts what was typed since the page came
  let saving = null;
  let stopped = false; // someone else saved, or the month is shut: nothing is sent until the person chose
  let failures = 0;
  let timer = 0;
  let leaving = false;

  const keepHere = (nonce = "") => store(name, { version: version.value, values: read(), nonce });
  const later = (wait) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, wait);
  };

  /* What the server now says of the lines: swapped in, it equals a reload. Fields being typed in stay. */
  const swap = (page) => {
    form.querySelectorAll("[data-live]").forEach((old) => {
      const fresh = page.getElementById(old.id);
      if (!fresh || fresh.innerHTML === old.innerHTML) return;
      const ticks = [...old.querySelectorAll("input:checked")].map((each) => [each.name, each.value]);
      const focus = old.contains(document.activeElement) ? document.activeElement.id : "";
      old.replaceChildren(...fresh.childNodes);
      for (const [field, value] of ticks) {
        const again = old.querySelector(`input[name="${CSS.escape(field)}"][value="${CSS.escape(value)}"]`);
        if (again) again.checked = true;
      }
      if (focus) document.getElementById(focus)?.focus();
    });
    form.querySelectorAll("[data-live-class]").forEach((old) => {
      const fresh = page.getElementById(old.id);
      if (fresh) old.className = fresh.className;
    });
    page.querySelectorAll("form[data-month] details[id][open]").forEach((fresh) => {
      const old = document.getElementById(fresh.id);
      if (old && !old.open) old.open = true;
    });
    const dock = document.getElementById("dock-live");
    const other = page.getElementById("dock-live");
    if (dock && other) dock.replaceChildren(...other.childNodes);
  };

  const signedOut = (answer) => answer.redirected && new URL(answer.url).pathname === document.body.dataset.signIn;
  const freshToken = async () => {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(PATIENCE) });
    if (signedOut(answer)) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("form[data-month] input[name=csrfmiddlewaretoken]");
    if (token) form.elements.csrfmiddlewaretoken.value = token.value;
    return Boolean(token);
  };
  const post = () => {
    const body = new URLSearchParams();
    for (const [key, value] of new FormData(form)) if (typeof value === "string") body.append(key, value);
    const headers = { "X-Autosave": "1" };
    return fetch(form.action, { method: "POST", body, headers, signal: AbortSignal.timeout(PATIENCE) });
  };

  const choose = (button = null) => {
    leaving = true;
    keepHere();
    if (button) button.click();
    else HTMLFormElement.prototype.submit.call(form);
  };
  const EXPIRED = "หมดเวลาเข้าสู่ระบบ สิ่งที่พิมพ์เก็บไว้ในเครื่องนี้แล้ว เข้าสู่ระบบแล้วกลับมาหน้านี้";

  const taken = async (answer, before) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.status === 409) {
      stopped = true;
      say("exclamation-triangle-fill", "ยังไม่ได้บันทึก");
      note(page.querySelector("main h1, h1")?.textContent || "บันทึกไม่ได้", [["ดูทั้งสองฉบับ", () => choose()]]);
      return;
    }
    const fresh = page.querySelector("form[data-month] input[name=version]");
    if (!fresh) {
      // the month was shut in the meantime: the server says why, what was typed stays here
      stopped = true;
      say("exclamation-triangle-fill", "ยังไม่ได้บันทึก");
      note("รายงานเดือนนี้ปิดรับแก้ไขแล้ว สิ่งที่พิมพ์ยังอยู่ในหน้านี้", [["ดูรายละเอียด", () => choose()]]);
      return;
    }
    version.value = fresh.value;
    swap(page);
    failures = 0;
    note("");
    const wrong = page.querySelectorAll("form[data-month] .field-error").length;
    if (answer.status === 422) say("exclamation-triangle-fill", `บันทึกแล้ว ยกเว้น ${wrong} ช่องที่ต้องแก้`);
    else {
      const words = page.querySelector("[data-keep-status]")?.textContent.trim();
      if (words) say("cloud-check", words);
    }
    if (touched === before && answer.status !== 422) store(name, null);
    else keepHere();
    if (touched !== before) later(LEAVE);
  };

  const attempt = async () => {
    const before = touched;
    say("arrow-repeat", "กำลังบันทึก");
    try {
      let answer = await post();
      if (answer.status === 403 && (await freshToken())) answer = await post();
      if (signedOut(answer) || answer.status === 403) {
        say("cloud-slash", "เก็บไว้ในเครื่อง");
        note(EXPIRED, [["เข้าสู่ระบบ", document.body.dataset.signIn]]);
        failures += 1;
        later(RETRY[RETRY.length - 1]);
      } else if (answer.ok || answer.status === 409 || answer.status === 422) await taken(answer, before);
      else throw new Error(String(answer.status));
    } catch {
      // no line, no answer in time, or the server is down: the copy here holds it, and it is tried again
      say("cloud-slash", KEPT_HERE);
      later(RETRY[Math.min(failures, RETRY.length - 1)]);
      failures += 1;
    }
  };
  const save = () => {
    if (saving || stopped || leaving) return saving;
    saving = attempt().finally(() => {
      saving = null;
    });
    return saving;
  };

  /* ---------- typing ---------- */
  form.addEventListener("input", (event) => {
    if (skip(event.target)) return;
    touched += 1;
    if (works?.contains(event.target)) oneMoreWork();
    if (!keepHere() && !navigator.onLine) say("exclamation-triangle-fill", "เครื่องนี้เก็บไว้ไม่ได้ อย่าเพิ่งปิดหน้านี้");
    else if (!navigator.onLine) say("cloud-slash", KEPT_HERE);
    later(PAUSE);
  });
  form.addEventListener("change", (event) => {
    if (!skip(event.target) && touched) later(LEAVE);
  });
  window.addEventListener("online", () => touched && later(0));
  window.addEventListener("offline", () => touched && say("cloud-slash", KEPT_HERE));

  /* ---------- the buttons: never to the browser's own page of no connection ---------- */
  let sure = false;
  form.addEventListener("submit", async (event) => {
    if (sure) return;
    event.preventDefault();
    const button = event.submitter;
    clearTimeout(timer);
    say("arrow-repeat", "กำลังส่ง");
    if (saving) await saving;
    if (stopped) return choose(null);
    try {
      await fetch(form.dataset.probe, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    } catch {
      keepHere();
      say("cloud-slash", KEPT_HERE);
      note("ยังไม่มีสัญญาณ รายงานยังไม่ได้ส่ง สิ่งที่พิมพ์เก็บไว้ในเครื่องนี้แล้ว กดอีกครั้งเมื่อมีสัญญาณ");
      if (touched) later(RETRY[0]);
      return;
    }
    const nonce = Math.random().toString(36).slice(2, 12);
    form.elements.nonce.value = nonce;
    keepHere(nonce);
    leaving = sure = true;
    form.requestSubmit(button);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = sure = false;
  });

  /* ---------- coming back ---------- */
  const copy = recall(name);
  const kept = form.dataset.kept;
  if (kept) history.replaceState(null, "", location.pathname);
  if (copy && kept && copy.nonce === kept) store(name, null);
  else if (copy && differs(copy.values)) {
    if (copy.version === version.value) {
      write(copy.values);
      touched += 1;
      say("cloud-slash", "นำสิ่งที่พิมพ์ค้างไว้ในเครื่องนี้กลับมาแล้ว");
      later(LEAVE);
    } else {
      note("มีสิ่งที่พิมพ์ค้างไว้ในเครื่องนี้ แต่รายงานถูกบันทึกจากที่อื่นหลังจากนั้น", [
        [
          "ดูทั้งสองฉบับ",
          () => {
            write(copy.values);
            version.value = copy.version;
            choose();
          },
        ],
        [
          "ทิ้งสิ่งที่พิมพ์ค้างไว้",
          () => {
            store(name, null);
            note("");
          },
        ],
      ]);
    }
  } else if (copy) store(name, null);
  oneMoreWork();
})();
