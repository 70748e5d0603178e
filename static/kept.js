/* A month's copy in this machine, for every page that can settle it: the form (month.js), both versions, what goes
   incomplete, a month that is shut.
   <form data-month-settles="2026-10" data-probe="/static/…"> with a hidden nonce; "" when it came from a file
   <form data-month-shut="2026-10" data-kept="nonce of the sending this page answers"> */
"use strict";

const keptMonth = (() => {
  const who = document.body.dataset.who || "";
  const PATIENCE = 20000; // for one answer

  /* ---------- the copy in this machine: {version, values, nonce, unanswered} ---------- */
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

  const nameOf = (month) => `tidtam:${who}:month ${month}`;
  /* Copies that wait for a choice while typing goes on: none takes another's place. */
  const spares = (month) => {
    const place = `${nameOf(month)} overtaken`;
    const all = () => [recall(place) ?? []].flat();
    const same = (one) => (other) => JSON.stringify(one) === JSON.stringify(other);
    return {
      all,
      first: () => all()[0],
      put: (copy) => store(place, [...all(), copy]),
      drop: (copy) => {
        const left = all().filter((each) => !same(copy)(each));
        store(place, left.length ? left : null);
      },
    };
  };
  const freshNonce = () => Math.random().toString(36).slice(2, 12);
  const reached = async (probe) => {
    try {
      await fetch(probe, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      return true;
    } catch {
      return false;
    }
  };

  /* ---------- a word before a form, with what can be done ---------- */
  let shown = null;
  const note = (at, words, ways = [], tone = "warn") => {
    if (tone === "info" && shown?.dataset.words === words) return;
    shown?.remove();
    shown = null;
    if (!words) return;
    shown = document.createElement("div");
    shown.dataset.words = words;
    shown.className = `note note--${tone}`;
    shown.setAttribute("role", tone === "warn" ? "alert" : "status");
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
      } else {
        button.type = "button";
        button.addEventListener("click", act);
      }
      buttons.append(button);
    }
    body.append(text);
    if (ways.length) body.append(buttons);
    shown.append(body);
    at.before(shown);
    if (tone === "warn") shown.scrollIntoView({ block: "nearest" }); // else nobody is taken away from a field
  };

  /* ---------- pages that settle a draft: of both versions, of what goes incomplete ----------
     The copy stays until the next page says, by the nonce, that what was sent has arrived. */
  const settling = document.querySelector("form[data-month-settles]");
  if (settling && who) {
    const month = settling.dataset.monthSettles; // "" when what is settled came from a file: the copy stays
    const name = nameOf(month);
    let sure = false;
    settling.addEventListener("submit", async (event) => {
      if (sure) return;
      event.preventDefault();
      if (!(await reached(settling.dataset.probe))) {
        note(settling, "ยังไม่มีสัญญาณ ยังไม่ได้ส่ง สิ่งที่พิมพ์ยังอยู่ในหน้านี้ กดอีกครั้งเมื่อมีสัญญาณ");
        return;
      }
      const copy = month && recall(name);
      settling.elements.nonce.value = freshNonce();
      if (copy) store(name, { ...copy, nonce: settling.elements.nonce.value });
      sure = true;
      settling.requestSubmit(event.submitter);
    });
    settling.querySelector("a[data-drop]")?.addEventListener("click", () => store(name, null));
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) sure = false;
    });
  }

  /* ---------- a month that is shut: what never reached the server can still be read ---------- */
  const shut = document.querySelector("form[data-month-shut]");
  if (shut && who) {
    const place = nameOf(shut.dataset.monthShut);
    const aside = spares(shut.dataset.monthShut);
    const nonce = shut.dataset.kept;
    if (nonce) history.replaceState(null, "", location.pathname);
    if (nonce && recall(place)?.nonce === nonce) store(place, null);
    const offer = () => {
      const left = recall(place) ?? aside.first();
      note(shut, "");
      if (!left) return;
      const look = () => {
        const add = (key, value) => {
          const field = document.createElement("textarea");
          field.name = key;
          field.value = value;
          shut.append(field);
        };
        for (const [key, value] of Object.entries(left.values)) {
          const [field, choice] = key.split("\n");
          if (choice === undefined) add(field, value);
          else if (value) add(field, choice);
        }
        add("works", "1");
        add("version", left.version);
        shut.submit();
      };
      note(shut, "เครื่องนี้มีสิ่งที่พิมพ์ค้างไว้ ซึ่งยังไม่ได้บันทึกก่อนเดือนนี้ปิดรับแก้ไข", [
        ["ดูสิ่งที่พิมพ์ไว้", look],
        [
          "ทิ้งสิ่งที่พิมพ์ค้างไว้",
          () => {
            if (recall(place)) store(place, null);
            else aside.drop(left);
            offer();
          },
        ],
      ]);
    };
    offer();
  }

  return { who, PATIENCE, store, recall, nameOf, spares, freshNonce, reached, note };
})();
