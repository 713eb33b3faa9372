/** Maps on a plain ground: outlines of the grids, the cases of the list, a point to be picked. Tiles only where the house has set some. */

import { addTiles, crsOf } from "../ground.js";
import { notify } from "../notices.js";
import { findOn } from "./finding.js";
import { doubled, middleOf } from "./land/rings.js";

const FALLBACK_BOX = [116.7, 36.4, 117.2, 36.8];
/** @type {Map<string, Promise<any>>} */
const fetched = new Map();

/** Outlines are asked for once a page; the browser keeps them by their ETag. @param {string} url */
function outlines(url) {
  if (!fetched.has(url)) fetched.set(url, fetch(url).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status))));
  return /** @type {Promise<any>} */ (fetched.get(url));
}

/** A still map is a picture: nothing in it can be reached or moved. @param {HTMLElement} place @param {boolean} [still] */
function draw(place, still = false) {
  const map = L.map(place, {
    crs: crsOf(place.dataset.tilesCrs ?? ""),
    zoomControl: !still,
    keyboard: !still,
    dragging: !still,
    scrollWheelZoom: !still,
    doubleClickZoom: !still,
    touchZoom: !still,
    attributionControl: Boolean(place.dataset.tiles),
    minZoom: 9,
    maxZoom: 18,
    zoomSnap: 0.25,
  });
  map.attributionControl?.setPrefix(false);
  addTiles(map, place);
  const [west, south, east, north] = (place.dataset.extent || FALLBACK_BOX.join()).split(",").map(Number);
  map.fitBounds([
    [south, west],
    [north, east],
  ]);
  L.control.scale({ imperial: false }).addTo(map);
  return map;
}

/** @param {L.Map} map @param {string} url @param {(feature: any, layer: L.Path) => void} [each] */
async function addOutlines(map, url, each) {
  const collection = await outlines(url);
  return L.geoJSON(collection, {
    style: () => ({ className: "grid-outline" }),
    interactive: Boolean(each),
    onEachFeature: (feature, layer) => each?.(feature, /** @type {L.Path} */ (layer)),
  }).addTo(map);
}

/** The search beside a map. @param {HTMLElement} place @returns {HTMLElement | null} */
function finderOf(place) {
  return place.parentElement?.querySelector("[data-finder]") ?? null;
}

/** A name is words, whatever stands in it. @param {string} words */
function asText(words) {
  const box = document.createElement("span");
  box.textContent = words;
  return box;
}

/** @param {string} kind @param {string} text @param {number} size */
function mark(kind, text, size) {
  return L.divIcon({ className: `case-mark ${kind}`, html: text, iconSize: [size, size] });
}

// --- the place of one case ------------------------------------------------------------------------------------------

/** @param {HTMLElement} place */
async function caseMap(place) {
  const at = /** @type {[number, number]} */ ([Number(place.dataset.lat), Number(place.dataset.lng)]);
  const map = draw(place, true);
  map.setView(at, 16);
  L.marker(at, { icon: mark("is-here", "", 16), keyboard: false }).addTo(map);
  await addOutlines(map, place.dataset.grids ?? "");
}

// --- the list on the map --------------------------------------------------------------------------------------------

const SIGNS = /** @type {Record<string, string>} */ ({ overdue: "!", soon: "·" });
const POINTS_FROM_ZOOM = 14;

/** @param {HTMLElement} place */
async function casesMap(place) {
  const map = draw(place);
  findOn(map, finderOf(place));
  const numbers = L.layerGroup().addTo(map);
  const points = L.layerGroup();
  const showing = () => {
    const near = map.getZoom() >= POINTS_FROM_ZOOM && points.getLayers().length > 0;
    (near ? points : numbers).addTo(map);
    (near ? numbers : points).remove();
  };
  map.on("zoomend", showing);
  /** @type {Map<string, L.Path>} */
  const grids = new Map();
  await addOutlines(map, place.dataset.grids ?? "", (feature, layer) => {
    grids.set(feature.properties.code, layer);
    layer.bindTooltip(asText(feature.properties.name), { sticky: true });
    layer.on("click", () => chooseGrid(feature.properties.code));
  });

  const load = async () => {
    const chosen = new URLSearchParams(location.search).get("area") ?? "";
    for (const [code, layer] of grids) layer.getElement()?.classList.toggle("is-chosen", code === chosen);
    const answer = await fetch(`${place.dataset.cases}${location.search}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    numbers.clearLayers();
    points.clearLayers();
    for (const [code, one] of Object.entries(found.grids)) addNumber(numbers, /** @type {any} */ (grids.get(code)), one, place);
    for (const one of found.points) addPoint(points, one);
    showing();
  };
  await load();
  const reload = () => {
    if (place.isConnected) load().catch(() => notify(place.dataset.wordsFailed ?? "", "error"));
    else document.removeEventListener("htmx:pushedIntoHistory", reload);
  };
  document.addEventListener("htmx:pushedIntoHistory", reload);
}

/** @param {L.LayerGroup} layer @param {L.Polygon | undefined} grid @param {any} one @param {HTMLElement} place */
function addNumber(layer, grid, one, place) {
  if (!grid) return;
  const words = document.createElement("span");
  words.textContent = String(one.total);
  if (one.overdue) {
    const late = document.createElement("b");
    late.textContent = `!${one.overdue}`;
    words.append(late);
  }
  const icon = L.divIcon({
    className: `grid-count${one.overdue ? " has-overdue" : ""}`,
    html: words,
    iconSize: [one.overdue ? 46 : 28, 22],
  });
  const title = `${one.name} ${one.total} ${place.dataset.wordsTotal}${one.overdue ? ` · ${place.dataset.wordsOverdue} ${one.overdue}` : ""}`;
  L.marker(grid.getBounds().getCenter(), { icon, interactive: false, keyboard: false, alt: title }).addTo(layer);
}

/** @param {L.LayerGroup} layer @param {any} one */
function addPoint(layer, one) {
  const icon = mark(`is-${one.state}`, SIGNS[one.state] ?? "", one.state === "overdue" ? 22 : 18);
  const marker = L.marker([one.lat, one.lng], { icon, title: one.title, riseOnHover: true });
  const words = document.createElement("div");
  for (const text of [one.title, `${one.stage} · ${one.clock}`]) {
    const line = document.createElement("div");
    line.textContent = text;
    words.append(line);
  }
  marker.bindTooltip(words);
  marker.on("click", () => void htmx.ajax("GET", one.url, { target: "#pane", push: "true" }));
  marker.addTo(layer);
}

/** Narrow the list to a grid, or widen it again. @param {string} code */
function chooseGrid(code) {
  const query = new URLSearchParams(location.search);
  for (const name of ["after", "before"]) query.delete(name);
  if (query.get("area") === code) query.delete("area");
  else query.set("area", code);
  const search = query.toString();
  void htmx.ajax("GET", `${location.pathname}${search ? `?${search}` : ""}`, { target: "#list", push: "true" });
}

// --- a point to be picked -------------------------------------------------------------------------------------------

/** @param {HTMLElement} place */
async function pickMap(place) {
  const map = draw(place);
  const [lng, lat] = [place.dataset.lng, place.dataset.lat].map(
    (id) => /** @type {HTMLInputElement} */ (document.getElementById(id ?? "")),
  );
  /** @type {L.Marker | null} */
  let marker = null;
  /** @param {L.LatLng} at */
  const put = (at) => {
    lng.value = at.lng.toFixed(6);
    lat.value = at.lat.toFixed(6);
    if (marker) marker.setLatLng(at);
    else {
      marker = L.marker(at, { icon: mark("is-here", "", 20), draggable: true, keyboard: false }).addTo(map);
      marker.on("dragend", () => marker && put(marker.getLatLng()));
    }
    void htmx.ajax("GET", `${place.dataset.near}?lng=${lng.value}&lat=${lat.value}`, { target: "#near", swap: "innerHTML" });
  };
  map.on("click", (event) => put(event.latlng));
  if (place.dataset.wasLng && !lng.value) {
    // Where it is said to be now, to be seen and not to be sent.
    const was = L.latLng(Number(place.dataset.wasLat), Number(place.dataset.wasLng));
    L.marker(was, { icon: mark("was-here", "", 16), interactive: false, keyboard: false }).addTo(map);
    map.setView(was, 16);
  }
  if (lng.value && lat.value) {
    put(L.latLng(Number(lat.value), Number(lng.value)));
    map.setView([Number(lat.value), Number(lng.value)], 16);
  }
  await addOutlines(map, place.dataset.grids ?? "");
}

// --- numbers on areas -----------------------------------------------------------------------------------------------

/** The table says each area's number and class; the map paints it and writes the number on it. @param {HTMLElement} place */
async function themeMap(place) {
  const map = draw(place);
  findOn(map, finderOf(place));
  const rows = new Map([...document.querySelectorAll("tr[data-code]")].map((row) => [/** @type {HTMLElement} */ (row).dataset.code, /** @type {HTMLElement} */ (row)]));
  const numbers = L.layerGroup().addTo(map);
  /** @type {{at: L.LatLng, wide: number, high: number, row: HTMLElement}[]} */
  const areas = [];
  const shapes = await addOutlines(map, place.dataset.outlines ?? "", (feature, layer) => {
    const row = rows.get(feature.properties.code);
    if (!row) return;
    const bounds = /** @type {L.Polygon} */ (layer).getBounds();
    const [lng, lat] = middleOf(largest(feature.geometry));
    areas.push({ at: L.latLng(lat, lng), wide: bounds.getEast() - bounds.getWest(), high: bounds.getNorth() - bounds.getSouth(), row });
    layer.bindTooltip(asText(`${feature.properties.name} ${row.dataset.number}`), { sticky: true });
    layer.on("click", () => choose(row));
  });
  shapes.eachLayer((layer) => {
    const row = rows.get(/** @type {any} */ (layer).feature.properties.code);
    /** @type {L.Path} */ (layer).getElement()?.setAttribute("class", `theme-area theme-${row?.dataset.shade || "none"} leaflet-interactive`);
  });
  // A number that its area has no room for would hide the next one.
  const write = () => {
    numbers.clearLayers();
    for (const { at, row, wide, high } of areas) {
      const one = map.latLngToContainerPoint(at);
      const corner = map.latLngToContainerPoint([at.lat + high / 2, at.lng + wide / 2]);
      if (corner.x - one.x < 12 || one.y - corner.y < 8) continue;
      const icon = L.divIcon({ className: `theme-number on-${row.dataset.shade || "none"}`, html: row.dataset.number || "?", iconSize: [40, 18] });
      L.marker(at, { icon, interactive: false, keyboard: false }).addTo(numbers);
    }
  };
  map.on("zoomend", write);
  write();
}

/** The outer ring of the largest part. @param {any} geometry @returns {import("./land/rings.js").Point[]} */
function largest(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.map((/** @type {any} */ rings) => rings[0]).sort((/** @type {any} */ a, /** @type {any} */ b) => Math.abs(doubled(b)) - Math.abs(doubled(a)))[0];
}

/** The row of an area that was pointed at. @param {HTMLElement} row */
function choose(row) {
  for (const other of document.querySelectorAll("tr.is-chosen")) other.classList.remove("is-chosen");
  row.classList.add("is-chosen");
  row.scrollIntoView({ block: "center" });
}

const KINDS = /** @type {Record<string, (place: HTMLElement) => Promise<void>>} */ ({
  case: caseMap,
  cases: casesMap,
  pick: pickMap,
  theme: themeMap,
});

function begin() {
  if (typeof L === "undefined") return; // The map library is missing: every page works without it.
  for (const found of document.querySelectorAll("[data-map]:not(.leaflet-container)")) {
    const place = /** @type {HTMLElement} */ (found);
    KINDS[place.dataset.map ?? ""]?.(place).catch(() => notify(place.dataset.wordsFailed ?? "", "error"));
  }
}

document.addEventListener("htmx:afterSettle", begin);
begin();
