/* Evidence of a line: a chosen file goes up at once, a large photograph is made smaller on the device first.
   The page works without this file: files and links are fields of the month's own form. Needs kept.js, files_kept.js and upload.js before it.
   <form data-month data-evidence-url="…/evidence/"> … <details data-evidence="l12"> with [data-evidence-list] */
"use strict";

(() => {
  const form = document.querySelector("form[data-evidence-url]");
  if (!form) return;
  const { signedOut, pageOf, freshToken } = keptMonth;
  const { reducible, smaller, upload } = goingUp;
  const RETRY = [15000, 30000, 60000, 120000]; // after a file didn't go
  const MEGABYTE = 1024 * 1024;
  const SPENT = 15 * MEGABYTE; // what one file may use up in vain before it goes no more by itself
  const SPOKEN = 20000; // between two words on how far a file is
  const limits = JSON.parse(form.dataset.evidenceLimits);
  const megabytes = (size) => `${(size / MEGABYTE).toFixed(1)} MB`;
  const waiting = new Set(); // entries on their way
  const failed = new Set(); // entries that can be tried again
  const refused = new Set(); // entries whose word stands
  let failures = 0; // one after the other
  let timer = 0;
  let chain = Promise.resolve(); // one at a time: a telephone holds one large picture in memory, not ten

  /* ---------- one entry of the list "on its way" ---------- */
  const placeOf = (part) => {
    let place = part.querySelector(".evidence-way");
    if (!place) {
      place = document.createElement("ul");
      place.className = "files evidence-way";
      const told = document.createElement("div");
      told.setAttribute("role", "status");
      told.append(place);
      part.querySelector("[data-evidence-list]").after(told);
    }
    return place;
  };
  const month = form.dataset.month;
  const entryOf = (part, name) => {
    const row = document.createElement("li");
    const mark = document.createElement("span");
    mark.className = "thumb";
    const words = document.createElement("span");
    const title = document.createElement("span");
    title.textContent = name;
    const state = document.createElement("small");
    words.append(title, state);
    row.append(mark, words);
    placeOf(part).append(row);
    const entry = { part, row, name, reduced: "", key: null, spent: 0 };
    entry.kept = () => {
      if (inThisMachine.ended()) entry.key = null; // it went with the rest
      return Boolean(entry.key);
    };
    entry.say = (icon, text, ...more) => {
      const picture = document.createElement("i");
      picture.className = `bi bi-${icon}`;
      picture.setAttribute("aria-hidden", "true");
      mark.replaceChildren(picture);
      state.replaceChildren([entry.reduced, text].filter(Boolean).join(" · "), ...more);
    };
    entry.ways = (ways) => {
      row.querySelectorAll("button").forEach((each) => each.remove());
      for (const [label, act] of ways) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-quiet";
        button.textContent = label;
        button.addEventListener("click", act);
        row.append(button);
      }
    };
    entry.leave = () => {
      keptFiles.drop(entry.key);
      waiting.delete(entry);
      failed.delete(entry);
      refused.delete(entry);
      const left = row.contains(document.activeElement);
      row.remove();
      if (left) part.querySelector("summary").focus();
      tally();
    };
    return entry;
  };

  /* ---------- how many are not attached yet, beside the word that the draft is saved ---------- */
  const tallies = ["dock-live", "side-live"].map((id) => {
    const place = document.createElement("p");
    place.className = "files-left";
    place.setAttribute("role", "status");
    document.getElementById(id)?.before(place);
    return place;
  });
  const show = (entry) => {
    entry.part.open = true;
    entry.row.scrollIntoView({ block: "center" });
    entry.row.querySelector("button")?.focus({ preventScroll: true });
  };
  const tally = () => {
    const [stuck] = failed;
    const words = stuck ? `ยังไม่ได้แนบ ${failed.size} ไฟล์` : waiting.size ? `กำลังส่ง ${waiting.size} ไฟล์` : "";
    for (const place of tallies) {
      if (place.dataset.words === words) continue;
      place.dataset.words = words;
      place.replaceChildren(words);
      if (!stuck) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-quiet";
      button.textContent = "ดูไฟล์";
      button.addEventListener("click", () => failed.size && show([...failed][0]));
      place.append(button);
    }
  };

  /* ---------- to the server ---------- */
  const post = (part, fields, moved) => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append("part", part.dataset.evidence);
    for (const field of fields) body.append(...field);
    return upload(form.dataset.evidenceUrl, body, moved);
  };
  const EXPIRED = "หมดเวลาเข้าสู่ระบบ เข้าสู่ระบบในแท็บใหม่แล้วลองอีกครั้ง";
  const LOST = "ส่งไม่ได้ในตอนนี้ ลองอีกครั้งเมื่อมีสัญญาณ";
  const HELD = "ส่งไม่ได้ในตอนนี้ จะส่งเองเมื่อมีสัญญาณ";
  const WHY = { still: "สัญญาณขาดช่วง ส่งไม่สำเร็จ", cut: "การเชื่อมต่อขาด ส่งไม่สำเร็จ", server: "ระบบยังรับไฟล์ไม่ได้" };
  const AGAIN = "จะส่งใหม่ทั้งไฟล์เองในอีกสักครู่";
  const NO_MORE = "จะไม่ส่งเองอีกเพื่อไม่ให้เปลืองอินเทอร์เน็ต กด “ลองอีกครั้ง” เมื่อสัญญาณดี";
  const GONE = "งานของไฟล์นี้ไม่อยู่ในแผนของคุณเดือนนี้แล้ว จึงไม่ได้แนบ";

  /* "" when the server took it, else a word; `final` when it is the server's own: trying again won't help. */
  const send = async (part, fields, moved = () => {}) => {
    try {
      let answer = await post(part, fields, moved);
      if (answer.status === 403 && (await freshToken(form))) answer = await post(part, fields, moved);
      if (answer.status === 403 || signedOut(answer)) return { fault: EXPIRED };
      if (!answer.ok && answer.status !== 422) return { fault: LOST, why: "server" };
      const page = await pageOf(answer);
      const list = part.querySelector("[data-evidence-list]");
      list.replaceChildren(...page.body.childNodes);
      const count = list.querySelectorAll(".files > li").length;
      part.querySelector("[data-evidence-count]").textContent = count ? `(${count})` : "";
      // the word goes to the entry it is about: the next answer would sweep it off the list
      const words = [...list.querySelectorAll(".field-error")].map((each) => {
        each.remove();
        return each.querySelector("[data-words]").dataset.words;
      });
      form.dispatchEvent(new Event("evidence"));
      return { fault: words.join(" "), final: true };
    } catch (why) {
      return { fault: LOST, why: why === "still" ? why : "cut" };
    }
  };
  const byItself = (entry) => entry.spent < SPENT;
  const fate = (entry, fault, why) => {
    if (!why) return fault;
    if (!byItself(entry)) return `${WHY[why]} ${NO_MORE}`;
    return navigator.onLine ? `${WHY[why]} ${AGAIN}` : HELD;
  };

  /* ---------- what the server would refuse doesn't set out ---------- */
  const pieces = (place) => place.querySelectorAll("[data-evidence-list] > .files > li").length;
  const beyond = (part, size) => {
    if (size > limits.bytes) return limits.too_large;
    if (pieces(part) >= limits.line) return limits.line_full;
    return pieces(form) >= limits.month ? limits.month_full : "";
  };

  /* A word that stays until it is put away. */
  const tell = (entry, icon, fault) => {
    entry.row.classList.add("refused");
    refused.add(entry);
    entry.say(icon, fault);
    entry.ways([["ปิดข้อความ", () => entry.leave()]]);
  };

  const clear = (part) => {
    for (const each of [...refused]) if (each.part === part && !each.key) each.leave();
  };
  /* Seen at every step, spoken now and then: the list is a live region. */
  const progress = (entry) => {
    const seen = document.createElement("span");
    seen.setAttribute("aria-hidden", "true");
    const spoken = document.createElement("span");
    spoken.className = "visually-hidden";
    let last = 0;
    let at = Date.now();
    entry.say("arrow-repeat", "กำลังส่ง", seen, spoken);
    return (gone, all) => {
      entry.spent += gone - (gone < last ? 0 : last); // from the start once more: after a new token
      last = gone;
      if (gone >= all) {
        entry.say("arrow-repeat", "ส่งครบแล้ว รอระบบรับ");
        return;
      }
      if (!seen.isConnected) entry.say("arrow-repeat", "กำลังส่ง", seen, spoken);
      seen.textContent = ` ${Math.floor((100 * gone) / all)} %`;
      if (Date.now() - at < SPOKEN) return;
      at = Date.now();
      spoken.textContent = seen.textContent;
    };
  };

  const attempt = async (entry, file) => {
    entry.ways([]);
    let content = file;
    let name = file.name;
    entry.say("arrow-repeat", "กำลังเตรียม");
    try {
      const made = await smaller(file);
      if (made) {
        content = made;
        name = file.name.replace(/\.[^.]*$/, "") + ".jpg";
        entry.reduced = `ย่อรูปจาก ${megabytes(file.size)} เหลือ ${megabytes(made.size)}`;
      }
    } catch {
      // this browser can't open the picture: it goes as it is, and the server says what it thinks of it
    }
    const no = beyond(entry.part, content.size);
    const field = [`${entry.part.dataset.evidence}-files`, content, name];
    const { fault, final, why } = no ? { fault: no, final: true } : await send(entry.part, [field], progress(entry));
    waiting.delete(entry);
    failures = fault && !final ? failures + 1 : 0;
    if (!fault || final) {
      keptFiles.drop(entry.key);
      entry.key = null;
    }
    if (fault && final) tell(entry, "x-octagon-fill", fault);
    else if (fault) {
      failed.add(entry);
      const words = fate(entry, fault, why);
      entry.stands = () => entry.say("cloud-slash", `${words} ${entry.kept() ? "เก็บไว้ในเครื่องนี้แล้ว" : "อย่าเพิ่งปิดหน้านี้"}`);
      entry.stands();
      entry.ways([
        ["ลองอีกครั้ง", entry.again],
        ["ไม่แนบไฟล์นี้", () => entry.leave()],
      ]);
    } else {
      document.getElementById("told").textContent = [`แนบ ${name} แล้ว`, entry.reduced].filter(Boolean).join(" ");
      entry.leave();
    }
    tally();
    if ([...failed].some(byItself)) later();
  };
  const start = (entry, file) => {
    failed.delete(entry);
    waiting.add(entry);
    entry.again = () => start(entry, file);
    entry.say("hourglass-split", "รอส่ง");
    tally();
    chain = chain.then(() => attempt(entry, file));
  };
  let keeping = Promise.resolve();
  const begin = (part, file) => {
    const entry = entryOf(part, file.name);
    const no = beyond(part, reducible(file) ? 0 : file.size);
    if (no) {
      tell(entry, "x-octagon-fill", no);
      return;
    }
    waiting.add(entry); // it may not be left behind while it is being kept either
    const kept = keptFiles.keep(month, part.dataset.evidence, file);
    const held = async () => {
      entry.key = await kept;
      start(entry, file);
    };
    keeping = Promise.all([keeping, held()]);
  };
  /* What a page that was left didn't get rid of. */
  const goOn = async () => {
    for (const { id, part: key, name, file } of await keptFiles.of(month)) {
      const part = form.querySelector(`[data-evidence="${CSS.escape(key)}"]`);
      const entry = entryOf(part ?? form.querySelector("[data-evidence]"), name);
      entry.part.open = true;
      entry.key = id;
      if (part) start(entry, new File([file], name, { type: file.type }));
      else tell(entry, "x-octagon-fill", GONE);
    }
  };
  goOn();

  /* ---------- again by itself: when the signal or the person comes back, else after a while ---------- */
  const again = () => {
    clearTimeout(timer);
    if (navigator.onLine) for (const entry of [...failed].filter(byItself)) entry.again();
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(again, RETRY[Math.min(failures, RETRY.length) - 1] ?? RETRY[0]);
  };
  window.addEventListener("online", again);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && again());
  document.addEventListener("signed-out", () => {
    for (const entry of waiting) entry.kept();
    for (const entry of failed) entry.stands();
  });

  form.addEventListener("change", (event) => {
    const part = event.target.closest("[data-evidence]");
    if (part && event.target.type === "url" && /^https?:\/\//.test(event.target.value.trim())) link(part);
    if (!part || event.target.type !== "file") return;
    const files = [...event.target.files];
    event.target.value = ""; // else the form would send them a second time
    clear(part);
    for (const file of files) begin(part, file);
  });

  /* ---------- links, and taking away: the same buttons, without leaving the page ---------- */
  const link = async (part) => {
    const field = part.querySelector("input[type=url]");
    const typed = field.value.trim();
    if (!typed || field.disabled) return;
    field.disabled = true;
    clear(part);
    const { fault, final } = await send(part, [[field.name, typed]]);
    field.disabled = false;
    if (fault) tell(entryOf(part, typed), final ? "x-octagon-fill" : "cloud-slash", fault);
    else field.value = "";
  };
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-evidence] button[type=submit]");
    if (!button) return;
    event.preventDefault();
    const part = button.closest("[data-evidence]");
    if (button.name !== "evidence-out") {
      link(part);
      return;
    }
    button.disabled = true;
    const name = button.closest("li").querySelector("a").textContent.trim();
    send(part, [[button.name, button.value]]).then(({ fault, final }) => {
      button.disabled = false;
      if (fault) tell(entryOf(part, "ยังเอาออกไม่ได้"), final ? "x-octagon-fill" : "cloud-slash", fault);
      else {
        // the button is gone: to what is left of the list, and who can't see it is told
        part.querySelector("summary").focus();
        document.getElementById("told").textContent = `เอา ${name} ออกแล้ว`;
      }
    });
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.type !== "url" || !event.target.closest("[data-evidence]")) return;
    event.preventDefault();
    link(event.target.closest("[data-evidence]"));
  });

  /* ---------- nothing on its way is left behind ---------- */
  form.addEventListener(
    "submit",
    (event) => {
      const stuck = [...failed][0];
      if (!waiting.size && !stuck) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const button = event.submitter;
      if (waiting.size) {
        const held = keeping.then(() => chain);
        document.querySelectorAll("[data-keep-status]").forEach((place) => {
          place.textContent = "รอส่งไฟล์ให้เสร็จก่อน";
        });
        held.then(() => form.requestSubmit(button));
        return;
      }
      stuck.say("cloud-slash", "ยังไม่ได้แนบไฟล์นี้ ลองอีกครั้ง หรือเลือกไม่แนบ แล้วกดส่งใหม่");
      show(stuck);
    },
    true,
  );
  let sure = false; // asked already
  const unkept = () => [...waiting, ...failed].filter((entry) => !entry.kept());
  window.addEventListener("beforeunload", (event) => {
    if (!sure && unkept().length) event.preventDefault();
  });
  // not every telephone asks at beforeunload: a link asks by itself
  document.addEventListener("click", (event) => {
    const way = event.target.closest?.("a[href]");
    const stays = !way || way.target || way.getAttribute("href").startsWith("#") || event.ctrlKey || event.metaKey || event.shiftKey;
    const names = unkept().map((entry) => entry.name).join(", ");
    if (stays || !names) return;
    const words = `ยังไม่ได้แนบ ${names} ถ้าออกจากหน้านี้ต้องเลือกไฟล์ใหม่\n\nกด “ยกเลิก” เพื่ออยู่หน้านี้ หรือ “ตกลง” เพื่อออก`;
    sure = window.confirm(words);
    if (!sure) event.preventDefault();
    setTimeout(() => {
      sure = false; // it led to a file, not away
    }, 3000);
  });
})();
