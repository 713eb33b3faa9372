// @ts-check
// The resident's form gets better with JavaScript and needs none of it: counter, draft, photos, map, position, list of grids.

import { keepDraft, restoreDraft } from "./draft.js";
import { drawMap } from "./map.js";
import { letPhotosBeChosen } from "./photos.js";

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);

const form = /** @type {HTMLFormElement} */ (byId("report"));
const text = /** @type {HTMLTextAreaElement} */ (byId("id_text"));
const counter = /** @type {HTMLElement} */ (byId("counter"));
const community = /** @type {HTMLSelectElement} */ (byId("id_community"));
const grid = /** @type {HTMLSelectElement} */ (byId("id_grid"));
const lng = /** @type {HTMLInputElement} */ (byId("id_lng"));
const lat = /** @type {HTMLInputElement} */ (byId("id_lat"));
const box = /** @type {HTMLElement} */ (byId("map"));
const opener = /** @type {HTMLButtonElement} */ (byId("open-map"));
const clear = /** @type {HTMLButtonElement} */ (byId("clear-point"));
const placeSaid = /** @type {HTMLElement} */ (byId("place-said"));

restoreDraft(form);
keepDraft(form);
byId("summary")?.focus();
for (const part of document.querySelectorAll(".with-map")) /** @type {HTMLElement} */ (part).hidden = false;

// --- text ------------------------------------------------------------------------------------------------------------

function countText() {
  const left = text.maxLength - text.value.length;
  counter.hidden = left > 1000;
  counter.textContent = (counter.dataset.template ?? "").replace("{left}", String(left));
}
text.addEventListener("input", countText);
countText();

// --- photos ----------------------------------------------------------------------------------------------------------

letPhotosBeChosen(byId("id_photos"), byId("previews"), byId("photo-said"));

// --- place -----------------------------------------------------------------------------------------------------------

/** @type {Promise<Awaited<ReturnType<typeof drawMap>>> | null} */
let map = null;

function openMap() {
  box.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  map ??= drawMap(box, place);
  map.then((drawn) => drawn.refresh()).catch(mapFailed);
  return map;
}

function mapFailed() {
  box.hidden = true;
  map = null;
  opener.setAttribute("aria-expanded", "false");
  placeSaid.textContent = box.dataset.failed ?? "";
}

/** A point was chosen, on the map or by the phone's position.
 * @param {number} x @param {number} y */
async function place(x, y) {
  lng.value = x.toFixed(6);
  lat.value = y.toFixed(6);
  showChosen();
  placeSaid.textContent = box.dataset.finding ?? "";
  const drawn = await openMap().catch(() => null);
  drawn?.put(x, y);
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "lng", "lat"]) body.append(name, String(new FormData(form).get(name) ?? ""));
  try {
    const answer = await fetch(box.dataset.where ?? "", { method: "POST", body });
    const found = await answer.json();
    placeSaid.textContent = found.message;
    if (!answer.ok) clearPoint();
    else await drawn?.showGrids(found);
  } catch {
    // The point stands; which grid it is, the server finds when the form arrives.
    placeSaid.textContent = "";
  }
}

function showChosen() {
  const chosen = Boolean(lng.value && lat.value);
  clear.hidden = !chosen;
  // A point is exact; two answers to one question would only confuse.
  byId("by-list").hidden = chosen;
}

function clearPoint() {
  lng.value = lat.value = "";
  showChosen();
  map?.then((drawn) => drawn.take()).catch(() => {});
}

opener.addEventListener("click", openMap);
clear.addEventListener("click", () => {
  clearPoint();
  placeSaid.textContent = "";
  opener.focus();
});

const locate = byId("locate");
if (!("geolocation" in navigator) || !window.isSecureContext) locate.hidden = true;
locate.addEventListener("click", () => {
  placeSaid.textContent = box.dataset.locating ?? "";
  navigator.geolocation.getCurrentPosition(
    (position) => place(position.coords.longitude, position.coords.latitude),
    () => (placeSaid.textContent = box.dataset.denied ?? ""),
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
  );
});

if (lng.value && lat.value) place(Number(lng.value), Number(lat.value));

// --- the grids of a community ----------------------------------------------------------------------------------------

async function listGrids() {
  const field = byId("grid-field");
  while (grid.options.length > 1) grid.remove(1);
  field.hidden = true;
  if (community.value.length !== 12) return;
  try {
    const answer = await fetch(`${form.dataset.grids}?community=${encodeURIComponent(community.value)}`);
    for (const [code, name] of (await answer.json()).grids) grid.add(new Option(name, code));
    field.hidden = grid.options.length < 2;
  } catch {
    // The community alone is enough.
  }
}
community.addEventListener("change", listGrids);
if (community.value && grid.options.length < 2) listGrids();

// --- sending ---------------------------------------------------------------------------------------------------------

const send = /** @type {HTMLButtonElement} */ (byId("send"));
const label = send.textContent;
let isSending = false;
form.addEventListener("submit", (event) => {
  // The server knows a repetition by its key; this only spares the network.
  if (isSending) event.preventDefault();
  isSending = true;
  send.setAttribute("aria-disabled", "true");
  send.textContent = form.dataset.sending ?? label;
});
window.addEventListener("pageshow", () => {
  isSending = false;
  send.removeAttribute("aria-disabled");
  send.textContent = label;
});
