/** What lies under a map: the coordinate system of the tiles, if the house has set some, and the tiles.
 *
 * Everything of ours is in CGCS2000, which is WGS 84 to centimetres. A source of tiles in GCJ-02 is met half-way: the projection itself
 * shifts for display and shifts back what is pointed at, so outlines lie on the tiles and what is drawn is kept true.
 */

/** Krasovsky 1940, on which the shift of GCJ-02 is defined; the rectangle in which it applies. */
const [A, E2] = [6378245.0, 0.00669342162296594323];
const [WEST, SOUTH, EAST, NORTH] = [72.004, 0.8293, 137.8347, 55.8271];

/** What GCJ-02 adds to WGS 84, in degrees. @param {number} lng @param {number} lat @returns {[number, number]} */
export function gcjShift(lng, lat) {
  const [x, y, pi, { sin, sqrt, abs, cos }] = [lng - 105, lat - 35, Math.PI, Math];
  const ripple = ((20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2) / 3;
  let north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + ripple;
  north += ((20 * sin(y * pi) + 40 * sin((y / 3) * pi)) * 2) / 3 + ((160 * sin((y / 12) * pi) + 320 * sin((y * pi) / 30)) * 2) / 3;
  let east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + ripple;
  east += ((20 * sin(x * pi) + 40 * sin((x / 3) * pi)) * 2) / 3 + ((150 * sin((x / 12) * pi) + 300 * sin((x / 30) * pi)) * 2) / 3;
  const sine = sin((lat * pi) / 180);
  const w2 = 1 - E2 * sine * sine;
  const along = (((A * (1 - E2)) / (w2 * sqrt(w2))) * pi) / 180;
  const across = ((A / sqrt(w2)) * cos((lat * pi) / 180) * pi) / 180;
  return [east / across, north / along];
}

/** @param {number} lng @param {number} lat @returns {[number, number]} */
export function toGcj(lng, lat) {
  if (lng < WEST || lng > EAST || lat < SOUTH || lat > NORTH) return [lng, lat];
  const [byLng, byLat] = gcjShift(lng, lat);
  return [lng + byLng, lat + byLat];
}

/** The way back has no closed form: each round gives two more digits. @param {number} lng @param {number} lat @returns {[number, number]} */
export function fromGcj(lng, lat) {
  let [trueLng, trueLat] = [lng, lat];
  for (let round = 0; round < 8; round++) {
    const [byLng, byLat] = gcjShift(trueLng, trueLat);
    [trueLng, trueLat] = [lng - byLng, lat - byLat];
  }
  return trueLng < WEST || trueLng > EAST || trueLat < SOUTH || trueLat > NORTH ? [lng, lat] : [trueLng, trueLat];
}

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
