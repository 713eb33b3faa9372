/** Areas that share vertices, as they lie: what is read off them, and what several cover together. Pure. */

import { ROUNDING, distance, doubled, isInside, middleOf, nearest, polygonsOf } from "./rings.js";

/** @typedef {import("./rings.js").Point} Point */
/** @typedef {import("./rings.js").Ring} Ring */
/** @typedef {import("./rings.js").Polygon} Polygon */
/** @typedef {"district" | "street" | "community" | "grid"} Level */
/**
 * @typedef {object} Area
 * @property {string} key
 * @property {string} code where it goes on under its code
 * @property {Level} level
 * @property {string} parent a code or a key
 * @property {string} name
 * @property {string} kind
 * @property {string} subtype
 * @property {number | null} households
 * @property {number | null} population
 * @property {string[]} sources codes whose land it took
 * @property {boolean} fixed the land around the plan: it can't be changed by it
 * @property {Polygon[]} polygons
 */

/** A rule of drawing says no; `code` picks the sentence. */
export class Impossible extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export class Borders {
  constructor() {
    /** @type {Map<number, Point>} */
    this.vertices = new Map();
    /** @type {Map<string, Area>} */
    this.areas = new Map();
    /** @type {Map<string, number>} only while it is loaded */
    this.numbers = new Map();
    this.last = 0;
  }

  /** Back to flat lists. @param {Area} area @returns {number[][][]} */
  outline(area) {
    return area.polygons.map((rings) => rings.map((ring) => ring.flatMap((vertex) => this.at(vertex))));
  }

  /** @param {number} vertex @returns {Point} */
  at(vertex) {
    const found = this.vertices.get(vertex);
    if (!found) throw new Error(`no vertex ${vertex}`);
    return found;
  }

  /** @param {Ring} ring @returns {Point[]} */
  points(ring) {
    return ring.map((vertex) => this.at(vertex));
  }

  /** @param {string} key @returns {Area} */
  area(key) {
    const found = this.areas.get(key);
    if (!found) throw new Impossible("no_area");
    return found;
  }

  /** Areas of a level that may be changed. @param {Level} level */
  of(level) {
    return [...this.areas.values()].filter((area) => area.level === level && !area.fixed);
  }

  /** Square metres. @param {Area} area */
  size(area) {
    return area.polygons.flat().reduce((sum, ring, _at) => sum + doubled(this.points(ring)), 0) / 2e6;
  }

  /** @param {Area} area @param {Point} point */
  holds(area, point) {
    return area.polygons.some(
      ([outer, ...holes]) => isInside(point, this.points(outer)) && !holes.some((hole) => isInside(point, this.points(hole))),
    );
  }

  /** A point within the largest part. @param {Area} area @returns {Point} */
  inner(area) {
    const outers = area.polygons.map(([outer]) => this.points(outer));
    const largest = outers.sort((a, b) => doubled(b) - doubled(a))[0];
    return middleOf(largest);
  }

  /** The areas that have a vertex. @param {number} vertex */
  sharing(vertex) {
    return [...this.areas.values()].filter((area) => area.polygons.some((rings) => rings.some((ring) => ring.includes(vertex))));
  }

  /** Does it stand on the outline of the land around the plan? @param {number} vertex */
  isLocked(vertex) {
    const point = this.at(vertex);
    return [...this.areas.values()].some(
      (area) =>
        area.fixed &&
        edgesOf(area).some(([a, b]) => a === vertex || b === vertex || nearest(point, this.at(a), this.at(b)).far <= ROUNDING),
    );
  }

  // --- putting together -------------------------------------------------------------------------------------------------

  /** @param {Polygon[]} polygons */
  sizeOf(polygons) {
    return polygons.flat().reduce((total, ring) => total + doubled(this.points(ring)), 0);
  }

  /** What several outlines cover together; common borders vanish. Null where that is no land. @param {Polygon[][]} outlines @returns {Polygon[] | null} */
  union(outlines) {
    const everything = outlines.flatMap((polygons) => polygons.flat().flatMap(edgesOfRing));
    const used = [...new Set(everything.flat())];
    /** @type {Map<string, [number, number]>} */
    const left = new Map();
    for (const [from, to] of everything.flatMap((edge) => this.cutAt(edge, used))) {
      if (left.has(`${to},${from}`)) left.delete(`${to},${from}`);
      else left.set(`${from},${to}`, [from, to]);
    }
    return polygonsOf([...left.values()], (vertex) => this.at(vertex));
  }

  /** A border cut at vertices that stand exactly on it. @param {[number, number]} edge @param {number[]} vertices @returns {[number, number][]} */
  cutAt([from, to], vertices) {
    const [a, b] = [this.at(from), this.at(to)];
    const [west, east] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
    const [south, north] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
    const between = vertices.filter((vertex) => {
      const point = this.at(vertex);
      if (vertex === from || vertex === to || point[0] < west - 2 || point[0] > east + 2 || point[1] < south - 2 || point[1] > north + 2) return false;
      const near = nearest(point, a, b);
      return near.far <= ROUNDING && near.share > 0 && near.share < 1;
    });
    const chain = [from, ...between.sort((one, other) => distance(a, this.at(one)) - distance(a, this.at(other))), to];
    return chain.slice(1).map((vertex, at) => [chain[at], vertex]);
  }

  /** Areas of the same level that share a border with this one, longest border first. @param {string} key @returns {Area[]} */
  neighbours(key) {
    const own = this.area(key);
    const mine = new Set(edgesOf(own).map(([a, b]) => `${b},${a}`));
    const found = this.of(own.level)
      .filter((other) => other.key !== key)
      .map((other) => ({
        other,
        length: edgesOf(other).reduce((total, [a, b]) => total + (mine.has(`${a},${b}`) ? distance(this.at(a), this.at(b)) : 0), 0),
      }))
      .filter(({ length }) => length > 0);
    return found.sort((a, b) => b.length - a.length).map(({ other }) => other);
  }
}

/** @param {Area} area @returns {[number, number][]} */
export function edgesOf(area) {
  return area.polygons.flat().flatMap(edgesOfRing);
}

/** @param {Ring} ring @returns {[number, number][]} */
export function edgesOfRing(ring) {
  return ring.map((vertex, at) => [vertex, ring[(at + 1) % ring.length]]);
}
