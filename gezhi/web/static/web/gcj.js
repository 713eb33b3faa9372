/** GCJ-02, in which most phones and tiles of the country speak, against WGS 84. */

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
