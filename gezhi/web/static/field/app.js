// @ts-check
// The app on the phone: which page, what stands in the bar, and that it keeps itself.

import { campaign, target } from "./campaigns.js";
import { made, say } from "./dom.js";
import { grid, spot } from "./grid.js";
import { isStale } from "./held.js";
import { myself } from "./me.js";
import * as pages from "./pages.js";
import { waiting } from "./queue.js";
import { read, staysForGood } from "./store.js";
import { keepInStep, synchronise } from "./sync.js";
import { queue } from "./waiting.js";

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const title = /** @type {HTMLElement} */ (document.getElementById("title"));
const state = /** @type {HTMLElement} */ (document.getElementById("state"));
const tabs = /** @type {HTMLElement} */ (document.querySelector(".tabs"));
const { worker, enrol } = document.body.dataset;

/** @type {[RegExp, string, (...parts: string[]) => Promise<HTMLElement>][]} */
const ROUTES = [
  [/^#\/case\/(\d+)\/(\w+)$/, "case", pages.stepOf],
  [/^#\/case\/(\d+)$/, "case", pages.caseOf],
  [/^#\/report$/, "report", pages.report],
  [/^#\/visits$/, "visits", pages.visits],
  [/^#\/visits\/new$/, "visits", pages.newDoor],
  [/^#\/visit\/([\w-]+)$/, "visits", pages.visit],
  [/^#\/campaign\/(\d+)$/, "campaign", campaign],
  [/^#\/campaign\/(\d+)\/(\d+)$/, "campaign", target],
  [/^#\/grid(?:\/(\d+))?$/, "grid", grid],
  [/^#\/spot\/(\d+)$/, "grid", spot],
  [/^#\/queue$/, "queue", queue],
  [/^#\/me$/, "me", myself],
];
// Pages on which somebody may be typing: what comes in meanwhile must not redraw them.
const FORMS = new Set(["report", "case", "visits", "campaign", "me"]);
let drawing = 0;
// Said until the page is opened anew, whatever else happens on a phone that holds nothing any more.
let isWiped = false;

/** @param {boolean} [isFresh] somebody came here, so the heading gets the focus */
async function draw(isFresh = false) {
  const mine = ++drawing;
  const hash = location.hash || "#/today";
  const route = ROUTES.find(([pattern]) => pattern.test(hash));
  const name = route?.[1] ?? "today";
  const token = await read("self", "token");
  /** @type {HTMLElement} */
  let page;
  if (isWiped) page = made("wiped", { enrol });
  else if (!token) page = made("signed-out", { waiting: (await waiting()).length > 0, enrol });
  else if ((await isStale()) && name !== "queue") page = made("stale", {}, { sync: () => void synchronise() });
  else page = route ? await route[2](...(hash.match(route[0])?.slice(1).filter(Boolean) ?? [])) : await pages.today();
  // A later call has drawn already.
  if (mine !== drawing) return;
  tabs.hidden = !token;
  title.textContent = say(name);
  main.replaceChildren(page);
  main.dataset.page = name;
  for (const tab of tabs.querySelectorAll("a")) {
    if (tab.getAttribute("href") === `#/${name}`) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  if (isFresh) title.focus({ preventScroll: false });
  if (isFresh) scrollTo(0, 0);
}

/** The number waiting is always in sight. @param {string} [how] */
async function showState(how) {
  const several = await waiting();
  const asking = several.filter((one) => one.state !== "kept").length;
  const number = several.length - asking;
  const { none = "", some = "", asking: asked = "", running = "", offline = "", failed = "" } = state.dataset;
  const counted = asking ? asked.replace("{n}", String(asking)) : number ? some.replace("{n}", String(number)) : "";
  const words = { running, offline, failed }[how ?? ""] ?? "";
  state.textContent = [words, counted].filter(Boolean).join(" · ") || none;
  state.classList.toggle("asks", asking > 0);
  state.classList.toggle("waits", number > 0);
}

addEventListener("hashchange", () => void draw(true));
addEventListener("gezhi:queue", () => {
  void showState();
  if (main.dataset.page === "queue" || main.dataset.page === "today") void draw();
});
addEventListener("gezhi:sync", (event) => {
  const how = /** @type {CustomEvent<string>} */ (event).detail;
  void showState(how);
  if (how === "wiped") isWiped = true;
  if (how === "wiped" || how === "signed_out" || (how !== "running" && !FORMS.has(main.dataset.page ?? ""))) void draw();
});

document.documentElement.classList.toggle("large", localStorage.getItem("large") === "1");
if ("serviceWorker" in navigator && worker) navigator.serviceWorker.register(worker, { scope: "./" }).catch((error) => console.error(error));
await draw();
await showState();
void staysForGood();
keepInStep();
