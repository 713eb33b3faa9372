/** Is the land still divided, while it is being drawn? The same arithmetic as the exact proof on the server: borders cancel. Pure.
 *
 * Along a clean division every border runs once each way, the parent's counted the other way round. What is left runs along every gap,
 * every overlap and every part outside. The server has the last word, before anything is kept.
 */

import { ROUNDING, distance, cross, doubled, meeting, middleOf, nearest, perimeter, selfCrossing } from "./rings.js";
import { edgesOf } from "./borders.js";

/** @typedef {import("./rings.js").Point} Point */
/** @typedef {import("./land.js").Land} Land */
/** @typedef {import("./borders.js").Area} Area */
/**
 * @typedef {object} Defect
 * @property {"gap" | "overlap" | "outside" | "self_crossing" | "sliver" | "one_sided"} kind
 * @property {string} around the area whose parts are proved
 * @property {Point} at a place in it
 * @property {Point[]} shape
 * @property {number[] | null} ring its vertices where each of them is one of the land's
 * @property {number} area square metres
 * @property {string[]} areas keys
 */
/** A border that is left, or one of the parent's that has cancelled and still parts what is inside from what is outside.
 * @typedef {{low: number, high: number, net: number, owners: Set<string>, isRim: boolean}} Left */

/** A part of an outline thinner than this, on average, is no land. Metres. */
const SLIVER = 0.5;
/** Faces smaller than this are what rounding leaves. Square metres. */
const DUST = 1e-6;
const KINDS = ["gap", "overlap", "outside", "self_crossing", "sliver", "one_sided"];
const SHIFT = 2 ** 26;

/** Everything that is wrong with the parts of these areas; of all that have parts unless some are named. The worst first.
 * @param {Land} land @param {Iterable<string>} [parents] @returns {Defect[]} */
export function prove(land, parents) {
  const parts = partsOf(land);
  const chosen = parents ? [...parents].filter((key) => parts.has(key)) : [...parts.keys()];
  return sorted(chosen.flatMap((key) => proveParts(land, key, /** @type {Area[]} */ (parts.get(key)))));
}

/** @param {Defect[]} found */
export function sorted(found) {
  return found.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || b.area - a.area);
}

/** @param {Land} land @returns {Map<string, Area[]>} */
export function partsOf(land) {
  /** @type {Map<string, Area[]>} */
  const parts = new Map();
  for (const area of land.areas.values()) {
    if (area.fixed) continue;
    const known = parts.get(area.parent);
    if (known) known.push(area);
    else parts.set(area.parent, [area]);
  }
  return parts;
}

/** @param {Land} land @param {string} around @param {Area[]} parts @returns {Defect[]} */
function proveParts(land, around, parts) {
  const parent = land.areas.get(around) ?? null;
  const single = parts.flatMap((area) => alone(land, around, area));
  const left = leftOver(parts, parent);
  if (!left.length) return single;
  const { pieces, oneSided } = cutApart(land, left, around);
  if (!pieces.length) return [...single, ...oneSided];
  return [...single, ...oneSided, ...faces(land, pieces).flatMap((face) => judge(land, around, parts, parent, face))];
}

/** What is wrong with an outline by itself. @param {Land} land @param {string} around @param {Area} area @returns {Defect[]} */
function alone(land, around, area) {
  /** @type {Defect[]} */
  const found = [];
  const facts = { around, ring: null, areas: [area.key] };
  for (const ring of area.polygons.flat()) {
    const points = land.points(ring);
    const at = selfCrossing(points);
    if (at) found.push({ kind: "self_crossing", at, shape: [at], area: 0, ...facts });
  }
  for (const rings of area.polygons) {
    const size = rings.reduce((sum, ring) => sum + doubled(land.points(ring)), 0) / 2e6;
    const outer = land.points(rings[0]);
    const round = rings.reduce((sum, ring) => sum + perimeter(land.points(ring)), 0) / 1e3;
    if (size <= 0 || (2 * size) / round < SLIVER) found.push({ kind: "sliver", at: outer[0], shape: outer, area: Math.abs(size), ...facts });
  }
  return found;
}

/** The borders that nobody takes back. @param {Area[]} parts @param {Area | null} parent @returns {Left[]} */
function leftOver(parts, parent) {
  /** @type {Map<number, Left>} */
  const all = new Map();
  const count = (/** @type {[number, number]} */ [from, to], /** @type {number} */ way, /** @type {string} */ owner) => {
    const [low, high] = from < to ? [from, to] : [to, from];
    const key = low * SHIFT + high;
    const known = all.get(key);
    const net = from < to ? way : -way;
    if (known) {
      known.net += net;
      known.owners.add(owner);
      known.isRim ||= !owner;
    } else all.set(key, { low, high, net, owners: new Set([owner]), isRim: !owner });
  };
  for (const area of parts) for (const edge of edgesOf(area)) count(edge, 1, area.key);
  // Without an outline around them, the parts are held against each other: their outer borders can't be told from gaps' and are left alone.
  if (parent) for (const edge of edgesOf(parent)) count(edge, -1, "");
  const left = [...all.values()].filter((one) => one.net && (parent !== null || one.owners.size > 1));
  return left.length ? [...left, ...[...all.values()].filter((one) => one.isRim && !one.net)] : left;
}

/** @typedef {{a: Spot, b: Spot, owners: Set<string>}} Piece */
/** @typedef {{id: number, point: Point}} Spot */

/** What is left, cut at vertices that stand in it and where it crosses itself; pieces that cancel then were only cut on one side.
 * @param {Land} land @param {Left[]} left @param {string} around @returns {{pieces: Piece[], oneSided: Defect[]}} */
function cutApart(land, left, around) {
  const vertices = [...new Set(left.filter((one) => one.net).flatMap((one) => [one.low, one.high]))];
  /** @type {Map<string, Left>} */
  const chains = new Map();
  /** Whose border runs past a vertex without having it. @type {Map<number, Set<string>>} */
  const lacking = new Map();
  for (const one of left) {
    const [a, b] = [land.at(one.low), land.at(one.high)];
    const between = vertices
      .filter((vertex) => vertex !== one.low && vertex !== one.high)
      .map((vertex) => ({ vertex, near: nearest(land.at(vertex), a, b) }))
      .filter(({ near }) => near.far <= ROUNDING && near.share > 0 && near.share < 1)
      .sort((first, second) => first.near.share - second.near.share)
      .map(({ vertex }) => vertex);
    for (const vertex of between) lacking.set(vertex, new Set([...(lacking.get(vertex) ?? []), ...one.owners]));
    const chain = [one.low, ...between, one.high];
    for (let at = 0; at + 1 < chain.length; at++) {
      const [low, high] = chain[at] < chain[at + 1] ? [chain[at], chain[at + 1]] : [chain[at + 1], chain[at]];
      const net = chain[at] === low ? one.net : -one.net;
      const known = chains.get(`${low},${high}`);
      if (known) {
        known.net += net;
        known.isRim ||= one.isRim;
        for (const owner of one.owners) known.owners.add(owner);
      } else chains.set(`${low},${high}`, { low, high, net, owners: new Set(one.owners), isRim: one.isRim });
    }
  }
  const every = [...chains.values()];
  const wrong = new Set(every.filter((one) => one.net).flatMap((one) => [one.low, one.high]));
  const oneSided = [...lacking].flatMap(([vertex, owners]) => {
    if (wrong.has(vertex)) return [];
    const at = land.at(vertex);
    const having = left.filter((one) => one.low === vertex || one.high === vertex).flatMap((one) => [...one.owners]);
    const areas = [...new Set([...owners, ...having])].filter(Boolean);
    return [/** @type {Defect} */ ({ kind: "one_sided", around, at, shape: [at], ring: null, area: 0, areas })];
  });
  const spot = (/** @type {number} */ id) => ({ id, point: land.at(id) });
  if (!wrong.size) return { pieces: [], oneSided };
  const pieces = every.filter((one) => one.net || one.isRim).map((one) => ({ a: spot(one.low), b: spot(one.high), owners: one.owners }));
  return { pieces: crossed(pieces), oneSided };
}

/** Cut where two pieces cross. @param {Piece[]} pieces @returns {Piece[]} */
function crossed(pieces) {
  /** @type {Map<Piece, Spot[]>} */
  const cuts = new Map();
  let next = 0;
  for (let at = 0; at < pieces.length; at++) {
    for (let other = at + 1; other < pieces.length; other++) {
      const [one, two] = [pieces[at], pieces[other]];
      if (!cross(one.a.point, one.b.point, two.a.point, two.b.point)) continue;
      const spot = { id: --next, point: meeting(one.a.point, one.b.point, two.a.point, two.b.point) };
      for (const piece of [one, two]) cuts.set(piece, [...(cuts.get(piece) ?? []), spot]);
    }
  }
  return pieces.flatMap((piece) => {
    const between = (cuts.get(piece) ?? []).sort((one, two) => distance(piece.a.point, one.point) - distance(piece.a.point, two.point));
    const chain = [piece.a, ...between, piece.b];
    return chain.slice(1).map((spot, at) => ({ a: chain[at], b: spot, owners: piece.owners }));
  });
}

/** @typedef {{spots: Spot[], owners: Set<string>}} Face */

/** The faces between the pieces: along each side of each piece, always the next turn to the left at the end. @param {Land} _land @param {Piece[]} pieces @returns {Face[]} */
function faces(_land, pieces) {
  /** @type {Map<number, {to: Spot, angle: number, owners: Set<string>}[]>} */
  const leaving = new Map();
  const leave = (/** @type {Spot} */ from, /** @type {Spot} */ to, /** @type {Set<string>} */ owners) => {
    const angle = Math.atan2(to.point[1] - from.point[1], to.point[0] - from.point[0]);
    leaving.set(from.id, [...(leaving.get(from.id) ?? []), { to, angle, owners }]);
  };
  for (const { a, b, owners } of pieces) {
    leave(a, b, owners);
    leave(b, a, owners);
  }
  for (const ways of leaving.values()) ways.sort((one, two) => one.angle - two.angle);
  const walked = new Set();
  /** @type {Face[]} */
  const found = [];
  for (const { a, b } of pieces) {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ]) {
      if (walked.has(`${from.id}>${to.id}`)) continue;
      /** @type {Face} */
      const face = { spots: [], owners: new Set() };
      let [here, next] = [from, to];
      while (!walked.has(`${here.id}>${next.id}`)) {
        walked.add(`${here.id}>${next.id}`);
        face.spots.push(here);
        const ways = leaving.get(next.id) ?? [];
        const back = ways.findIndex((way) => way.to.id === here.id);
        for (const owner of ways[back].owners) face.owners.add(owner);
        const onward = ways.at(back - 1);
        if (!onward) break;
        [here, next] = [next, onward.to];
      }
      if (doubled(face.spots.map((spot) => spot.point)) / 2e6 > DUST) found.push(face);
    }
  }
  return found;
}

/** How often is a face covered, and does it belong to the parent? @param {Land} land @param {string} around @param {Area[]} parts
 * @param {Area | null} parent @param {Face} face @returns {Defect[]} */
function judge(land, around, parts, parent, face) {
  const shape = face.spots.map((spot) => spot.point);
  const at = beside(shape);
  const over = parts.filter((area) => land.holds(area, at)).map((area) => area.key);
  const inside = parent === null || land.holds(parent, at);
  const ids = face.spots.map((spot) => spot.id);
  const ring = ids.every((id) => id > 0) && new Set(ids).size === ids.length ? ids : null;
  const owners = [...face.owners].filter(Boolean);
  const facts = { around, at: middleOf(shape), shape, ring, area: doubled(shape) / 2e6 };
  /** @type {Defect["kind"][]} */
  const kinds = [];
  if (!over.length && inside && parent) kinds.push("gap");
  if (over.length > 1) kinds.push("overlap");
  if (over.length && !inside) kinds.push("outside");
  if (kinds.length && isRounding(shape)) return [{ ...facts, kind: "one_sided", areas: owners }];
  return kinds.map((kind) => ({ ...facts, kind, areas: kind === "gap" ? owners : over }));
}

/** A point just left of the longest side: in the face whatever else lies in it. @param {Point[]} shape @returns {Point} */
function beside(shape) {
  let best = { length: -1, at: 0 };
  shape.forEach((point, at) => {
    const length = distance(point, shape[(at + 1) % shape.length]);
    if (length > best.length) best = { length, at };
  });
  const [a, b] = [shape[best.at], shape[(best.at + 1) % shape.length]];
  const [mx, my] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const [nx, ny] = [-(b[1] - a[1]) / best.length, (b[0] - a[0]) / best.length];
  // As far in as a third of the way to the other side, where that is nearer than a metre.
  let far = 3000;
  for (let at = 0; at < shape.length; at++) {
    const [c, d] = [shape[at], shape[(at + 1) % shape.length]];
    if (at !== best.at && cross([mx, my], [mx + nx * far, my + ny * far], c, d)) {
      far = distance([mx, my], meeting([mx, my], [mx + nx * far, my + ny * far], c, d));
    }
  }
  return [mx + (nx * far) / 3, my + (ny * far) / 3];
}

/** Is this what rounding makes of a vertex on a neighbour's border? @param {Point[]} shape */
function isRounding(shape) {
  let longest = 0;
  shape.forEach((point, at) => {
    const was = distance(shape[longest], shape[(longest + 1) % shape.length]);
    if (distance(point, shape[(at + 1) % shape.length]) > was) longest = at;
  });
  const [a, b] = [shape[longest], shape[(longest + 1) % shape.length]];
  return shape.every((point) => nearest(point, a, b).far <= ROUNDING);
}
