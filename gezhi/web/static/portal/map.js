// @ts-check
// The map of the form: loaded only when it is wanted. Outlines on plain ground; tiles beneath only if the house has set some.

import { addTiles, crsOf } from "../web/ground.js";

/** @typedef {{message: string, code?: string, street?: string}} Place */

/** @param {string} url @returns {Promise<void>} */
function loadScript(url) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = url;
    script.addEventListener("load", () => done());
    script.addEventListener("error", () => failed(new Error(url)));
    document.head.append(script);
  });
}

/** @param {string} url @returns {Promise<void>} */
function loadStyle(url) {
  return new Promise((done, failed) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = url;
    link.addEventListener("load", () => done());
    link.addEventListener("error", () => failed(new Error(url)));
    document.head.append(link);
  });
}

const PIN = '<svg viewBox="0 0 24 24" aria-hidden="true"><path fill="currentColor" stroke="#fff" d="M12 1a8 8 0 0 0-8 8c0 6 8 14 8 14s8-8 8-14a8 8 0 0 0-8-8z"/><circle cx="12" cy="9" r="3" fill="#fff"/></svg>';

/** Draw the map into `box`; `place(lng, lat)` is called when a point is chosen.
 * @param {HTMLElement} box @param {(lng: number, lat: number) => void} place */
export async function drawMap(box, place) {
  await Promise.all([loadStyle(box.dataset.style ?? ""), loadScript(box.dataset.script ?? "")]);
  /** @type {any} Leaflet comes as a plain script. */
  const L = /** @type {any} */ (window).L;
  const map = L.map(box, { crs: crsOf(box.dataset.tilesCrs ?? ""), zoomControl: false, attributionControl: Boolean(box.dataset.tiles), minZoom: 9, maxZoom: 19, zoomSnap: 0.25 });
  L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
  box.setAttribute("role", "application");
  box.setAttribute("aria-label", box.dataset.label ?? "");
  if (addTiles(map, box)) box.classList.add("on-tiles");

  const answer = await fetch(box.dataset.outlines ?? "");
  if (!answer.ok) throw new Error(String(answer.status));
  const streets = L.geoJSON(await answer.json(), {
    style: { className: "outline-street" },
    onEachFeature: (/** @type {any} */ feature, /** @type {any} */ layer) =>
      layer.bindTooltip(feature.properties.name, { permanent: true, direction: "center", className: "street-name" }),
    interactive: false,
  }).addTo(map);
  if (streets.getLayers().length) map.fitBounds(streets.getBounds(), { padding: [8, 8] });
  else map.setView([36.65, 117.0], 11);

  const pin = L.marker([0, 0], {
    icon: L.divIcon({ html: PIN, className: "map-pin", iconSize: [40, 40], iconAnchor: [20, 39] }),
    keyboard: false,
  });
  /** @type {any} */ let grids = null;
  let shownStreet = "";

  map.on("click", (/** @type {any} */ event) => place(event.latlng.lng, event.latlng.lat));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    place(map.getCenter().lng, map.getCenter().lat);
  });

  return {
    /** @param {number} lng @param {number} lat */
    put(lng, lat) {
      pin.setLatLng([lat, lng]).addTo(map);
      map.setView([lat, lng], Math.max(map.getZoom(), 15));
    },
    take() {
      pin.remove();
      if (grids) grids.remove();
      shownStreet = "";
      box.classList.remove("with-grids");
    },
    /** Show the grids of the street in which the point lies, its own among them.
     * @param {Place} found */
    async showGrids(found) {
      if (!found.street) return;
      const same = (/** @type {any} */ feature) => feature.properties.code === found.code;
      if (found.street !== shownStreet) {
        const reply = await fetch(`${box.dataset.outlines}?street=${encodeURIComponent(found.street)}`);
        if (!reply.ok) return;
        if (grids) grids.remove();
        shownStreet = found.street;
        box.classList.add("with-grids");
        grids = L.geoJSON(await reply.json(), { interactive: false }).addTo(map);
      }
      grids.eachLayer((/** @type {any} */ layer) => {
        const path = layer.getElement();
        if (path) path.setAttribute("class", same(layer.feature) ? "outline-here" : "outline-grid");
        if (same(layer.feature)) layer.bringToFront();
      });
    },
    refresh() {
      map.invalidateSize();
    },
  };
}
