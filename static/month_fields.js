/* The fields of a month: read, written, put together with what came from elsewhere; one more row of works.
   Stands before month_said.js, month_sent.js and month.js. A key is a field's name, of a tick "name\nvalue". */
"use strict";

const fieldsOfMonth = (form) => {
  const skip = (field) => !field.name || ["hidden", "file", "submit", "button"].includes(field.type);
  const ticked = (field) => field.type === "checkbox" || field.type === "radio";
  const slot = (field) => (ticked(field) ? `${field.name}\n${field.value}` : field.name);

  const read = (of = form) => {
    const values = {};
    for (const field of of.elements) if (!skip(field)) values[slot(field)] = ticked(field) ? field.checked : field.value;
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
    next.querySelectorAll(".has-error").forEach((each) => each.classList.remove("has-error"));
    next.querySelectorAll("[aria-invalid]").forEach((each) => {
      each.removeAttribute("aria-invalid");
      each.removeAttribute("aria-describedby");
      each.classList.remove("is-invalid");
    });
    next.setAttribute("aria-labelledby", `u${n}-head`);
    next.querySelectorAll("[data-nth]").forEach((each) => (each.textContent = n + 1));
    next.querySelector("h3").textContent = `งานนอกแผน ลำดับที่ ${n + 1}`;
    works.append(next);
    return true;
  };
  const filled = (row) => [...row.querySelectorAll("input, textarea")].some((each) => each.value.trim());
  const oneMoreWork = () => {
    const last = works?.querySelector(".work:last-child");
    if (last && filled(last)) addWork();
  };

  /* What follows from a field: a figure says that there is a result, "no data" asks why, a work begun asks for more. */
  const follow = (field) => {
    const line = field.closest(".line");
    const kind = (value) => line?.querySelector(`input[type=radio][value="${value}"]`);
    if (field.id.endsWith("-quantity") && line && field.value.trim() && !line.querySelector("input[type=radio]:checked")) {
      kind("VALUE").checked = true;
    }
    if (field === kind("NOT_AVAILABLE")) line.querySelector("details[id$='-unavailable']").open = true;
    if (field.closest("[data-works]")) oneMoreWork();
  };

  /* What came from elsewhere goes into fields that weren't touched since `sent`. */
  const adopt = (fresh, sent) => {
    const then = new URLSearchParams(sent);
    const theirs = read(fresh);
    const now = read();
    const typed = new Set();
    for (const field of form.elements) {
      if (skip(field)) continue;
      const was = ticked(field) ? then.getAll(field.name).includes(field.value) : then.get(field.name)?.replaceAll("\r\n", "\n");
      if (was !== undefined && now[slot(field)] !== was) typed.add(field.name);
    }
    const values = {};
    for (const key of Object.keys({ ...now, ...theirs })) {
      if (!typed.has(key.split("\n")[0])) values[key] = theirs[key] ?? (now[key] === true || now[key] === false ? false : "");
    }
    write(values);
  };

  return { skip, read, write, differs, filled, follow, oneMoreWork, adopt };
};
