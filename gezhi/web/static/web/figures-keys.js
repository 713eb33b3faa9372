/**
 * Pages of figures by keyboard. What a letter does is written on what it presses, so a page without it has no such key.
 *
 * `data-key`    a link or button that is pressed           j k  along the links of the page     Enter  opens (it is a link)
 * `data-cycle`  a row of choices: on to the next one       [ ]  pages                           ?      the table of keys
 * `data-focus`  a field that is entered                    Ctrl+Enter sends, Esc leaves a field
 */

const keys = /** @type {HTMLDialogElement} */ (document.getElementById("keys"));
const LINKS = "#main a.go, #main table a, #main .answers a, #main summary";

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

/** @param {1 | -1} by */
function move(by) {
  const all = [...document.querySelectorAll(LINKS)].map((one) => /** @type {HTMLElement} */ (one));
  const here = all.findIndex((one) => one === document.activeElement);
  const next = here < 0 ? all[0] : all[Math.min(Math.max(here + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** The choice after the current one, the first after the last. @param {Element} row */
function cycle(row) {
  const all = [...row.querySelectorAll("a.chip")].map((one) => /** @type {HTMLElement} */ (one));
  const here = all.findIndex((one) => one.hasAttribute("aria-current"));
  all[(here + 1) % all.length]?.click();
}

/** @param {string} selector */
function click(selector) {
  const found = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  found?.click();
  return found !== null;
}

/** @param {string} letter */
function press(letter) {
  const key = CSS.escape(letter);
  const row = document.querySelector(`[data-cycle="${key}"]`);
  if (row) {
    cycle(row);
    return true;
  }
  const field = /** @type {HTMLElement | null} */ (document.querySelector(`[data-focus="${key}"]`));
  field?.focus();
  return field !== null || click(`[data-key="${key}"]`);
}

/** What a key does when nobody is typing; true when it did something. @param {string} key */
function act(key) {
  switch (key) {
    case "j":
      move(1);
      return true;
    case "k":
      move(-1);
      return true;
    case "[":
      return click(".pager [rel=prev]");
    case "]":
      return click(".pager [rel=next]");
    case "?":
      keys.showModal();
      return true;
    default:
      return /^[a-z0-9]$/.test(key) && press(key);
  }
}

document.addEventListener("keydown", (event) => {
  // A letter that an input method is still composing belongs to the input method.
  if (event.isComposing || event.defaultPrevented || event.altKey || event.metaKey) return;
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey) {
    const form = target.closest("form");
    if (event.key === "Enter" && form) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  if (event.key === "Escape" && isTyping(target)) target.blur();
  if (isTyping(target) || keys.open) return;
  if (act(event.key)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (/** @type {Element} */ (event.target).closest("[data-keys-open]")) keys.showModal();
});

export {};
