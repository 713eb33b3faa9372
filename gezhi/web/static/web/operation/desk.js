/** Keeps list, pane and address in step, and says what went wrong when the server can't. */

import { notify } from "../notices.js";

const desk = /** @type {HTMLElement} */ (document.getElementById("desk"));
const list = /** @type {HTMLElement} */ (document.getElementById("list"));
const pane = /** @type {HTMLElement} */ (document.getElementById("pane"));
const NOTICE_STAYS = 10_000;

/** @param {Event} event @returns {HtmxDetail} */
const detail = (event) => /** @type {CustomEvent<HtmxDetail>} */ (event).detail;

/** The row of the case that the address names is the current one, whoever opened it. */
function markCurrent() {
  const here = location.pathname;
  for (const row of list.querySelectorAll("a.row-link")) {
    const isHere = here.startsWith(/** @type {HTMLAnchorElement} */ (row).pathname);
    if (isHere) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

document.addEventListener("htmx:configRequest", (event) => {
  const asked = detail(event);
  if (asked.elt.id === "filters") {
    // Empty choices have no place in an address that people send each other.
    for (const [name, value] of [...asked.formData]) if (!value) asked.formData.delete(name);
    asked.path = location.pathname;
  } else if (asked.elt.matches("[data-map-link]")) {
    // The list may have been narrowed since the bar was drawn.
    asked.path = /** @type {HTMLAnchorElement} */ (asked.elt).pathname + location.search;
  }
});

document.addEventListener("htmx:pushedIntoHistory", () => {
  if (location.href.endsWith("?")) history.replaceState(history.state, "", location.pathname);
  markCurrent();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const { target } = detail(event);
  markCurrent();
  if (target !== pane) return;
  const heading = pane.querySelector("h2");
  document.title = [heading?.textContent, desk.dataset.title].filter(Boolean).join(" · ");
});

// After a step the form is gone, and with it the focus: on with the row that is current now, or the first.
document.addEventListener("htmx:afterSettle", (event) => {
  const { target, requestConfig } = detail(event);
  if (target === pane && matchMedia("(max-width: 800px)").matches) window.scrollTo(0, 0);
  if (requestConfig?.verb !== "post" || target !== pane || pane.querySelector("form.step")) return;
  /** @type {HTMLElement | null} */
  const next = list.querySelector("a.row-link[aria-current]") ?? pane.querySelector("h2");
  next?.focus({ preventScroll: matchMedia("(max-width: 800px)").matches });
});

document.addEventListener("htmx:sendError", () => notify(desk.dataset.wordsOffline ?? "", "error"));
document.addEventListener("htmx:responseError", () => notify(desk.dataset.wordsBroken ?? "", "error"));

// Good news leaves by itself; bad news stays until it is put away.
const notices = document.getElementById("notices");
if (notices) {
  const leave = () => {
    const good = notices.querySelector(".notice-success");
    if (good) setTimeout(() => good.remove(), NOTICE_STAYS);
  };
  leave();
  new MutationObserver(leave).observe(notices, { childList: true });
}

/** Put the form of a step away without a trip to the server. @param {HTMLElement} link */
function closeStep(link) {
  const place = link.closest("#step");
  if (!place) return false;
  place.replaceChildren();
  history.pushState({ htmx: true }, "", /** @type {HTMLAnchorElement} */ (link).href);
  const current = list.querySelector("a.row-link[aria-current]");
  /** @type {HTMLElement | null} */ (current ?? pane.querySelector("h2"))?.focus();
  return true;
}

document.addEventListener("click", (event) => {
  const link = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-step-close]"));
  if (link && closeStep(link)) event.preventDefault();
});

// A step chosen from the menu is what one looks at next, not the menu.
document.addEventListener("click", (event) => {
  /** @type {Element} */ (event.target).closest(".more-steps .menu-list a")?.closest("details")?.removeAttribute("open");
});
