/* A month's copy in this machine, for every page that can settle it: the form (month.js), both versions, what goes
   incomplete, a month that is shut.
   <form data-month-settles="2026-10" data-probe="/static/…"> with a hidden nonce; "" when it came from a file
   <form data-month-shut="2026-10" data-kept="nonce of the sending this page answers"> */
"use strict";

const keptMonth = (() => {
  const who = document.body.dataset.who || "";
  const PATIENCE = 20000; // for one answer

  const { store, recall, names } = inThisMachine;
  const nameOf = (month) => `tidtam:${who}:month ${month}`;
  const freshNonce = () => Math.random().toString(36).slice(2, 12);

  /* ---------- the copies in this machine, one for each tab that a month is open in:
     {version, madeFrom, values, nonce, unanswered, at, left, settling}
     A tab's own is kept or let go by it alone. What a tab left behind, or hasn't touched for a while, another
     takes over; what its text was put together with is then known to the server. ---------- */
  const QUIET = { typing: 45000, settling: 600000 };
  const TAB = "tidtam:tab";
  let tab = freshNonce();
  const claim = (id) => {
    tab = id;
    try {
      sessionStorage.setItem(TAB, id);
    } catch {
      return; // this page alone
    }
  };
  try {
    claim(sessionStorage.getItem(TAB) || tab);
  } catch {
    claim(tab);
  }
  const copies = (month) => {
    const beginning = `${nameOf(month)} tab `;
    const own = () => beginning + tab;
    let at = 0; // of the copy that this page kept or read last
    const keep = (copy) => {
      at = Date.now();
      return store(own(), copy && { ...copy, at });
    };
    const mine = () => {
      const copy = recall(own());
      at = copy?.at;
      return copy;
    };
    const others = () => names(beginning).filter((name) => name !== own());
    const behind = (copy) => copy.left || Date.now() - copy.at > (copy.settling ? QUIET.settling : QUIET.typing);
    return {
      own,
      keep,
      mine,
      othersLeft: () => others().length > 0,
      /* Each copy of a tab that is behind goes where `put` puts it; it stays where it was if there is no room. */
      takeOver: (put) => {
        for (const name of others()) {
          const copy = recall(name);
          if (!copy || (behind(copy) && put(copy))) store(name, null);
        }
      },
      /* The page goes: by itself the copy tells that nobody types there any more. What came back in its place has its own. */
      leave: () => {
        const copy = recall(own());
        if (copy && copy.at === at) store(own(), { ...copy, left: true });
      },
      /* Another tab writes into this one's copy: a tab that was doubled. */
      part: () => claim(freshNonce()),
    };
  };
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
  const reached = async (probe) => {
    try {
      await fetch(probe, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      return true;
    } catch {
      return false;
    }
  };

  /* ---------- to the server and back ---------- */
  const signedOut = (answer) => answer.redirected && new URL(answer.url).pathname === document.body.dataset.signIn;
  const pageOf = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
  const fetchNow = () => fetch(location.pathname, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  /* A valid token for the form; false when that needs a sign-in. */
  const freshToken = async (form) => {
    const answer = await fetchNow();
    if (signedOut(answer)) return false;
    const token = (await pageOf(answer)).querySelector("form[data-month] input[name=csrfmiddlewaretoken]");
    if (token) form.elements.csrfmiddlewaretoken.value = token.value;
    return Boolean(token);
  };

  /* The server has the month in another version than the form's, or shut. */
  const newerThan = async (form) => {
    const page = await pageOf(await fetchNow());
    const fresh = page.querySelector("form[data-month]");
    if (fresh) return fresh.elements.version.value !== form.elements.version.value;
    return Boolean(page.querySelector("form[data-month-shut]"));
  };

  /* What in `part` leads away does so when nothing `waits` here, or `settle` says that it is settled. */
  const holdBack = (part, waits, settle) => {
    const before = (event, act) => {
      if (!waits()) return;
      event.preventDefault();
      settle().then((done) => done && act());
    };
    part?.querySelector("form").addEventListener("submit", (event) => before(event, () => event.target.requestSubmit(event.submitter)));
    part?.querySelector("a").addEventListener("click", (event) => before(event, () => location.assign(event.target.closest("a").href)));
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
    const kept = copies(month);
    let sure = false;
    const settle = (here) => {
      const copy = month && kept.mine();
      if (copy) kept.keep({ ...copy, settling: here, left: !here });
    };
    settle(true);
    window.addEventListener("pagehide", () => settle(false));
    settling.addEventListener("submit", async (event) => {
      if (sure) return;
      event.preventDefault();
      if (!(await reached(settling.dataset.probe))) {
        note(settling, "ยังไม่มีสัญญาณ ยังไม่ได้ส่ง สิ่งที่พิมพ์ยังอยู่ในหน้านี้ กดอีกครั้งเมื่อมีสัญญาณ");
        return;
      }
      const copy = month && kept.mine();
      settling.elements.nonce.value = freshNonce();
      if (copy) kept.keep({ ...copy, nonce: settling.elements.nonce.value });
      sure = true;
      settling.requestSubmit(event.submitter);
    });
    settling.querySelector("a[data-drop]")?.addEventListener("click", () => kept.keep(null));
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) sure = false;
      settle(true);
    });
  }

  /* ---------- a month that is shut: what never reached the server can still be read ---------- */
  const shut = document.querySelector("form[data-month-shut]");
  if (shut && who) {
    const kept = copies(shut.dataset.monthShut);
    const aside = spares(shut.dataset.monthShut);
    const nonce = shut.dataset.kept;
    if (nonce) history.replaceState(null, "", location.pathname);
    if (nonce && kept.mine()?.nonce === nonce) kept.keep(null);
    kept.takeOver(aside.put);
    const offer = () => {
      const left = kept.mine() ?? aside.first();
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
            if (kept.mine()) kept.keep(null);
            else aside.drop(left);
            offer();
          },
        ],
      ]);
    };
    offer();
  }

  return { who, PATIENCE, copies, spares, freshNonce, reached, signedOut, pageOf, fetchNow, freshToken, newerThan, holdBack, note };
})();
