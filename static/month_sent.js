/* What of a month is sent, and what never was answered. Stands before month.js and after kept.js.
   <form data-month> with a token */
"use strict";

const sentOfMonth = (form) => {
  const { PATIENCE, signedOut, pageOf } = keptMonth;
  const MOST_UNANSWERED = 5;
  const saveTo = form.action;

  const bodyNow = () => {
    const body = new URLSearchParams();
    for (const [key, value] of new FormData(form)) if (typeof value === "string") body.append(key, value);
    body.delete("csrfmiddlewaretoken");
    return body.toString();
  };
  /* What sending a kept copy would send. */
  const bodyOf = (left) => {
    const body = new URLSearchParams(bodyNow());
    for (const key of Object.keys(left.values)) body.delete(key.split("\n")[0]);
    for (const [key, value] of Object.entries(left.values)) {
      const [field, choice] = key.split("\n");
      if (choice === undefined) body.append(field, value);
      else if (value) body.append(field, choice);
    }
    body.set("version", left.version);
    body.set("made-from", left.madeFrom);
    return body.toString();
  };

  const post = async (sent) => {
    const seen = inThisMachine.mark();
    const body = new URLSearchParams(sent);
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const headers = { "X-Autosave": "1" };
    const answer = await fetch(saveTo, { method: "POST", body, headers, signal: AbortSignal.timeout(PATIENCE) });
    if ((answer.ok || answer.status === 409 || answer.status === 422) && !signedOut(answer)) inThisMachine.goOn(seen);
    return answer;
  };

  /* ---------- what was sent and never answered: any of it may have arrived ---------- */
  let unanswered = [];
  const mayHaveArrived = (sent) => {
    unanswered = [...unanswered.filter((each) => each !== sent), sent].slice(-MOST_UNANSWERED);
  };
  const setUnanswered = (all) => {
    unanswered = all;
  };
  /* What arrived without an answer changes nothing when it is sent again, and the answer tells the version that
     it made: so one's own saving is not taken for another device's. */
  const adopted = async (settled) => {
    for (const sent of [...unanswered].reverse()) {
      const answer = await post(sent);
      if (!answer.ok && answer.status !== 422) continue;
      if (settled(await pageOf(answer), sent)) return true;
    }
    return false;
  };

  return { bodyNow, bodyOf, post, mayHaveArrived, setUnanswered, unanswered: () => unanswered, adopted };
};
