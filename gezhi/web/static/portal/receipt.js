// @ts-check
// The receipt: copy and print where the browser can; and the draft of the form is done with.

import { forgetDraft } from "./draft.js";

forgetDraft();

const copy = /** @type {HTMLButtonElement} */ (document.getElementById("copy"));
const print = /** @type {HTMLButtonElement} */ (document.getElementById("print"));
const said = /** @type {HTMLElement} */ (document.getElementById("copy-said"));
const code = document.getElementById("receipt-code")?.textContent?.trim() ?? "";

print.hidden = false;
print.addEventListener("click", () => window.print());

if (navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code);
      said.textContent = copy.dataset.done ?? "";
    } catch {
      said.textContent = copy.dataset.failed ?? "";
    }
  });
}
