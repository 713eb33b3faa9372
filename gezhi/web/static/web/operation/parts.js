/** Rows of a form that come and go at once; without this script the same buttons ask the server for a row more or less. */

/** Give the rows their numbers in order. @param {HTMLElement} parts */
function renumber(parts) {
  const rows = [...parts.querySelectorAll(".part")];
  rows.forEach((row, number) => {
    for (const field of row.querySelectorAll("[name]")) {
      const name = field.getAttribute("name") ?? "";
      if (name === "drop") field.setAttribute("value", String(number));
      else field.setAttribute("name", name.replace(/-\d+-/, `-${number}-`));
    }
  });
  const more = /** @type {HTMLElement | null} */ (parts.querySelector("[data-part-more]"));
  if (more) more.hidden = rows.length >= Number(parts.dataset.most);
}

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const button = target.closest("[data-part-more], [data-part-drop]");
  const parts = /** @type {HTMLElement | null} */ (button?.closest("[data-parts]") ?? null);
  if (!button || !parts) return;
  event.preventDefault();
  // htmx sends a form as soon as one of its buttons is pressed; this one is ours.
  event.stopImmediatePropagation();
  const rows = [...parts.querySelectorAll(".part")];
  if (button.matches("[data-part-more]")) {
    const last = rows.at(-1);
    if (!last) return;
    const fresh = /** @type {HTMLElement} */ (last.cloneNode(true));
    for (const field of fresh.querySelectorAll("select, textarea")) /** @type {HTMLSelectElement} */ (field).value = "";
    last.after(fresh);
    renumber(parts);
    /** @type {HTMLElement | null} */ (fresh.querySelector("select"))?.focus();
    return;
  }
  const row = button.closest(".part");
  if (rows.length > 1) row?.remove();
  else for (const field of row?.querySelectorAll("select, textarea") ?? []) /** @type {HTMLSelectElement} */ (field).value = "";
  renumber(parts);
}, true);
