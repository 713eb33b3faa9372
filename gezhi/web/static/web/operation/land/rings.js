/** Rings of whole millimetres: sides, areas, crossings, and rings made of directed borders. Pure.
 *
 * A point is [x, y] in whole millimetres. Differences stay below 2^26, so the products below are exact in a double.
 */

/** @typedef {[number, number]} Point */
/** @typedef {number[]} Ring Numbers of vertices; the first isn't repeated at the end. */
/** @typedef {Ring[]} Polygon The outer ring, then its holes. */

/** Vertices nearer to a border than this would stand on it if whole millimetres could say so. */
export const ROUNDING = 1.5;

/** Twice the signed area of a triangle: above zero where c lies left of a-b. @param {Point} a @param {Point} b @param {Point} c */
export function side(a, b, c) {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** Twice the signed area of a ring in mm². @param {Point[]} ring */
export function doubled(ring) {
  const [x0, y0] = ring[0] ?? [0, 0];
  let sum = 0;
  for (let at = 0; at < ring.length; at++) {
    const [x1, y1] = ring[at];
    const [x2, y2] = ring[(at + 1) % ring.length];
    sum += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  }
  return sum;
}

/** @param {Point[]} ring */
export function perimeter(ring) {
  return ring.reduce((sum, point, at) => sum + distance(point, ring[(at + 1) % ring.length]), 0);
}

/** @param {Point} a @param {Point} b */
export function distance(a, b) {
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}

/** Is a point inside a ring? On its border either answer may come. @param {Point} point @param {Point[]} ring */
export function isInside(point, ring) {
  let inside = false;
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
    const [x1, y1] = ring[at];
    const [x2, y2] = ring[before];
    if (y1 > point[1] !== y2 > point[1] && point[0] < x1 + ((point[1] - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  }
  return inside;
}

/** The nearest place of the line a-b to a point, and how far along it is. @param {Point} point @param {Point} a @param {Point} b */
export function nearest(point, a, b) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const share = length ? Math.min(1, Math.max(0, ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length)) : 0;
  const place = /** @type {Point} */ ([a[0] + share * dx, a[1] + share * dy]);
  return { place, share, far: distance(point, place) };
}

/** Do two lines cross within both of them, not only touch? @param {Point} a @param {Point} b @param {Point} c @param {Point} d */
export function cross(a, b, c, d) {
  if (Math.max(a[0], b[0]) < Math.min(c[0], d[0]) || Math.max(c[0], d[0]) < Math.min(a[0], b[0])) return false;
  if (Math.max(a[1], b[1]) < Math.min(c[1], d[1]) || Math.max(c[1], d[1]) < Math.min(a[1], b[1])) return false;
  const [first, second, third, fourth] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  return first > 0 !== second > 0 && third > 0 !== fourth > 0 && first !== 0 && second !== 0 && third !== 0 && fourth !== 0;
}

/** Where two lines that cross meet. @param {Point} a @param {Point} b @param {Point} c @param {Point} d @returns {Point} */
export function meeting(a, b, c, d) {
  const along = side(c, d, a) / (side(c, d, a) - side(c, d, b));
  return [a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1])];
}

/** Where a ring crosses itself, or null. @param {Point[]} ring @returns {Point | null} */
export function selfCrossing(ring) {
  const count = ring.length;
  for (let at = 0; at < count; at++) {
    const [a, b] = [ring[at], ring[(at + 1) % count]];
    for (let other = at + 2; other < count; other++) {
      if (at === 0 && other === count - 1) continue;
      const [c, d] = [ring[other], ring[(other + 1) % count]];
      if (cross(a, b, c, d)) return meeting(a, b, c, d);
      if (touches(a, c, d) || touches(c, a, b)) return touches(a, c, d) ? a : c;
    }
  }
  return null;
}

/** Does a point stand on a line, exactly? @param {Point} point @param {Point} a @param {Point} b */
function touches(point, a, b) {
  if (point[0] < Math.min(a[0], b[0]) || point[0] > Math.max(a[0], b[0])) return false;
  if (point[1] < Math.min(a[1], b[1]) || point[1] > Math.max(a[1], b[1])) return false;
  return side(a, b, point) === 0;
}

/** Directed borders put together to polygons: borders that run both ways have cancelled before. Null where they don't close.
 * @param {[number, number][]} borders @param {(vertex: number) => Point} place @returns {Polygon[] | null} */
export function polygonsOf(borders, place) {
  /** @type {Map<number, number[]>} */
  const leaving = new Map();
  for (const [from, to] of borders) leaving.set(from, [...(leaving.get(from) ?? []), to]);
  /** @type {Ring[]} */
  const rings = [];
  for (const start of leaving.keys()) {
    while (leaving.get(start)?.length) {
      const found = ringFrom(start, leaving, place);
      if (!found) return null;
      rings.push(...found);
    }
  }
  return nested(rings, place);
}

/** Walk until the beginning is met; a vertex met twice closes a ring of its own.
 * @param {number} start @param {Map<number, number[]>} leaving @param {(vertex: number) => Point} place @returns {Ring[] | null} */
function ringFrom(start, leaving, place) {
  /** @type {Ring[]} */
  const rings = [];
  /** @type {number[]} */
  const walked = [start];
  for (;;) {
    const here = walked[walked.length - 1];
    const onward = leaving.get(here) ?? [];
    if (!onward.length) return null;
    const next = onward.length === 1 ? onward[0] : sharpest(walked[walked.length - 2], here, onward, place);
    onward.splice(onward.indexOf(next), 1);
    const before = walked.indexOf(next);
    if (before < 0) {
      walked.push(next);
      continue;
    }
    const ring = walked.splice(before);
    if (ring.length >= 3) rings.push(ring);
    if (!before) return rings;
    walked.push(next);
  }
}

/** Of several ways on, the leftmost turn: so that an area that touches itself falls into pieces and holes.
 * @param {number | undefined} from @param {number} here @param {number[]} onward @param {(vertex: number) => Point} place */
function sharpest(from, here, onward, place) {
  if (from === undefined) return onward[0];
  const [x, y] = place(here);
  const back = Math.atan2(place(from)[1] - y, place(from)[0] - x);
  const turn = (/** @type {number} */ vertex) => {
    const angle = back - Math.atan2(place(vertex)[1] - y, place(vertex)[0] - x);
    return (angle + 4 * Math.PI) % (2 * Math.PI) || 2 * Math.PI;
  };
  return [...onward].sort((a, b) => turn(a) - turn(b))[0];
}

/** Outer rings with the holes that lie in them. @param {Ring[]} rings @param {(vertex: number) => Point} place @returns {Polygon[] | null} */
function nested(rings, place) {
  const shapes = rings.map((ring) => ring.map(place));
  const areas = shapes.map(doubled);
  /** @type {Map<number, Polygon>} */
  const outer = new Map();
  areas.forEach((area, at) => area > 0 && outer.set(at, [rings[at]]));
  for (const [at, area] of areas.entries()) {
    if (area >= 0) continue;
    const point = middleOf(shapes[at]);
    const around = [...outer.keys()].filter((one) => isInside(point, shapes[one])).sort((a, b) => areas[a] - areas[b])[0];
    if (around === undefined) return null;
    /** @type {Polygon} */ (outer.get(around)).push(rings[at]);
  }
  return [...outer.values()];
}

/** A point within a ring, whichever way it runs. @param {Point[]} ring @returns {Point} */
export function middleOf(ring) {
  const ys = [...new Set(ring.map(([, y]) => y))].sort((a, b) => a - b);
  /** @type {{width: number, point: Point}} */
  let best = { width: -1, point: ring[0] };
  // Between two heights no border begins or ends: the widest span of a few such heights is well inside.
  const step = Math.max(1, Math.floor((ys.length - 1) / 16));
  const [low, high] = [ys[0], ys[ys.length - 1]];
  const heights = ys.slice(0, -1).flatMap((y, at) => (at % step ? [] : [{ y: (y + ys[at + 1]) / 2, room: ys[at + 1] - y }]));
  // And the middle itself, a hair beside any vertex.
  heights.push({ y: (low + high) / 2 + (high - low) / 1e6, room: high - low });
  for (const { y, room } of heights) {
    const xs = [];
    for (let one = 0; one < ring.length; one++) {
      const [[x1, y1], [x2, y2]] = [ring[one], ring[(one + 1) % ring.length]];
      if (y1 > y !== y2 > y) xs.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
    }
    xs.sort((a, b) => a - b);
    for (let one = 0; one + 1 < xs.length; one += 2) {
      // Of two alike the one nearer to the middle: a name there is read as the area's.
      const off = Math.abs(y - (low + high) / 2) / (high - low);
      const width = Math.min(xs[one + 1] - xs[one], room * 4) * (1 - off);
      if (width > best.width) best = { width, point: [(xs[one] + xs[one + 1]) / 2, y] };
    }
  }
  return best.point;
}
