/* The officer's month: the draft saves itself, is kept in this machine until the server has it, and comes back.
   The page works without this file: บันทึกร่าง and ส่งรายงาน are plain buttons. Needs kept.js and the other month_*.js before it.
   <form data-month="2026-10" data-probe="/static/…" data-kept="nonce of the sending this page answers"> */
"use strict";

(() => {
  const { who, copies, spares, freshNonce, note, holdBack } = keptMonth;
  const { reached, signedOut, pageOf, fetchNow, freshToken, newerThan } = keptMonth;
  const PAUSE = 4000; // after the last key
  const LEAVE = 1500; // after a field was left
  const RETRY = [5000, 10000, 20000, 30000];
  const LOOK = 12000; // for what other tabs left behind

  const form = document.querySelector("form[data-month]");
  if (!form || !who) return;
  const { skip, read, write, differs, filled, follow, oneMoreWork, adopt } = fieldsOfMonth(form);
  const { bodyNow, bodyOf, post, mayHaveArrived, setUnanswered, unanswered, adopted } = sentOfMonth(form);
  const said = saidMonth(form, filled);
  const { say, tell, sends, steady, mark, remarks, swap } = said;
  const own = copies(form.dataset.month);
  const saveTo = form.action;
  const aside = spares(form.dataset.month);
  const { version, "made-from": madeFrom } = form.elements;

  /* ---------- keeping ---------- */
  let touched = 0; // counts what was typed since the page came
  let safe = 0; // of these the server has
  let saving = null;
  let stopped = false; // someone else saved, or the month is shut: nothing is sent until the person chose
  let failures = 0;
  let timer = 0;
  let leaving = false;
  let signedOff = false; // the last saving led to the sign-in
  let merged = ""; // what came from elsewhere, in words
  let waits = ""; // a submission that could not go: in words what is to be done
  let held = false; // the last keeping found room
  const keepHere = (nonce = "") => {
    const copy = { version: version.value, madeFrom: madeFrom.value, values: read(), nonce };
    held = own.keep({ ...copy, unanswered: unanswered() }) || own.keep(copy);
    return held;
  };
  const holdHere = () => {
    said.sayHere(keepHere());
    return held;
  };
  const later = (wait) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, wait);
  };

  /* What a form was made from goes with its version. A copy of before this was kept doesn't say it. */
  const standOn = (no, prints) => {
    version.value = no;
    madeFrom.value = prints ?? "";
    madeFrom.disabled = prints === undefined;
  };
  /* The page answers a saving of `sent`: true when it is the month's form. */
  const settled = (page, sent) => {
    const fresh = page.querySelector("form[data-month]");
    if (!fresh) return false;
    standOn(fresh.elements.version.value, fresh.elements["made-from"].value);
    if (fresh.dataset.merged) {
      adopt(fresh, sent);
      merged = fresh.dataset.merged;
    }
    return true;
  };

  /* To the page of both versions; pressed to send, what is chosen there is sent. False when there is no line. */
  const choose = async (button) => {
    if (!(await reached(form.dataset.probe))) {
      noLine(button);
      return false;
    }
    leaving = true;
    const nonce = freshNonce();
    form.elements.nonce.value = nonce;
    const kept = keepHere(nonce);
    form.action = sends(button) ? button.formAction : saveTo;
    HTMLFormElement.prototype.submit.call(form);
    return kept;
  };
  const expired = (button) => {
    signedOff = true;
    failures += 1;
    later(RETRY[RETRY.length - 1]);
    said.sayExpired(button, keepHere());
  };

  const taken = async (answer, before, sent) => {
    const page = await pageOf(answer);
    if (answer.status === 409) {
      stopped = true;
      say("exclamation-triangle-fill", "ยังไม่ได้บันทึก");
      note(form, page.querySelector("main h1, h1")?.textContent || "บันทึกไม่ได้", [["ดูทั้งสองฉบับ", () => choose()]]);
      return;
    }
    if (!settled(page, sent)) {
      // the month was shut in the meantime: the server says why, what was typed stays here
      stopped = true;
      say("exclamation-triangle-fill", "ยังไม่ได้บันทึก");
      note(form, "รายงานเดือนนี้ปิดรับแก้ไขแล้ว สิ่งที่พิมพ์ยังอยู่ในหน้านี้", [["ดูรายละเอียด", () => choose()]]);
      return;
    }
    setUnanswered([]);
    safe = before;
    const wrong = [...page.querySelectorAll("form[data-month] .field-error")];
    const known = new Set(remarks());
    steady(() => {
      swap(page);
      mark(wrong);
      if (aside.first()) offer();
      else note(form, [waits, merged].filter(Boolean).join(" · "), [], "info");
    });
    failures = 0;
    if (answer.status === 422) say("exclamation-triangle-fill", `บันทึกแล้ว ยกเว้น ${wrong.length} ช่องที่ต้องแก้`);
    const stands = document.querySelector("[data-keep-status]").textContent.trim();
    tell([stands, ...remarks().filter((each) => !known.has(each))]);
    if (touched === before && answer.status !== 422) own.keep(null);
    else keepHere();
    if (touched !== before) later(LEAVE);
  };

  const attempt = async () => {
    const before = touched;
    let sent = bodyNow();
    const online = navigator.onLine;
    signedOff = false;
    say("arrow-repeat", "กำลังบันทึก");
    try {
      let answer = await post(sent);
      if (answer.status === 403 && (await freshToken(form))) answer = await post(sent);
      if (answer.status === 409 && (await adopted(settled))) {
        sent = bodyNow();
        answer = await post(sent);
      }
      if (signedOut(answer) || answer.status === 403) {
        expired();
      } else if (answer.ok || answer.status === 409 || answer.status === 422) await taken(answer, before, sent);
      else throw new Error(String(answer.status));
    } catch {
      // no line, no answer in time, or the server is down: the copy here holds it, and it is tried again
      if (online) mayHaveArrived(sent);
      holdHere();
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
    follow(event.target);
    navigator.onLine ? keepHere() : holdHere();
    later(PAUSE);
  });
  form.addEventListener("change", (event) => {
    if (!skip(event.target) && touched) later(LEAVE);
  });
  window.addEventListener("online", () => touched && later(0));
  document.addEventListener("visibilitychange", () => {
    const away = document.visibilityState === "hidden";
    if (failures && !away) later(0);
    if (touched === safe || leaving) return;
    if (away) own.leave(); // a telephone may end it without another word
    else keepHere();
  });
  window.addEventListener("offline", () => touched && holdHere());

  /* ---------- the buttons: never to the browser's own page of no connection; why not is said at them ---------- */
  const noLine = (button) => {
    later(RETRY[0]);
    if (sends(button)) waits = "มีสัญญาณแล้ว ร่างบันทึกแล้ว แต่รายงานยังไม่ได้ส่ง กดส่งรายงานอีกครั้ง";
    said.sayNoLine(button, holdHere());
  };
  let sure = false;
  let pressed = false;
  const press = async (button) => {
    clearTimeout(timer);
    waits = "";
    say("arrow-repeat", "กำลังส่ง");
    if (saving) await saving;
    if (stopped) return choose(button);
    if (!(await reached(form.dataset.probe))) return noLine(button);
    if (unanswered().length) {
      await save();
      if (stopped) return choose(button);
      if (signedOff) return expired(button);
      if (unanswered().length) return noLine(button);
    }
    if (sends(button) && aside.first()) {
      await rejoin(aside.first());
      if (aside.first()) return ask(button);
    }
    const nonce = freshNonce();
    form.elements.nonce.value = nonce;
    keepHere(nonce);
    leaving = sure = true;
    form.requestSubmit(button);
  };
  form.addEventListener("submit", (event) => {
    if (sure) return;
    event.preventDefault();
    if (pressed) return;
    pressed = true;
    press(event.submitter).finally(() => {
      pressed = false;
    });
  });
  /* A workbook is made from the draft and checked against it: what was typed here is saved first. */
  const NO_FILE = "ยังไม่มีสัญญาณ ยังไม่ได้ดาวน์โหลดหรืออัปโหลดไฟล์ สิ่งที่พิมพ์เก็บไว้ในเครื่องนี้แล้ว กดอีกครั้งเมื่อมีสัญญาณ";
  const savedFirst = async () => {
    while (saving) await saving;
    if (touched !== safe) await save();
    if (touched !== safe && !stopped && !signedOff) note(form, NO_FILE);
    return touched === safe;
  };
  holdBack(document.getElementById("form-file-part"), () => touched !== safe || saving, savedFirst);
  /* Evidence was attached or taken away: what is sent may no longer be what stands here. */
  form.addEventListener("evidence", async () => {
    try {
      const page = await pageOf(await fetchNow());
      if (page.querySelector("form[data-month]")) steady(() => swap(page));
    } catch {
      return; // no line: the next saving says it
    }
  });
  /* Back to a page as it was left. Its copy is gone when a page after it settled it: what stands here has arrived, was
     dropped, or is kept elsewhere. It is another one when a page after it, in this tab, typed on. */
  let since = 0; // when it came back: only then it is told what the pages after it kept, one by one
  const returned = () => {
    since = Date.now();
    leaving = sure = false;
    form.action = saveTo;
    const copy = own.mine();
    if (copy && differs(copy.values)) {
      safe = touched;
      takeUp(copy);
      if (touched !== safe) keepHere();
    } else if (touched === safe) return;
    else if (inThisMachine.ended()) expired();
    else if (copy || !held) keepHere();
    else {
      clearTimeout(timer);
      mayHaveArrived(bodyNow());
      safe = touched;
    }
  };
  /* The way back may show a page of before: it is fetched anew when the server has a newer one, unless that lost what is
     kept nowhere else. Offline it stays. */
  window.addEventListener("pageshow", async (event) => {
    if (event.persisted) returned();
    const [came] = performance.getEntriesByType("navigation");
    if (!event.persisted && came?.type !== "back_forward") return;
    try {
      if ((await newerThan(form)) && (touched === safe || held)) location.replace(location.pathname);
    } catch {
      return; // no line
    }
  });

  /* ---------- coming back: what was overtaken from elsewhere is put together with it by the server; what both
     changed waits apart for a choice while typing goes on ---------- */
  const BACK = "นำสิ่งที่พิมพ์ค้างไว้ในเครื่องนี้กลับมาแล้ว";
  /* The page stays as it is unless the server takes the copy. */
  const rejoined = async (left) => {
    if (left.madeFrom === undefined) return false; // it doesn't say what it changed
    const before = touched;
    const stood = bodyNow();
    try {
      const answer = await post(bodyOf(left));
      if ((!answer.ok && answer.status !== 422) || signedOut(answer)) return false;
      const fresh = (await pageOf(answer.clone())).querySelector("form[data-month]");
      if (!fresh) return false;
      adopt(fresh, stood);
      aside.drop(left);
      await taken(answer, before, stood);
      if (!aside.first()) note(form, [BACK, merged].filter(Boolean).join(" · "), [], "info");
      return true;
    } catch {
      return false; // no line: it stays apart
    }
  };
  const rejoin = async (left) => {
    if (saving || touched !== safe) await save();
    if (saving || stopped || leaving || touched !== safe || form.querySelector(".field-error")) return false;
    const going = rejoined(left);
    saving = going.finally(() => {
      saving = null;
      if (touched !== safe) later(LEAVE);
    });
    return going;
  };
  const offer = () => {
    const left = aside.first();
    if (left) said.sayOvertaken(() => seeBoth(left), () => dropped(left, offer));
  };
  const dropped = (left, then) => {
    aside.drop(left);
    note(form, "");
    then();
  };
  const seeBoth = async (left, button) => {
    if (touched) await save();
    if (failures || stopped) return; // said already, and what was typed since stands in the fields
    if (!(await reached(form.dataset.probe))) return noLine(button);
    note(form, "");
    if (await rejoin(left)) return button && form.requestSubmit(button);
    write(left.values);
    standOn(left.version, left.madeFrom);
    if (await choose(button)) aside.drop(left);
  };
  const ask = (button) => {
    const left = aside.first();
    said.askOvertaken(button, () => seeBoth(left, button), () => dropped(left, () => form.requestSubmit(button)));
  };
  const rejoinAll = async () => {
    for (const left of aside.all()) await rejoin(left);
    offer();
  };
  const takeUp = (copy) => {
    held = true;
    setUnanswered(copy.unanswered ?? []);
    if (copy.version === version.value || unanswered().length) {
      standOn(copy.version, copy.madeFrom);
      write(copy.values);
      touched += 1;
      say("cloud-slash", BACK);
      later(LEAVE);
    } else {
      own.keep(null);
      if (!aside.put(copy)) own.keep(copy);
    }
  };
  const kept = form.dataset.kept;
  own.takeOver((copy) => !own.mine() && own.keep({ ...copy, left: false }));
  own.takeOver(aside.put);
  const copy = own.mine();
  if (kept) history.replaceState(null, "", location.pathname);
  if (copy && kept && copy.nonce === kept) {
    // arrived; what was refused stands in its fields and is kept here until it is put right
    if (form.querySelector(".field-error")) keepHere();
    else own.keep(null);
  } else if (copy && differs(copy.values)) takeUp(copy);
  else if (copy) own.keep(null);
  if (aside.first()) rejoinAll();
  /* A tab that still typed when this page came may be gone by now. */
  const lookAgain = () => {
    if (!own.othersLeft()) return;
    setTimeout(lookAgain, LOOK);
    if (!navigator.onLine || leaving) return;
    own.takeOver(aside.put);
    if (aside.first()) rejoinAll();
  };
  if (own.othersLeft()) setTimeout(lookAgain, LOOK);
  window.addEventListener("pagehide", () => {
    own.leave();
    leaving = true; // until it is shown again
  });
  document.addEventListener("signed-out", () => touched !== safe && expired());
  window.addEventListener("storage", (event) => {
    if (event.key !== own.own()) return;
    const told = JSON.parse(event.newValue ?? event.oldValue);
    if (!told || told.at < since) return;
    if (event.newValue !== null) own.part(); // a doubled tab: each keeps its own now
    if (touched === safe) return;
    if (event.newValue !== null) keepHere();
    else mayHaveArrived(bodyOf(told)); // another tab took it over: what stood in it may be on the server already
  });
  oneMoreWork();
})();
