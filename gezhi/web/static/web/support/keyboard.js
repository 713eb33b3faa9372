/**
 * The support workspace by keyboard. Digits lead to rooms (`data-key` of the bar); letters press what carries them on the page.
 *
 * j k  along the links of the page (`a.go`)     [ ]  pages     /  search     n  new     d  download     ?  the table of keys
 */

const keys = /** @type {HTMLDialogElement} */ (document.getElementById("keys"));

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

/** @param {string} selector */
function click(selector) {
  const found = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  found?.click();
  return found !== null;
}

/** @param {1 | -1} by */
function move(by) {
  const all = [...document.querySelectorAll("main a.go")].map((link) => /** @type {HTMLAnchorElement} */ (link));
  const here = all.findIndex((link) => link === document.activeElement);
  const next = here < 0 ? all[0] : all[Math.min(Math.max(here + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return true;
}

/** What a key does when nobody is typing; true when it did something. @param {string} key */
function act(key) {
  switch (key) {
    case "j":
      return move(1);
    case "k":
      return move(-1);
    case "/": {
      const search = /** @type {HTMLInputElement | null} */ (document.getElementById("q"));
      search?.focus();
      search?.select();
      return search !== null;
    }
    case "?":
      keys.showModal();
      return true;
    case "[":
      return click(".pager [rel=prev]");
    case "]":
      return click(".pager [rel=next]");
    default:
      return /^[a-z0-9]$/.test(key) && (click(`.topbar-nav [data-key="${key}"]`) || click(`main [data-key="${key}"]`));
  }
}

document.addEventListener("keydown", (event) => {
  // A letter that an input method is still composing belongs to the input method.
  if (event.isComposing || event.defaultPrevented || event.altKey || event.metaKey) return;
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey) {
    const form = target.closest("form") ?? document.querySelector("main form.step");
    if (event.key === "Enter" && form instanceof HTMLFormElement && form.matches(".step")) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  if (event.key === "Escape") {
    if (keys.open) return;
    if (isTyping(target)) target.blur();
    else click("main [data-step-close]");
    return;
  }
  if (isTyping(target) || keys.open) return;
  if (act(event.key)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (/** @type {Element} */ (event.target).closest("[data-keys-open]")) keys.showModal();
});
