/* Comforts on top of pages that work without them:
   1 what is typed is kept in this machine until the server has it   2 a word when the line is down
   3 single keys on pages that list them                              4 the phone menu closes itself
   5 how many are ticked; a whole group at a touch */
"use strict";

/* What this machine keeps, for every script; false and null where there is no room, or the browser refuses.
   Signing out on purpose leaves nothing of the person's behind but a mark. By it no page from before keeps anything more,
   in whichever tab, until the server has answered that person there again. A session that ran out leaves no mark. */
const inThisMachine = (() => {
  const prefix = `tidtam:${document.body.dataset.who || ""}:`;
  const OUT = `${prefix}out`;
  const recall = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  };
  const names = (beginning) => {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(beginning));
    } catch {
      return [];
    }
  };
  const put = (name, value) => {
    try {
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  };
  const mark = () => recall(OUT);
  let known = mark();
  const ended = () => mark() !== null && mark() !== known;
  const empty = () => names(prefix).forEach((name) => name === OUT || put(name, null));
  window.addEventListener("storage", (event) => {
    if (event.key === OUT && ended()) document.dispatchEvent(new Event("signed-out"));
  });
  return {
    recall,
    names,
    store: (name, value) => (value === null || !ended()) && put(name, value),
    mark,
    ended,
    /* The server answered this person after `seen` was the mark. */
    goOn: (seen) => {
      known = seen;
    },
    forget: () => {
      empty(); // makes room for the mark
      put(OUT, `${Date.now()} ${Math.random()}`);
      empty();
      window.indexedDB?.deleteDatabase(`tidtam ${document.body.dataset.who}`); // files_kept.js
    },
  };
})();

(() => {
  const { store, recall, names } = inThisMachine;
  const who = document.body.dataset.who || "";
  const prefix = `tidtam:${who}:`;

  /* ---------- 1 kept typing: <form data-keep="report 2026-10"> ---------- */
  const skip = (field) =>
    !field.name || field.disabled || ["hidden", "password", "file", "submit", "button"].includes(field.type);

  const read = (form) => {
    const values = {};
    for (const field of form.elements) {
      if (skip(field)) continue;
      const ticked = field.type === "checkbox" || field.type === "radio";
      if (ticked) values[`${field.name}\n${field.value}`] = field.checked;
      else values[field.name] = field.value;
    }
    return values;
  };

  const write = (form, values) => {
    for (const field of form.elements) {
      if (skip(field)) continue;
      const ticked = field.type === "checkbox" || field.type === "radio";
      const name = ticked ? `${field.name}\n${field.value}` : field.name;
      if (!(name in values)) continue;
      if (ticked) field.checked = values[name];
      else field.value = values[name];
    }
  };

  const differs = (form, values) => {
    const now = read(form);
    return Object.keys(values).some((name) => name in now && now[name] !== values[name]);
  };

  const say = (form, icon, words) => {
    const place = document.querySelector(form.dataset.keepStatus || "[data-keep-status]");
    if (!place) return;
    const mark = document.createElement("i");
    mark.className = `bi bi-${icon}`;
    mark.setAttribute("aria-hidden", "true");
    place.replaceChildren(mark, words);
  };

  const offer = (form, name, values) => {
    const note = document.createElement("div");
    note.className = "note note--warn";
    note.setAttribute("role", "status");
    const folded = form.closest("details");
    if (folded) folded.open = true;
    const body = document.createElement("div");
    const words = document.createElement("p");
    words.textContent = "มีสิ่งที่พิมพ์ค้างไว้ในเครื่องนี้และยังไม่ได้บันทึก";
    const ways = document.createElement("p");
    ways.className = "btns mt-2";
    const way = (label, style, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = `btn ${style}`;
      button.textContent = label;
      button.addEventListener("click", () => {
        act();
        note.remove();
        form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
      });
      return button;
    };
    ways.append(
      way("ใช้สิ่งที่พิมพ์ไว้", "btn-line", () => write(form, values)),
      way("ทิ้งสิ่งที่พิมพ์ไว้", "btn-quiet", () => store(name, null)),
    );
    body.append(words, ways);
    note.append(body);
    form.before(note);
  };

  /* Never to the browser's own page of no connection, where what was typed seems gone. */
  const reached = async () => {
    try {
      const mark = document.querySelector("link[rel=icon]").href;
      await fetch(mark, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(20000) });
      return true;
    } catch {
      return false;
    }
  };
  const sendWhenReached = (form) => {
    const note = document.createElement("p");
    note.className = "note note--warn mt-4";
    note.setAttribute("role", "alert");
    let asking = false;
    let sure = false;
    form.addEventListener("submit", async (event) => {
      if (sure) return;
      event.preventDefault();
      if (asking) return;
      asking = true;
      note.remove();
      sure = await reached();
      asking = false;
      if (sure) {
        form.requestSubmit(event.submitter);
        return;
      }
      note.textContent = "ยังไม่มีสัญญาณ ยังไม่ได้บันทึก สิ่งที่พิมพ์ยังอยู่ในหน้านี้ กดอีกครั้งเมื่อมีสัญญาณ";
      (event.submitter?.closest(".btns") ?? form).before(note);
      note.scrollIntoView({ block: "nearest" });
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) sure = false;
    });
  };

  const keep = (form) => {
    if (!who || form.dataset.kept) return;
    form.dataset.kept = "yes";
    const name = prefix + form.dataset.keep;
    const kept = recall(name);
    if (kept && differs(form, kept)) offer(form, name, kept);
    else store(name, null);
    let waiting = 0;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        if (store(name, read(form)) && !navigator.onLine) say(form, "cloud-slash", "เก็บไว้ในเครื่อง รอสัญญาณ");
      }, 400);
    });
    form.addEventListener("submit", () => {
      clearTimeout(waiting);
      store(name, read(form));
    });
    if (!form.dataset.probe && !form.hasAttribute("hx-post")) sendWhenReached(form);
  };

  const keepAll = (root) => {
    if (root.matches?.("form[data-keep]")) keep(root);
    root.querySelectorAll?.("form[data-keep]").forEach(keep);
  };
  keepAll(document);
  document.addEventListener("htmx:load", (event) => keepAll(event.target));

  const signedOut = (xhr) =>
    Boolean(xhr.responseURL) && new URL(xhr.responseURL).pathname === document.body.dataset.signIn;

  // Saved without a new page: the copy has done its work.
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form[data-keep]");
    if (form && event.detail.successful && !signedOut(event.detail.xhr) && event.detail.requestConfig?.verb === "post") {
      store(prefix + form.dataset.keep, null);
    }
  });

  const UNSAVED =
    "เครื่องนี้มีรายงานที่พิมพ์ค้างไว้หรือไฟล์ที่ยังไม่ได้แนบ ถ้าออกจากระบบตอนนี้ สิ่งที่ค้างไว้จะหายไป\n\n" +
    "กด “ยกเลิก” แล้วเปิดหน้ารายงานเพื่อบันทึกก่อน หรือกด “ตกลง” เพื่อออกโดยไม่เก็บไว้";
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-sign-out]")) return;
    // a month's copy stands only until the server has it
    if (names(`${prefix}month `).length && !window.confirm(UNSAVED)) event.preventDefault();
    else inThisMachine.forget();
  });

  /* ---------- 2 the line is down ---------- */
  let bar = null;
  const tell = (words) => {
    bar?.remove();
    bar = null;
    if (!words) return;
    bar = document.createElement("p");
    bar.className = "offline";
    bar.setAttribute("role", "status");
    bar.textContent = words;
    // a dock in sight carries the strip on top, else the strip would cover its buttons
    const dock = [...document.querySelectorAll(".dock")].find((each) => each.getClientRects().length);
    if (dock) dock.prepend(bar);
    else document.body.append(bar);
  };
  const DOWN = "ไม่มีสัญญาณ สิ่งที่พิมพ์ยังอยู่ในเครื่องนี้ บันทึกได้เมื่อสัญญาณกลับมา";
  window.addEventListener("offline", () => tell(DOWN));
  window.addEventListener("online", () => tell(""));
  document.addEventListener("htmx:sendError", () => tell(DOWN));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) tell("ระบบไม่พร้อมชั่วคราว สิ่งที่พิมพ์ยังอยู่ในหน้านี้ ลองใหม่อีกครั้ง");
    else tell("ทำรายการนี้ตอนนี้ไม่ได้ เปิดหน้านี้ใหม่เพื่อดูข้อมูลล่าสุด");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && !signedOut(event.detail.xhr)) tell("");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!signedOut(event.detail.xhr)) return;
    event.detail.shouldSwap = false;
    tell("หมดเวลาเข้าสู่ระบบ สิ่งที่พิมพ์ยังอยู่ในหน้านี้ เข้าสู่ระบบในแท็บใหม่แล้วบันทึกอีกครั้ง");
  });

  /* ---------- 3 keys: <a data-key="KeyJ">, <button data-key="Alt+ArrowDown"> ---------- */
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing || event.repeat) return;
    if (!event.altKey && event.target.closest("input, textarea, select, [contenteditable]")) return;
    const name = event.altKey ? `Alt+${event.code}` : event.code;
    const target = document.querySelector(`[data-key="${CSS.escape(name)}"]`);
    if (!target || (!event.altKey && document.body.hasAttribute("data-keys-off"))) return;
    event.preventDefault();
    if (target.matches("input, textarea, select")) target.focus();
    else target.click();
  });

  /* ---------- 4 the phone menu ---------- */
  const menu = document.querySelector("details.menu");
  document.addEventListener("click", (event) => {
    if (menu?.open && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu?.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  /* ---------- 5 <span data-count="p"> counts the ticked boxes of that name; <button data-tick="p"> ticks a group;
     <b data-memos="ฉบับ"> counts the [data-memo] with a flag ticked, [data-unsent] names those without ---------- */
  const boxes = (root, name) => [...root.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)];
  const count = () => {
    document.querySelectorAll("[data-count]").forEach((place) => {
      const n = boxes(document, place.dataset.count).filter((box) => box.checked).length;
      place.textContent = n ? ` (${n})` : "";
    });
  };
  const going = (memo) => boxes(memo, "flag").some((box) => box.checked);
  const nameUnsent = (section) => {
    for (const each of section.querySelectorAll("[data-unticked]")) each.hidden = going(document.getElementById(each.dataset.unticked));
    const left = section.querySelectorAll("li:not([hidden])").length;
    section.querySelector("[data-unsent-count]").textContent = left;
    section.hidden = !left;
  };
  const countMemos = () => {
    document.querySelectorAll("[data-unsent]").forEach(nameUnsent);
    document.querySelectorAll("[data-memos]").forEach((place) => {
      const memos = [...document.querySelectorAll("[data-memo]")].filter(going);
      place.textContent = `${memos.length} ${place.dataset.memos}`;
    });
  };
  const mine = (button) => boxes(button.closest(button.dataset.within || "form"), button.dataset.tick);
  const all = (button) => mine(button).every((box) => box.checked);
  const show = () => {
    count();
    countMemos();
    document.querySelectorAll("[data-tick]").forEach((button) => button.setAttribute("aria-pressed", all(button)));
  };
  document.querySelectorAll("[data-tick]").forEach((button) => {
    button.hidden = mine(button).length < 2;
    button.addEventListener("click", () => {
      const ticked = all(button);
      for (const box of mine(button)) box.checked = !ticked;
      show();
    });
  });
  document.addEventListener("change", show);
  document.addEventListener("reset", () => setTimeout(show));
  window.addEventListener("pageshow", show);
  show();
})();
