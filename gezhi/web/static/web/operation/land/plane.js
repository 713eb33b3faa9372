/** Whole millimetres and degrees, as the server's lattice has them. Pure. */

/** @typedef {import("./rings.js").Point} Point */
/** @typedef {{lng: number, lat: number, across: number, along: number}} Plane Origin, and metres a degree east and north. */

/** @param {Plane} plane @param {Point} point @returns {[number, number]} latitude, longitude */
export function degrees(plane, [x, y]) {
  return [y / 1000 / plane.along + plane.lat, x / 1000 / plane.across + plane.lng];
}

/** @param {Plane} plane @param {number} lat @param {number} lng @returns {Point} */
export function millimetres(plane, lat, lng) {
  return [Math.round((lng - plane.lng) * plane.across * 1000), Math.round((lat - plane.lat) * plane.along * 1000)];
}
