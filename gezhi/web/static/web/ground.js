/** What lies under a map: the coordinate system of the tiles, if the house has set some, and the tiles.
 *
 * Everything of ours is in CGCS2000, which is WGS 84 to centimetres. A source of tiles in GCJ-02 is met half-way: the projection itself
 * shifts for display and shifts back what is pointed at, so outlines lie on the tiles and what is drawn is kept true.
 */

import { fromGcj, toGcj } from "./gcj.js";

/** How tiles are cut: `wgs84` and `gcj02` in Mercator's squares, `degrees` in squares of degrees (天地图's layers that end in _c).
 * @param {string} name @returns {L.CRS} */
export function crsOf(name) {
  if (name === "degrees") return L.CRS.EPSG4326;
  if (name !== "gcj02") return L.CRS.EPSG3857;
  const flat = L.Projection.SphericalMercator;
  const projection = {
    ...flat,
    project: (/** @type {L.LatLng} */ at) => {
      const [lng, lat] = toGcj(at.lng, at.lat);
      return flat.project(L.latLng(lat, lng));
    },
    unproject: (/** @type {L.Point} */ point) => {
      const at = flat.unproject(point);
      const [lng, lat] = fromGcj(at.lng, at.lat);
      return L.latLng(lat, lng);
    },
  };
  return L.extend({}, L.CRS.EPSG3857, { projection });
}

/** The tiles that a page says in its data, several one upon another; none where none are set. @param {L.Map} map @param {HTMLElement} place */
export function addTiles(map, place) {
  const { tiles = "", credit = "", tilesCrs = "", subdomains = "" } = place.dataset;
  const options = { maxZoom: 22, maxNativeZoom: 18, zoomOffset: tilesCrs === "degrees" ? 1 : 0, subdomains: subdomains || "abc" };
  tiles.split(" ").filter(Boolean).forEach((address, at) => {
    L.tileLayer(address, { ...options, attribution: at ? "" : credit }).addTo(map);
  });
  return Boolean(tiles);
}
