/* What a month's page says: in its bar, at its fields and buttons, to who can't see it; what of it is new.
   Stands before month.js and after kept.js.
   <p role="status" id="told">, places with data-keep-status, <form data-month> with its .field-error */
"use strict";

const saidMonth = (form, filled) => {
  const { note } = keptMonth;
  const works = form.querySelector("[data-works]");

  const TONES = { "cloud-slash": "warn", "exclamation-triangle-fill": "warn", "arrow-repeat": "mute" };
  const say = (icon, words) => {
    document.querySelectorAll("[data-keep-status]").forEach((place) => {
      place.className = `saved saved--${TONES[icon] ?? "ok"}`;
      const mark = document.createElement("i");
      mark.className = `bi bi-${icon}`;
      mark.setAttribute("aria-hidden", "true");
      const text = document.createElement("span");
      text.textContent = words;
      place.replaceChildren(mark, text);
    });
    if (icon !== "arrow-repeat") tell([words]);
  };
  /* For who can't see it; that it is being saved isn't told. */
  const tell = (sentences) => {
    const place = document.getElementById("told");
    const words = sentences.join(" ");
    if (place.textContent !== words) place.textContent = words;
  };

  /* ---------- where what was typed stands when it didn't go; at the button that was pressed ---------- */
  const NO_ROOM = "เครื่องนี้เก็บไว้ไม่ได้ อย่าเพิ่งปิดหน้านี้";
  const sends = (button) => Boolean(button?.hasAttribute("formaction"));
  const at = (button) => button?.closest(".btns") ?? form;
  const notSent = (button) => (sends(button) ? "รายงานยังไม่ได้ส่ง " : "");
  const sayHere = (kept) => {
    if (kept) say("cloud-slash", "เก็บไว้ในเครื่อง รอสัญญาณ");
    else say("exclamation-triangle-fill", NO_ROOM);
  };
  const sayNoLine = (button, kept) => {
    const here = kept ? "สิ่งที่พิมพ์เก็บไว้ในเครื่องนี้แล้ว" : NO_ROOM;
    const then = sends(button) ? "กดอีกครั้ง" : "ร่างจะบันทึกเอง";
    note(at(button), `ยังไม่มีสัญญาณ ${notSent(button)}${here} ${then}เมื่อมีสัญญาณ`);
  };
  /* Back to this page after signing in: what is kept here comes back with it. Else only another tab is safe. */
  const sayExpired = (button, kept) => {
    const signIn = document.body.dataset.signIn;
    const here = `${signIn}?next=${encodeURIComponent(location.pathname)}`;
    const beside = () => window.open(signIn, "_blank", "noopener");
    const why = inThisMachine.ended() ? "ออกจากระบบแล้ว" : "หมดเวลาเข้าสู่ระบบ";
    const then = kept
      ? "สิ่งที่พิมพ์เก็บไว้ในเครื่องนี้แล้ว เข้าสู่ระบบแล้วจะกลับมาหน้านี้"
      : "เครื่องนี้เก็บสิ่งที่พิมพ์ไว้ไม่ได้ อย่าปิดหน้านี้ เข้าสู่ระบบในแท็บใหม่แล้วกลับมา";
    if (kept) say("cloud-slash", "เก็บไว้ในเครื่อง");
    else say("exclamation-triangle-fill", "ยังไม่ได้บันทึก");
    note(at(button), `${why} ${notSent(button)}${then}`, [["เข้าสู่ระบบ", kept ? here : beside]]);
  };

  /* A copy that was overtaken from elsewhere; pressed to send while it waits, it goes along or is left out knowingly. */
  const OVERTAKEN = "มีสิ่งที่พิมพ์ค้างไว้ในเครื่องนี้ แต่รายงานถูกบันทึกจากที่อื่นหลังจากนั้น";
  const sayOvertaken = (seeBoth, drop) => {
    if (form.previousElementSibling?.dataset.words === OVERTAKEN) return;
    note(form, OVERTAKEN, [["ดูทั้งสองฉบับ", seeBoth], ["ทิ้งสิ่งที่พิมพ์ค้างไว้", drop]]);
  };
  const askOvertaken = (button, seeBoth, drop) => {
    say("exclamation-triangle-fill", "ยังไม่ได้ส่ง");
    const ways = [["ดูทั้งสองฉบับแล้วส่ง", seeBoth], ["ทิ้งสิ่งที่พิมพ์ค้างไว้แล้วส่ง", drop]];
    note(at(button), `รายงานยังไม่ได้ส่ง ${OVERTAKEN} เลือกก่อนส่ง`, ways);
  };

  /* Whatever opens or goes, the field being typed in stays where it is seen. */
  const steady = (act) => {
    const active = document.activeElement;
    const seen = (each) => each.getClientRects().length && each.getBoundingClientRect().top >= 0;
    const held = form.contains(active) ? active : [...form.querySelectorAll("label")].find(seen);
    const root = document.documentElement;
    root.style.overflowAnchor = "none"; // the browser's own holding may choose what has just opened
    const before = held?.getBoundingClientRect().top;
    act();
    const now = held?.isConnected ? held : document.getElementById(held?.id);
    if (now) window.scrollBy({ top: now.getBoundingClientRect().top - before, behavior: "instant" });
    requestAnimationFrame(() => requestAnimationFrame(() => root.style.removeProperty("overflow-anchor")));
  };

  /* What is wrong stands at its field. The server doesn't count rows of works that are blank. */
  const fieldOf = (id) => {
    const [, n, name] = id.match(/^u(\d+)(-.+)$/) ?? [];
    if (!n) return document.getElementById(id);
    return [...works.querySelectorAll(".work")].filter(filled)[n]?.querySelector(`[id$="${name}"]`);
  };
  const describe = (field, others) => {
    const ids = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && !id.endsWith("-error"));
    if (ids.concat(others).length) field.setAttribute("aria-describedby", ids.concat(others).join(" "));
    else field.removeAttribute("aria-describedby");
  };
  const mark = (words) => {
    form.querySelectorAll(".field-error").forEach((each) => each.closest("[data-evidence]") || each.remove());
    form.querySelectorAll(".has-error").forEach((each) => each.classList.remove("has-error"));
    form.querySelectorAll("[aria-invalid]").forEach((field) => {
      field.removeAttribute("aria-invalid");
      field.classList.remove("is-invalid");
      describe(field, []);
    });
    for (const word of words) {
      const field = fieldOf(word.id.replace(/(-part)?-error$/, ""));
      if (!field) continue;
      const group = !field.matches("input, textarea, select");
      const label = group ? field.querySelector("legend, summary") : form.querySelector(`label[for="${field.id}"]`);
      word.id = `${field.id}-error`;
      label.after(word);
      (group ? field : label.parentElement).classList.add("has-error");
      field.setAttribute("aria-invalid", "true");
      field.classList.toggle("is-invalid", !group);
      describe(field, [word.id]);
    }
  };

  /* What the page says of lines and fields, to tell what is new. */
  const remarks = () =>
    [...form.querySelectorAll(".field-error, [id$='-below'] p, [id$='-asks'] > p")]
      .filter((each) => !each.closest("[data-evidence]"))
      .map((each) => {
        const label = each.classList.contains("field-error") ? each.previousElementSibling?.textContent : "";
        const head = each.closest(".line")?.querySelector("h2").textContent ?? "";
        return [head, label, each.textContent].filter(Boolean).map((text) => text.trim()).join(" ");
      });

  /* What the server now says of the lines: swapped in, it equals a reload. Fields being typed in stay. */
  const swap = (page) => {
    document.querySelectorAll("[data-live]").forEach((old) => {
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
    if (document.querySelector("#unsent-live > *")) document.getElementById("messages").replaceChildren(); // "sent" is over
  };

  return { say, tell, sends, sayHere, sayNoLine, sayExpired, sayOvertaken, askOvertaken, steady, mark, remarks, swap };
};
