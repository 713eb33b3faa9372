// @ts-check
// What was typed survives a reload, a switch of language, within this tab only.
// Name and phone are never kept here: the next person at a shared computer may open the page again.

const KEY = "gezhi-report-draft";
const FIELDS = ["text", "address", "kind", "community"];

/** @param {HTMLFormElement} form */
export function keepDraft(form) {
  const save = () => {
    const data = new FormData(form);
    /** @type {Record<string, string>} */
    const draft = {};
    for (const name of FIELDS) draft[name] = String(data.get(name) ?? "");
    try {
      sessionStorage.setItem(KEY, JSON.stringify(draft));
    } catch {
      // Storage is full or forbidden: the form works as well without.
    }
  };
  form.addEventListener("input", save);
  form.addEventListener("change", save);
}

/** Fill an empty form with the draft, if there is one.
 * @param {HTMLFormElement} form */
export function restoreDraft(form) {
  const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text"));
  if (text.value) return;
  try {
    const draft = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    for (const name of FIELDS) {
      const field = form.elements.namedItem(name);
      if (draft[name] && field && "value" in field) field.value = draft[name];
    }
  } catch {
    forgetDraft();
  }
}

export function forgetDraft() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept, then.
  }
}
