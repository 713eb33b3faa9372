/**
 * The desk by keyboard. Letters are written on what they press (`data-key`), so a step that the page does not offer has no key either.
 *
 * j k  the rows        Enter  opens (the row is a link)      [ ]  pages      /  words      m  map and back      ?  the table of keys
 * x    chooses a row   X      as far as this row             .    seldom used steps        0 9 8 7  other workspaces
 *
 * Digits lead to places and letters take steps, so no place hides a step; `i` and `q` are steps that have no case yet.
 */

import { toggle } from "./select.js";

const list = /** @type {HTMLElement} */ (document.getElementById("list"));
const pane = /** @type {HTMLElement} */ (document.getElementById("pane"));
const keys = /** @type {HTMLDialogElement} */ (document.getElementById("keys"));

/** A step key pressed on a row that is not open yet: open it, then press. @type {string} */
let waiting = "";

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

/** @returns {HTMLAnchorElement[]} */
const rows = () =>
  // A page without a list has links of its own to walk along.
  [...(list.hidden ? pane.querySelectorAll("a.go") : list.querySelectorAll("a.row-link"))].map(
    (row) => /** @type {HTMLAnchorElement} */ (row),
  );

/** Move from the row in focus, else from the current one. @param {1 | -1} by */
function move(by) {
  const all = rows();
  const focused = all.findIndex((row) => row === document.activeElement);
  const from = focused >= 0 ? focused : all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = from < 0 ? all[0] : all[Math.min(Math.max(from + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** @param {string} key @returns {HTMLElement | null} */
const stepFor = (key) => pane.querySelector(`.step-buttons [data-key="${CSS.escape(key)}"]`);

/** Press the step of a letter: of the row in focus if it is another than the open one. @param {string} key */
function press(key) {
  const focused = rows().find((row) => row === document.activeElement);
  if (focused && !focused.hasAttribute("aria-current")) {
    waiting = key;
    focused.click();
    return true;
  }
  const button = stepFor(key);
  button?.click();
  return button !== null;
}

/** What was open before the map. */
let beforeMap = "";

/** Map, and from the map back to what was open before, with the filters of now. */
function toggleMap() {
  const link = /** @type {HTMLAnchorElement} */ (document.querySelector("[data-map-link]"));
  if (pane.querySelector(".map-pane")) {
    const back = beforeMap || (pane.dataset.listUrl ?? "/");
    void htmx.ajax("GET", back + location.search, { target: "#pane", push: "true" });
  } else {
    beforeMap = location.pathname;
    link.click();
  }
}

/** Escape: out of the field, then out of the form. @param {HTMLElement} target */
function escape(target) {
  if (keys.open) return;
  if (isTyping(target)) target.blur();
  else /** @type {HTMLElement | null} */ (pane.querySelector("[data-step-close]"))?.click();
}

/** @param {string} selector */
function click(selector) {
  const found = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  found?.click();
  return found !== null;
}

/** Open the menu of seldom used steps and stand on its first. */
function openMore() {
  const menu = /** @type {HTMLDetailsElement | null} */ (pane.querySelector("details.more-steps"));
  if (!menu) return false;
  menu.open = true;
  /** @type {HTMLElement | null} */ (menu.querySelector(".menu-list a, .menu-list button"))?.focus();
  return true;
}

/** Walk along an open menu. @param {HTMLElement} target @param {string} key */
function walkMenu(target, key) {
  const menu = target.closest(".menu-list");
  if (!menu || (key !== "ArrowDown" && key !== "ArrowUp")) return false;
  const items = [...menu.querySelectorAll("a, button")].map((item) => /** @type {HTMLElement} */ (item));
  const here = items.indexOf(target);
  items[(here + (key === "ArrowDown" ? 1 : -1) + items.length) % items.length]?.focus();
  return true;
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
    case "/": {
      const search = /** @type {HTMLInputElement | null} */ (document.getElementById("q"));
      search?.focus();
      search?.select();
      return true;
    }
    case "m":
      toggleMap();
      return true;
    case "?":
      keys.showModal();
      return true;
    case "x":
    case "X":
      return toggle(document.activeElement?.closest("a.row-link") ?? null, key === "X");
    case ".":
      return openMore();
    case "[":
      return click(".pager [rel=prev]");
    case "]":
      return click(".pager [rel=next]");
    case "1":
    case "2":
    case "3":
      return click(`[data-pick]:nth-of-type(${key})`);
    default:
      return /^[a-z0-9]$/.test(key) && (click(`.topbar-nav [data-key="${key}"]:not(.only-phone)`) || press(key));
  }
}

document.addEventListener("keydown", (event) => {
  // A letter that an input method is still composing belongs to the input method.
  if (event.isComposing || event.defaultPrevented || event.altKey || event.metaKey) return;
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey) {
    const form = /** @type {HTMLFormElement | null} */ (target.closest("form") ?? pane.querySelector("form.step"));
    if (event.key === "Enter" && form?.matches(".step, .reveal-form")) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  if (event.key === "Escape") {
    escape(target);
    return;
  }
  // In a closed list of choices the numbers of the suggestions still count.
  const isPicking = target instanceof HTMLSelectElement && /^[123]$/.test(event.key);
  if ((isTyping(target) && !isPicking) || keys.open) return;
  if (walkMenu(target, event.key) || act(event.key)) event.preventDefault();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (!waiting || /** @type {CustomEvent<HtmxDetail>} */ (event).detail.target !== pane) return;
  const key = waiting;
  waiting = "";
  stepFor(key)?.click();
});

// After a search the next key belongs to what was found, not to the words.
document.addEventListener("htmx:afterSettle", (event) => {
  const { requestConfig } = /** @type {CustomEvent<HtmxDetail>} */ (event).detail;
  if (requestConfig?.elt.id === "filters" && requestConfig.triggeringEvent?.type === "submit") rows()[0]?.focus();
});

document.addEventListener("click", (event) => {
  if (/** @type {Element} */ (event.target).closest("[data-keys-open]")) keys.showModal();
});
