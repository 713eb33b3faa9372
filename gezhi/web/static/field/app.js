// @ts-check
// The app on the phone: which page, what stands in the bar, and that it keeps itself.

import { made, say } from "./dom.js";
import { isStale } from "./held.js";
import { waiting } from "./queue.js";
import { read, staysForGood } from "./store.js";
import { keepInStep, synchronise } from "./sync.js";

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const title = /** @type {HTMLElement} */ (document.getElementById("title"));
const state = /** @type {HTMLElement} */ (document.getElementById("state"));
const tabs = /** @type {HTMLElement} */ (document.querySelector(".tabs"));
const { worker, enrol } = document.body.dataset;

// Each page comes with its module when it is first opened: what stands at the door is small, and the rest is kept by the worker script meanwhile.
const ROOMS = {
  pages: () => import("./pages.js"), campaigns: () => import("./campaigns.js"), grid: () => import("./grid.js"), me: () => import("./me.js"), waiting: () => import("./waiting.js"),
};
/** @type {[RegExp, string, (...parts: string[]) => Promise<HTMLElement>][]} */
const ROUTES = [
  [/^#\/case\/(\d+)\/(\w+)$/, "case", async (id = "", step = "") => (await ROOMS.pages()).stepOf(id, step)],
  [/^#\/case\/(\d+)$/, "case", async (id = "") => (await ROOMS.pages()).caseOf(id)],
  [/^#\/report$/, "report", async () => (await ROOMS.pages()).report()],
  [/^#\/visits$/, "visits", async () => (await ROOMS.pages()).visits()],
  [/^#\/visits\/new$/, "visits", async () => (await ROOMS.pages()).newDoor()],
  [/^#\/visit\/([\w-]+)$/, "visits", async (id = "") => (await ROOMS.pages()).visit(id)],
  [/^#\/campaign\/(\d+)$/, "campaign", async (id = "") => (await ROOMS.campaigns()).campaign(id)],
  [/^#\/campaign\/(\d+)\/(\d+)$/, "campaign", async (id = "", at = "") => (await ROOMS.campaigns()).target(id, at)],
  [/^#\/grid(?:\/(\d+))?$/, "grid", async (code) => (await ROOMS.grid()).grid(code)],
  [/^#\/spot\/(\d+)$/, "grid", async (id = "") => (await ROOMS.grid()).spot(id)],
  [/^#\/queue$/, "queue", async () => (await ROOMS.waiting()).queue()],
  [/^#\/me$/, "me", async () => (await ROOMS.me()).myself()],
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
  else page = route ? await route[2](...(hash.match(route[0])?.slice(1).filter(Boolean) ?? [])) : await (await ROOMS.pages()).today();
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
await draw();
await showState();
// After the first page stands: keeping the app fetches all of it once more, which a slow network should not do twice at once.
if ("serviceWorker" in navigator && worker) navigator.serviceWorker.register(worker, { scope: "./" }).catch((error) => console.error(error));
void staysForGood();
keepInStep();
