// @ts-check
// Grids drawn from what the phone holds: no tiles, no network.

import { polygons } from "./held.js";

const EDGE = 40;

/** @typedef {{ lng: number | null, lat: number | null, mark: string }} Mark */

/**
 * Outlines and marks on plain ground. With `picked` the drawing can be tapped: it hears the point.
 * @param {any[]} grids @param {Mark[]} marks @param {string} label @param {(lng: number, lat: number) => void} [picked]
 */
export function drawn(grids, marks, label, picked) {
  const rings = grids.map((grid) => polygons(grid.outline).flat());
  const points = rings.flat(2);
  const [west, east] = [Math.min(...points.map((one) => one[0] ?? 0)), Math.max(...points.map((one) => one[0] ?? 0))];
  const [south, north] = [Math.min(...points.map((one) => one[1] ?? 0)), Math.max(...points.map((one) => one[1] ?? 0))];
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = 1000 / Math.max((east - west) * narrow, north - south, 1e-6);
  const at = (/** @type {number} */ lng, /** @type {number} */ lat) => [((lng - west) * narrow * scale + EDGE).toFixed(1), ((north - lat) * scale + EDGE).toFixed(1)];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${((east - west) * narrow * scale + 2 * EDGE).toFixed(0)} ${((north - south) * scale + 2 * EDGE).toFixed(0)}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  for (const several of rings) {
    const path = document.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("d", several.map((ring) => `M${ring.map((one) => at(one[0] ?? 0, one[1] ?? 0).join(",")).join("L")}Z`).join(""));
    svg.append(path);
  }
  const put = (/** @type {Mark} */ one) => {
    if (one.lng === null || one.lat === null) return null;
    const [x = "0", y = "0"] = at(one.lng, one.lat);
    const dot = document.createElementNS(svg.namespaceURI, "circle");
    dot.setAttribute("cx", x);
    dot.setAttribute("cy", y);
    dot.setAttribute("r", "16");
    dot.setAttribute("class", one.mark);
    svg.append(dot);
    return dot;
  };
  for (const one of marks) put(one);
  if (picked) {
    /** @type {Element | null} */
    let pin = null;
    svg.addEventListener("click", (event) => {
      const there = new DOMPoint(event.clientX, event.clientY).matrixTransform(/** @type {any} */ (svg).getScreenCTM().inverse());
      const [lng, lat] = [west + (there.x - EDGE) / scale / narrow, north - (there.y - EDGE) / scale].map((one) => Math.round(one * 1e6) / 1e6);
      pin?.remove();
      pin = put({ lng: lng ?? null, lat: lat ?? null, mark: "pin" });
      picked(lng ?? 0, lat ?? 0);
    });
  }
  return svg;
}
