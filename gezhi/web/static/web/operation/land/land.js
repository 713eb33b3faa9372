/** The land as it is drawn: vertices that areas share, and what may be done with them. Pure.
 *
 * Two areas share a border when they share its vertices: what moves in one moves in all. Values are never changed in place; a step is the
 * list of what it replaced, so it can be taken back and told to a storage.
 */

import { Borders, Impossible, edgesOf, edgesOfRing } from "./borders.js";
import { ROUNDING, cross, doubled, isInside, middleOf, nearest } from "./rings.js";

export { Impossible } from "./borders.js";

/** @typedef {import("./rings.js").Point} Point */
/** @typedef {import("./rings.js").Ring} Ring */
/** @typedef {import("./rings.js").Polygon} Polygon */
/** @typedef {import("./borders.js").Area} Area */
/** @typedef {import("./borders.js").Level} Level */
/** @typedef {{words: string, vertices: [number, Point | null, Point | null][], areas: [string, Area | null, Area | null][]}} Step */
/** @typedef {{vertex: number} | {edge: [number, number], at: Point} | {at: Point}} Spot A vertex, a place on a border, or open land. */

/** What one step replaces. */
class Pen {
  /** @param {Land} land */
  constructor(land) {
    this.land = land;
    /** @type {Map<number, Point | null>} */
    this.vertices = new Map();
    /** @type {Map<string, Area | null>} */
    this.areas = new Map();
  }

  /** @param {number} vertex @param {Point | null} to */
  vertex(vertex, to) {
    if (!this.vertices.has(vertex)) this.vertices.set(vertex, this.land.vertices.get(vertex) ?? null);
    if (to) this.land.vertices.set(vertex, to);
    else this.land.vertices.delete(vertex);
  }

  /** @param {string} key @param {Area | null} to */
  area(key, to) {
    if (!this.areas.has(key)) this.areas.set(key, this.land.areas.get(key) ?? null);
    if (to) this.land.areas.set(key, to);
    else this.land.areas.delete(key);
  }

  /** @param {string} words @returns {Step} */
  step(words) {
    return {
      words,
      vertices: [...this.vertices].map(([vertex, before]) => [vertex, before, this.land.vertices.get(vertex) ?? null]),
      areas: [...this.areas].map(([key, before]) => [key, before, this.land.areas.get(key) ?? null]),
    };
  }
}

export class Land extends Borders {
  /** From outlines as flat lists of millimetres: equal places are one vertex. @param {(Omit<Area, "polygons"> & {outline: number[][][]})[]} rows */
  static of(rows) {
    const land = new Land();
    for (const { outline, ...facts } of rows) {
      const polygons = outline.map((rings) => rings.map((flat) => land.ring(flat)));
      land.areas.set(facts.key, { ...facts, polygons });
    }
    return land;
  }

  /** @param {number[]} flat @returns {Ring} */
  ring(flat) {
    /** @type {Ring} */
    const ring = [];
    for (let at = 0; at + 1 < flat.length; at += 2) {
      const place = `${flat[at]},${flat[at + 1]}`;
      let vertex = this.numbers.get(place);
      if (vertex === undefined) {
        vertex = ++this.last;
        this.numbers.set(place, vertex);
        this.vertices.set(vertex, [flat[at], flat[at + 1]]);
      }
      if (ring[ring.length - 1] !== vertex) ring.push(vertex);
    }
    if (ring.length > 1 && ring[0] === ring[ring.length - 1]) ring.pop();
    return ring;
  }

  // --- steps ----------------------------------------------------------------------------------------------------------

  /** Do something as one step; if it can't be done, nothing has happened. @param {string} words @param {(pen: Pen) => void} what */
  change(words, what) {
    const pen = new Pen(this);
    try {
      what(pen);
    } catch (error) {
      this.replay(pen.step(words), false);
      throw error;
    }
    return pen.step(words);
  }

  /** Put a step back, or do it again. @param {Step} step @param {boolean} forwards */
  replay(step, forwards) {
    for (const [vertex, before, after] of step.vertices) {
      const to = forwards ? after : before;
      if (to) this.vertices.set(vertex, to);
      else this.vertices.delete(vertex);
      this.last = Math.max(this.last, vertex);
    }
    for (const [key, before, after] of step.areas) {
      const to = forwards ? after : before;
      if (to) this.areas.set(key, to);
      else this.areas.delete(key);
    }
  }

  /** Move a vertex in all areas that share it. Onto another vertex: the two become one. @param {number} vertex @param {Spot} to @param {string} words */
  move(vertex, to, words) {
    return this.change(words, (pen) => {
      if (this.isLocked(vertex)) throw new Impossible("locked");
      this.adopt(pen, vertex);
      if ("vertex" in to) {
        this.join(pen, vertex, to.vertex);
        return;
      }
      pen.vertex(vertex, to.at);
      if ("edge" in to) this.insert(pen, to.edge, vertex);
    });
  }

  /** Borders that run past a vertex without having it, of neighbours or of the area around, get it, so that it moves in them too.
   * @param {Pen} pen @param {number} vertex */
  adopt(pen, vertex) {
    const point = this.at(vertex);
    for (const area of [...this.areas.values()]) {
      if (area.fixed) continue;
      for (const [a, b] of edgesOf(area)) {
        if (a === vertex || b === vertex) continue;
        const near = nearest(point, this.at(a), this.at(b));
        if (near.far <= ROUNDING && near.share > 0 && near.share < 1) this.insert(pen, [a, b], vertex);
      }
    }
    // The borders that begin here will leave the line on which they ran: whoever else stands on them has to be theirs as well.
    const everybody = [...this.vertices.keys()];
    const ends = new Map(this.sharing(vertex).flatMap((area) => edgesOf(area).filter((edge) => edge.includes(vertex)).map((edge) => [edge.join(), edge])));
    for (const edge of ends.values()) {
      const chain = this.cutAt(edge, everybody).map(([, to]) => to);
      let from = edge[0];
      for (const between of chain.slice(0, -1)) {
        this.insert(pen, [from, edge[1]], between);
        from = between;
      }
    }
  }

  /** Put a vertex into a border, in all areas that have it and lack the vertex. @param {Pen} pen @param {[number, number]} edge @param {number} vertex */
  insert(pen, [a, b], vertex) {
    for (const area of [...this.areas.values()]) {
      if (area.fixed) continue;
      const polygons = area.polygons.map((rings) =>
        rings.map((ring) => {
          if (ring.includes(vertex)) return ring;
          const at = ring.findIndex((one, here) => {
            const next = ring[(here + 1) % ring.length];
            return (one === a && next === b) || (one === b && next === a);
          });
          return at < 0 ? ring : [...ring.slice(0, at + 1), vertex, ...ring.slice(at + 1)];
        }),
      );
      if (isOther(polygons, area.polygons)) pen.area(area.key, { ...area, polygons });
    }
  }

  /** @param {Pen} pen @param {number} vertex @param {number} target */
  join(pen, vertex, target) {
    for (const area of this.sharing(vertex)) {
      const polygons = area.polygons.map((rings) => rings.map((ring) => withoutSpikes(ring.map((one) => (one === vertex ? target : one)))));
      pen.area(area.key, { ...area, polygons: kept(polygons) });
    }
    pen.vertex(vertex, null);
  }

  /** A vertex on a border, the same for all. @param {[number, number]} edge @param {Point} at @param {string} words @returns {[Step, number]} */
  add(edge, at, words) {
    const vertex = ++this.last;
    return [
      this.change(words, (pen) => {
        pen.vertex(vertex, at);
        this.insert(pen, edge, vertex);
        if (!this.sharing(vertex).length) throw new Impossible("locked");
      }),
      vertex,
    ];
  }

  /** Take a vertex out of all areas. @param {number} vertex @param {string} words */
  remove(vertex, words) {
    return this.change(words, (pen) => {
      const beside = new Set();
      for (const area of this.sharing(vertex)) {
        if (area.fixed || this.isLocked(vertex)) throw new Impossible("locked");
        for (const ring of area.polygons.flat()) {
          const at = ring.indexOf(vertex);
          if (at < 0) continue;
          if (ring.length <= 3) throw new Impossible("too_few");
          beside.add(ring.at(at - 1)).add(ring[(at + 1) % ring.length]);
        }
        pen.area(area.key, { ...area, polygons: area.polygons.map((rings) => rings.map((ring) => ring.filter((one) => one !== vertex))) });
      }
      // Where three borders meet, nothing would be left to meet in.
      if (beside.size > 2) throw new Impossible("meeting");
      pen.vertex(vertex, null);
    });
  }

  // --- areas ----------------------------------------------------------------------------------------------------------

  /** A new key. */
  fresh() {
    for (let number = 1; ; number++) if (!this.areas.has(`n${number}`)) return `n${number}`;
  }

  /** Divide an area by a line from its border to its border. @param {string} key @param {Spot[]} line @param {string} words @returns {[Step, string[]]} */
  split(key, line, words) {
    /** @type {string[]} */
    const made = [];
    const step = this.change(words, (pen) => {
      const whole = this.area(key);
      const [one, other] = this.cut(pen, key, line);
      pen.area(key, null);
      for (const polygons of [one, other]) {
        const fresh = this.fresh();
        made.push(fresh);
        const counts = { households: null, population: null };
        pen.area(fresh, { ...whole, ...counts, key: fresh, code: "", name: "", sources: sourcesOf(whole), polygons });
      }
      this.adoptChildren(pen, [key], made);
    });
    return [step, made];
  }

  /** Give what a line cuts off to a neighbour: the part that borders on it, of two such the smaller.
   * @param {string} key @param {string} to @param {Spot[]} line @param {string} words */
  give(key, to, line, words) {
    return this.change(words, (pen) => {
      const parts = this.cut(pen, key, line).sort((a, b) => this.sizeOf(a) - this.sizeOf(b));
      const taker = this.area(to);
      if (taker.parent !== this.area(key).parent) throw new Impossible("other_parent");
      const part = parts.find((one) => this.union([one, taker.polygons])?.length === taker.polygons.length);
      if (!part) throw new Impossible("not_beside");
      const rest = parts[0] === part ? parts[1] : parts[0];
      pen.area(key, { ...this.area(key), polygons: rest });
      pen.area(to, { ...taker, polygons: /** @type {Polygon[]} */ (this.union([part, taker.polygons])) });
      this.adoptChildren(pen, [key, to], [key, to]);
    });
  }

  /** One area of two that share a border. @param {string} key @param {string} other @param {string} words @returns {[Step, string]} */
  merge(key, other, words) {
    const made = this.fresh();
    const step = this.change(words, (pen) => {
      const [first, second] = [this.area(key), this.area(other)];
      if (first.parent !== second.parent) throw new Impossible("other_parent");
      if (first.fixed || second.fixed) throw new Impossible("locked");
      const polygons = this.union([first.polygons, second.polygons]);
      if (!polygons || polygons.length >= first.polygons.length + second.polygons.length) throw new Impossible("not_beside");
      pen.area(key, null);
      pen.area(other, null);
      const sources = [...new Set([...sourcesOf(first), ...sourcesOf(second)])];
      const alike = first.kind === second.kind && first.subtype === second.subtype;
      const more = alike ? {} : { kind: first.kind, subtype: first.subtype };
      const counts = { households: sum(first.households, second.households), population: sum(first.population, second.population) };
      pen.area(made, { ...first, ...more, ...counts, key: made, code: "", name: first.level === "grid" ? "" : first.name, sources, polygons });
      this.adoptChildren(pen, [key, other], [made]);
    });
    return [step, made];
  }

  /** Its land lies open until somebody gets it. @param {string} key @param {string} words */
  retire(key, words) {
    return this.change(words, (pen) => {
      if (this.area(key).fixed) throw new Impossible("locked");
      if ([...this.areas.values()].some((one) => one.parent === key)) throw new Impossible("has_parts");
      pen.area(key, null);
    });
  }

  /** Open land becomes an area. @param {Ring} ring @param {string} parent @param {Level} level @param {string} words @returns {[Step, string]} */
  create(ring, parent, level, words) {
    const made = this.fresh();
    const facts = { code: "", name: "", kind: level === "grid" ? "residential" : "", subtype: "", households: null, population: null };
    const step = this.change(words, (pen) => {
      pen.area(made, { key: made, level, parent, ...facts, sources: [], fixed: false, polygons: [[ring]] });
    });
    return [step, made];
  }

  /** Open land goes to an area beside it. @param {Ring} ring @param {string} to @param {string} words */
  fill(ring, to, words) {
    return this.change(words, (pen) => {
      const taker = this.area(to);
      const polygons = this.union([taker.polygons, [[ring]]]);
      if (!polygons || polygons.length > taker.polygons.length) throw new Impossible("not_beside");
      pen.area(to, { ...taker, polygons });
    });
  }

  /** What is said of an area besides its outline. @param {string} key @param {Partial<Area>} facts @param {string} words */
  say(key, facts, words) {
    return this.change(words, (pen) => pen.area(key, { ...this.area(key), ...facts }));
  }

  // --- cutting and putting together -------------------------------------------------------------------------------------

  /** Both sides of a line through an area. Its ends get vertices in everything that has their borders.
   * @param {Pen} pen @param {string} key @param {Spot[]} line @returns {[Polygon[], Polygon[]]} */
  cut(pen, key, line) {
    if (this.area(key).fixed) throw new Impossible("locked");
    const path = line.map((spot) => this.stand(pen, spot));
    for (const end of [path[0], path[path.length - 1]]) this.admit(pen, key, end);
    const area = this.area(key);
    const [start, end] = [path[0], path[path.length - 1]];
    const whole = area.polygons.find(([outer]) => outer.includes(start) && outer.includes(end));
    if (path.length < 2 || start === end || new Set(path).size !== path.length) throw new Impossible("line_short");
    if (!whole) throw new Impossible("line_ends");
    this.checkLine(area, whole, path);
    const [outer, ...holes] = whole;
    const turned = [...outer.slice(outer.indexOf(start)), ...outer.slice(0, outer.indexOf(start))];
    const split = turned.indexOf(end);
    const inner = path.slice(1, -1);
    const rings = [
      [...turned.slice(0, split + 1), ...[...inner].reverse()],
      [...turned.slice(split), start, ...inner],
    ];
    if (rings.some((ring) => ring.length < 3 || doubled(this.points(ring)) <= 0)) throw new Impossible("line_outside");
    const parts = /** @type {[Polygon[], Polygon[]]} */ (
      rings.map((ring) => [[ring, ...holes.filter((hole) => isInside(middleOf(this.points(hole)), this.points(ring)))]])
    );
    // Other pieces of the area stay with the larger side.
    const larger = this.sizeOf(parts[0]) >= this.sizeOf(parts[1]) ? 0 : 1;
    parts[larger].push(...area.polygons.filter((one) => one !== whole));
    return parts;
  }

  /** A vertex that stands on the border of an area without being one of it, becomes one: those of its parts often do. @param {Pen} pen @param {string} key @param {number} vertex */
  admit(pen, key, vertex) {
    const area = this.area(key);
    const edge = edgesOf(area).find(([a, b]) => {
      const near = nearest(this.at(vertex), this.at(a), this.at(b));
      return near.far <= ROUNDING && near.share > 0 && near.share < 1;
    });
    if (!edge || edgesOf(area).some(([a]) => a === vertex)) return;
    const polygons = area.polygons.map((rings) => rings.map((ring) => edgesOfRing(ring).flatMap(([a, b]) => (a === edge[0] && b === edge[1] ? [a, vertex] : [a]))));
    pen.area(key, { ...area, polygons });
  }

  /** A line leads through the area and nowhere across its border. @param {Area} area @param {Polygon} whole @param {number[]} path */
  checkLine(area, whole, path) {
    const points = this.points(path);
    const borders = whole.flatMap(edgesOfRing);
    for (let at = 0; at + 1 < points.length; at++) {
      const [a, b] = [points[at], points[at + 1]];
      const isBorder = borders.some(([c, d]) => (c === path[at] && d === path[at + 1]) || (d === path[at] && c === path[at + 1]));
      if (isBorder) throw new Impossible("line_outside");
      if (!this.holds(area, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2])) throw new Impossible("line_outside");
      if (borders.some(([c, d]) => cross(a, b, this.at(c), this.at(d)))) throw new Impossible("line_outside");
      for (let other = at + 2; other + 1 < points.length; other++)
        if (cross(a, b, points[other], points[other + 1])) throw new Impossible("line_crosses");
    }
    for (const vertex of path.slice(1, -1)) if (whole.some((ring) => ring.includes(vertex))) throw new Impossible("line_touches");
  }

  /** The vertex of a spot, a new one where there is none. @param {Pen} pen @param {Spot} spot @returns {number} */
  stand(pen, spot) {
    if ("vertex" in spot) return spot.vertex;
    const vertex = ++this.last;
    pen.vertex(vertex, spot.at);
    if ("edge" in spot) this.insert(pen, spot.edge, vertex);
    return vertex;
  }

  /** The parts of areas that were divided or put together lie in whichever is around them now. @param {Pen} pen @param {string[]} before @param {string[]} after */
  adoptChildren(pen, before, after) {
    for (const child of [...this.areas.values()]) {
      if (!before.includes(child.parent)) continue;
      const home = after.find((key) => this.holds(this.area(key), this.inner(child)));
      if (home && home !== child.parent) pen.area(child.key, { ...child, parent: home });
    }
  }
}

/** @param {Area} area */
function sourcesOf(area) {
  return area.code ? [...new Set([area.code, ...area.sources])] : area.sources;
}

/** @param {number | null} a @param {number | null} b */
function sum(a, b) {
  return a === null || b === null ? null : a + b;
}

/** @param {Polygon[]} polygons @param {Polygon[]} before */
function isOther(polygons, before) {
  return polygons.some((rings, at) => rings.some((ring, of) => ring !== before[at][of]));
}

/** A ring without a vertex twice in a row, and without a way there and back. @param {Ring} ring @returns {Ring} */
function withoutSpikes(ring) {
  let now = ring;
  for (;;) {
    const next = now.filter((vertex, at) => {
      const before = now.at(at - 1);
      const after = now[(at + 1) % now.length];
      return before !== vertex && !(now.length > 2 && before === after);
    });
    if (next.length === now.length) return now;
    now = next;
  }
}

/** Polygons that are still land. @param {Polygon[]} polygons @returns {Polygon[]} */
function kept(polygons) {
  const left = polygons.filter(([outer]) => outer.length >= 3).map(([outer, ...holes]) => [outer, ...holes.filter((hole) => hole.length >= 3)]);
  if (!left.length) throw new Impossible("nothing_left");
  return left;
}
