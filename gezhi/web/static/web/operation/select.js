/** A selection of rows for a step with many: a bar that says how many, ranges by shift, and the letter x for the row in focus. */

const list = /** @type {HTMLElement} */ (document.getElementById("list"));

/** @returns {HTMLInputElement[]} */
const boxes = () => [...list.querySelectorAll(".row-check input")].map((box) => /** @type {HTMLInputElement} */ (box));

/** The box that was toggled last: where a range begins. @type {string} */
let last = "";

/** Say how many, and offer to choose none. */
function tell() {
  const bar = list.querySelector("#bulk");
  if (!bar) return;
  const many = boxes().filter((box) => box.checked).length;
  const words = /** @type {HTMLElement | null} */ (bar.querySelector("[data-bulk-words]"));
  if (words) words.textContent = many ? (words.dataset.bulkWords ?? "#").replace("#", String(many)) : (words.dataset.none ?? "");
  bar.classList.toggle("has-some", many > 0);
  const none = /** @type {HTMLButtonElement | null} */ (bar.querySelector("[data-bulk-none]"));
  if (none) none.hidden = many === 0;
}

/** Give every box from the last one to this the same state. @param {HTMLInputElement} box */
function stretch(box) {
  const all = boxes();
  const [from, to] = [all.findIndex((one) => one.value === last), all.indexOf(box)];
  if (from < 0 || to < 0) return;
  for (const one of all.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = box.checked;
}

/** Toggle a row by keyboard; true when there was one. @param {Element | null} row @param {boolean} isRange */
export function toggle(row, isRange) {
  const box = /** @type {HTMLInputElement | null} */ (row?.closest("li")?.querySelector(".row-check input") ?? null);
  if (!box) return false;
  box.checked = !box.checked;
  if (isRange) stretch(box);
  last = box.value;
  tell();
  return true;
}

list.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.closest("[data-bulk-none]")) {
    for (const box of boxes()) box.checked = false;
    tell();
  }
  if (!target.matches(".row-check input")) return;
  const box = /** @type {HTMLInputElement} */ (target);
  if (event.shiftKey) stretch(box);
  last = box.value;
  tell();
});

document.addEventListener("htmx:afterSettle", tell);
tell();
