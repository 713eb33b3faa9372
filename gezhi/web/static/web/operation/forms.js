/** Forms that help: choices found by typing, suggestions by one key, the resident's view as it is written, and drafts that outlive a mishap. */

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

// --- drafts: what was typed and not sent, kept in this tab until it is sent -----------------------------------------

// Whose drafts: where one session ran out, somebody else may sign in within the same tab.
const mine = `draft:${document.getElementById("desk")?.dataset.user}:`;

/** @param {HTMLFormElement} form */
const draftKey = (form) => mine + form.dataset.draft;

for (const key of Object.keys(sessionStorage)) {
  if (key.startsWith("draft:") && !key.startsWith(mine)) sessionStorage.removeItem(key);
}

/** @param {HTMLFormElement} form @returns {Field[]} */
function draftFields(form) {
  return [...form.elements].filter(
    /** @returns {field is Field} */
    (field) =>
      (field instanceof HTMLInputElement && ["text", "tel"].includes(field.type)) ||
      field instanceof HTMLTextAreaElement ||
      (field instanceof HTMLSelectElement && Boolean(field.name)),
  );
}

/** @param {HTMLFormElement} form */
function keepDraft(form) {
  const typed = Object.fromEntries(draftFields(form).map((field) => [field.name, field.value]));
  try {
    sessionStorage.setItem(draftKey(form), JSON.stringify(typed));
  } catch {
    // Full or forbidden: then there are no drafts.
  }
}

/** @param {HTMLFormElement} form */
function restoreDraft(form) {
  const kept = sessionStorage.getItem(draftKey(form));
  // After a refusal the server gives back what was typed; that is newer than any draft.
  if (!kept || form.querySelector(".problem")) return;
  const typed = JSON.parse(kept);
  for (const field of draftFields(form)) if (typed[field.name]) field.value = typed[field.name];
}

// --- choices --------------------------------------------------------------------------------------------------------

/** Every option as the server sent it, by select. @type {WeakMap<HTMLSelectElement, HTMLOptionElement[]>} */
const allOptions = new WeakMap();

/** Leave the options that hold every word typed, and choose the first. @param {HTMLInputElement} search */
function filterOptions(search) {
  const select = /** @type {HTMLSelectElement | null} */ (search.closest("[data-picker]")?.querySelector("select"));
  if (!select) return;
  if (!allOptions.has(select)) allOptions.set(select, [...select.options]);
  const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  let first = null;
  for (const option of allOptions.get(select) ?? []) {
    const fits = words.every((word) => option.text.toLowerCase().includes(word));
    option.hidden = option.disabled = !fits;
    if (fits && option.value && !first) first = option;
  }
  for (const group of select.querySelectorAll("optgroup")) {
    group.hidden = [...group.children].every((option) => /** @type {HTMLOptionElement} */ (option).hidden);
  }
  if (words.length && first) choose(select, first.value);
}

/** @param {HTMLSelectElement} select @param {string} value */
function choose(select, value) {
  if (select.value === value) return;
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Where the chosen matter would send the case. @param {HTMLSelectElement} select */
function showDestination(select) {
  const place = document.getElementById("destination");
  if (!place || !select.form?.contains(place)) return;
  place.replaceChildren();
  if (select.value) {
    htmx.ajax("GET", `${place.dataset.url}?matter_id=${select.value}`, { target: "#destination", swap: "innerHTML" });
  }
  for (const chip of select.form.querySelectorAll("[data-pick]")) {
    chip.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (chip).dataset.pick === select.value));
  }
}

// --- what the resident will read --------------------------------------------------------------------------------------

/** @param {ParentNode} root */
function mirror(root) {
  for (const preview of root.querySelectorAll("[data-preview]")) {
    const source = /** @type {Field | null} */ (
      document.getElementById(/** @type {HTMLElement} */ (preview).dataset.preview ?? "")
    );
    const text = /** @type {HTMLElement | null} */ (preview.querySelector("[data-preview-text]"));
    if (source && text) text.textContent = source.value.trim() || (text.dataset.empty ?? "");
  }
}

/** Put the cursor on the next gap 【…】 that a template leaves. @param {HTMLTextAreaElement} field */
function selectGap(field) {
  const gap = /【[^【】\n]{1,40}】/.exec(field.value);
  if (gap) field.setSelectionRange(gap.index, gap.index + gap[0].length);
}

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-template]"));
  const field = document.getElementById(button?.dataset.forField ?? "");
  if (!button || !(field instanceof HTMLTextAreaElement)) return;
  // What was written already stays, below the template.
  field.value = [button.dataset.template, field.value.trim()].filter(Boolean).join("\n");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
  selectGap(field);
});

// --- together ---------------------------------------------------------------------------------------------------------

/** @param {ParentNode} root */
function begin(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) restoreDraft(/** @type {HTMLFormElement} */ (form));
  mirror(root);
}

document.addEventListener("htmx:afterSettle", () => {
  const field = document.activeElement;
  if (field instanceof HTMLTextAreaElement && field.name === "answer") selectGap(field);
});

document.addEventListener("input", (event) => {
  const field = /** @type {HTMLElement} */ (event.target);
  if (field.matches(".picker-search")) filterOptions(/** @type {HTMLInputElement} */ (field));
  const form = /** @type {HTMLFormElement | null} */ (field.closest("form[data-draft]"));
  if (!form) return;
  keepDraft(form);
  mirror(form);
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLSelectElement)) return;
  if (field.name === "matter_id") showDestination(field);
  const form = /** @type {HTMLFormElement | null} */ (field.closest("form[data-draft]"));
  if (form) keepDraft(form);
});

document.addEventListener("click", (event) => {
  const chip = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-pick]"));
  const select = chip?.closest("form")?.querySelector("select[name=matter_id]");
  if (chip && select instanceof HTMLSelectElement) choose(select, chip.dataset.pick ?? "");
});

// Enter in the field that finds a choice means "this one", not "send".
document.addEventListener("keydown", (event) => {
  const field = /** @type {HTMLElement} */ (event.target);
  if (event.key !== "Enter" || event.ctrlKey || event.isComposing || !field.matches(".picker-search")) return;
  event.preventDefault();
  /** @type {HTMLElement | null | undefined} */ (field.closest("form")?.querySelector(".step-actions .btn-primary"))?.focus();
});

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  // The server counts a second press as the first; here it is only spared.
  if (form.matches("[data-once]")) {
    for (const button of form.querySelectorAll("button")) setTimeout(() => (button.disabled = true));
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  // The form itself is gone from the page by now, so the event comes from elsewhere.
  const { requestConfig, successful, xhr } = /** @type {CustomEvent<HtmxDetail>} */ (event).detail;
  const { elt } = requestConfig;
  const sent = elt instanceof HTMLFormElement && elt.matches("form[data-draft]");
  if (sent && successful && xhr.status < 300) sessionStorage.removeItem(draftKey(elt));
});

document.addEventListener("htmx:afterSwap", () => begin(document));
if (document.querySelector(".notice-success") && !document.querySelector("[data-draft^=new]")) {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(`${mine}new/`)) sessionStorage.removeItem(key);
}
begin(document);
