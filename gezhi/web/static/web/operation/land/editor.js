/** What is done on the drawing page. Every change is a step of the history; the proof follows each. */

import { edgesOf } from "./borders.js";
import { Impossible } from "./land.js";
import { prove } from "./proof.js";
import { ROUNDING, distance, nearest } from "./rings.js";
import { LEVELS, View } from "./view.js";

/** @typedef {import("./rings.js").Point} Point */
/** @typedef {import("./land.js").Area} Area */
/** @typedef {import("./land.js").Spot} Spot */
/** @typedef {import("./land.js").Step} Step */
/** @typedef {import("./proof.js").Defect} Defect */

export class Editor extends View {
  // --- doing --------------------------------------------------------------------------------------------------------------

  /** Do a step and keep it; a rule that says no is read out and nothing happens. @template T @param {() => T} what @returns {T | null} */
  attempt(what) {
    if (!this.mayDraw) return null;
    try {
      return what();
    } catch (error) {
      if (!(error instanceof Impossible)) throw error;
      this.panel.say(this.words.impossible[error.code] ?? error.code);
      this.refresh();
      return null;
    }
  }

  /** @param {Step} step */
  did(step) {
    this.history.did(step);
    this.locked.clear();
    this.refresh(step);
    this.panel.say(this.history.isKept ? step.words : this.words.not_kept);
    this.changed();
  }

  undo() {
    const step = this.history.undo();
    this.after(step, "took_back");
  }

  redo() {
    const step = this.history.redo();
    this.after(step, "did_again");
  }

  /** @param {Step | null} step @param {string} words */
  after(step, words) {
    this.locked.clear();
    if (step) this.refresh(step);
    this.panel.say(step ? this.told(words, { a: step.words }) : this.words.nothing_back);
    if (step) this.changed();
  }

  /** @param {number} vertex @param {Spot} to */
  move(vertex, to) {
    this.attempt(() => this.did(this.land.move(vertex, to, this.words.do_move)));
    if (this.land.vertices.has(vertex)) this.chooseVertex(vertex);
  }

  /** @param {[number, number]} edge @param {Point} at */
  add(edge, at) {
    const made = this.attempt(() => this.land.add(edge, [Math.round(at[0]), Math.round(at[1])], this.words.do_add));
    if (!made) return null;
    this.did(made[0]);
    this.chooseVertex(made[1]);
    return made[1];
  }

  addAfter() {
    const ring = this.area?.polygons.flat().find((one) => this.vertex !== null && one.includes(this.vertex));
    if (!ring || this.vertex === null) return;
    const next = ring[(ring.indexOf(this.vertex) + 1) % ring.length];
    const [a, b] = [this.land.at(this.vertex), this.land.at(next)];
    this.add([this.vertex, next], [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
  }

  remove() {
    const { vertex, walk } = this;
    if (vertex === null) return;
    const next = walk[(walk.indexOf(vertex) + 1) % walk.length];
    if (this.attempt(() => (this.did(this.land.remove(vertex, this.words.do_remove)), true))) this.chooseVertex(this.walk.includes(next) ? next : null);
  }

  retire() {
    const key = this.chosen;
    if (key === null) return;
    const words = this.told("do_retire", { a: this.nameOf(key) });
    this.attempt(() => this.did(this.land.retire(key, words)));
  }

  /** Ask which neighbour, then merge. */
  merge() {
    const key = this.chosen;
    if (key === null) return;
    this.ask(this.told("choose_merge", { a: this.nameOf(key) }), this.land.neighbours(key), (other) => {
      const words = this.told("do_merge", { a: this.nameOf(key), b: this.nameOf(other) });
      const made = this.attempt(() => this.land.merge(key, other, words));
      if (!made) return;
      this.did(made[0]);
      this.choose(made[1]);
    });
  }

  /** @param {Defect} defect */
  fill(defect) {
    const { ring } = defect;
    if (!ring) return;
    const beside = defect.areas.map((key) => this.land.areas.get(key)).filter((area) => area !== undefined);
    this.ask(this.words.choose_fill, beside, (key) => {
      const words = this.told("do_fill", { a: this.nameOf(key) });
      this.attempt(() => this.did(this.land.fill(ring, key, words)));
    });
  }

  /** @param {Defect} defect */
  create(defect) {
    const { ring } = defect;
    const level = LEVELS[LEVELS.indexOf(/** @type {Area} */ (this.land.areas.get(defect.around)).level) + 1];
    if (!ring) return;
    const made = this.attempt(() => this.land.create(ring, defect.around, level, this.words.do_create));
    if (!made) return;
    this.did(made[0]);
    this.choose(made[1]);
  }

  /** @param {number | null} households */
  count(households) {
    const { area } = this;
    if (!area || area.households === households) return;
    const words = this.told("do_households", { a: this.nameOf(area.key) });
    this.attempt(() => this.did(this.land.say(area.key, { households }, words)));
  }

  /** @param {string} name */
  name(name) {
    const { area } = this;
    if (!area || area.name === name) return;
    const words = this.told("do_name", { a: this.nameOf(area.key) });
    this.attempt(() => this.did(this.land.say(area.key, { name }, words)));
  }

  /** @param {string} title @param {Area[]} choices @param {(key: string) => void} then */
  ask(title, choices, then) {
    if (!choices.length) {
      this.panel.say(this.words.no_neighbours);
      return;
    }
    this.asked = then;
    this.panel.ask(title, choices.map((area) => ({ key: area.key, name: this.nameOf(area.key) })));
    this.panel.say(title);
  }

  /** @param {string} key */
  answer(key) {
    const then = this.asked;
    this.noQuestion();
    then?.(key);
    this.canvas.place.focus();
  }

  noQuestion() {
    this.asked = null;
    this.panel.noChoice();
  }

  // --- a vertex in the hand -----------------------------------------------------------------------------------------------

  /** @param {number} vertex */
  pickUp(vertex) {
    if (!this.mayDraw) return false;
    if (this.isLocked(vertex)) {
      this.panel.say(this.words.impossible.locked);
      return false;
    }
    const at = this.land.at(vertex);
    this.grab = { vertex, from: at, to: { at } };
    this.vertex = vertex;
    // The areas that it moves, and the ones around them, are proved at each step of the way.
    this.moving = this.land.sharing(vertex);
    this.around = new Set(this.moving.flatMap((area) => [area.parent, area.key]));
    return true;
  }

  /** @param {Spot} to */
  carry(to) {
    const { grab } = this;
    if (!grab) return;
    grab.to = to;
    const at = "vertex" in to ? this.land.at(to.vertex) : to.at;
    this.land.vertices.set(grab.vertex, at);
    this.canvas.redraw(this.moving ?? []);
    const began = performance.now();
    for (const key of this.around ?? []) this.defects.set(key, prove(this.land, [key]));
    this.root.dataset.proofMs = String(Math.round(performance.now() - began));
    this.canvas.mark(this.list, (defect) => this.panel.defectWords(defect));
    this.panel.showDefects(this.list, (key) => this.nameOf(key), this.mayDraw);
    this.handle();
    const [east, north] = [at[0] - grab.from[0], at[1] - grab.from[1]].map((one) => (one / 1000).toFixed(1));
    const onto = "vertex" in to ? `，${this.words.onto_vertex}` : "edge" in to ? `，${this.words.onto_edge}` : "";
    this.panel.say(this.told("moved_by", { n: (distance(at, grab.from) / 1000).toFixed(1), a: east, b: north }) + onto);
  }

  putDown() {
    const { grab } = this;
    if (!grab) return;
    this.grab = null;
    const at = this.land.at(grab.vertex);
    this.land.vertices.set(grab.vertex, grab.from);
    this.canvas.redraw(this.moving ?? []);
    if (at[0] === grab.from[0] && at[1] === grab.from[1]) {
      this.refresh();
      return;
    }
    this.move(grab.vertex, grab.to);
    this.panel.say(this.told("put_down", { n: (distance(at, grab.from) / 1000).toFixed(1) }));
  }

  putBack() {
    const { grab } = this;
    if (!grab) return;
    this.grab = null;
    this.land.vertices.set(grab.vertex, grab.from);
    this.canvas.redraw(this.moving ?? []);
    this.refresh();
    this.panel.say(this.words.put_back);
  }

  // --- a line on its way --------------------------------------------------------------------------------------------------

  /** @param {"split" | "give"} kind */
  beginLine(kind) {
    const { area } = this;
    if (!area || area.fixed || !this.mayDraw) return;
    const spots = /** @type {Spot[]} */ (this.vertex === null ? [] : [{ vertex: this.vertex }]);
    this.line = { kind, key: area.key, spots, free: null };
    this.panel.say(this.told("line_begin", { a: this.nameOf(area.key) }));
    this.showLine(null);
    this.handle();
    this.showPanel();
  }

  /** @param {Spot | null} cursor */
  showLine(cursor) {
    if (!this.line) return;
    const points = this.line.spots.map((spot) => this.placeOf(spot));
    this.canvas.drawLine(points, cursor && this.placeOf(cursor), cursor !== null && !isOpen(cursor));
  }

  /** @param {Spot} spot @returns {Point} */
  placeOf(spot) {
    return "vertex" in spot ? this.land.at(spot.vertex) : spot.at;
  }

  /** A further point; on a border the line ends. @param {Spot} spot */
  lead(spot) {
    const { line } = this;
    if (!line) return;
    if (!line.spots.length && !this.isOnBorder(spot)) {
      this.panel.say(this.words.impossible.line_ends);
      return;
    }
    line.spots.push(spot);
    if (line.spots.length > 1 && this.isOnBorder(spot)) this.endLine();
    else {
      this.showLine(null);
      this.panel.say(this.told("line_going", { n: line.spots.length }));
    }
  }

  /** Of the area that the line divides. @param {Spot} spot */
  isOnBorder(spot) {
    const point = this.placeOf(spot);
    const area = this.line && this.land.areas.get(this.line.key);
    if (!area || isOpen(spot)) return false;
    return "edge" in spot || edgesOf(area).some(([a, b]) => nearest(point, this.land.at(a), this.land.at(b)).far <= ROUNDING);
  }

  endLine() {
    const { line } = this;
    if (!line) return;
    this.dropLine();
    if (line.kind === "split") {
      const made = this.attempt(() => this.land.split(line.key, line.spots, this.told("do_split", { a: this.nameOf(line.key) })));
      if (!made) return;
      this.did(made[0]);
      this.choose(made[1][0]);
      return;
    }
    this.ask(this.words.choose_give, this.land.neighbours(line.key), (to) => {
      const words = this.told("do_give", { a: this.nameOf(line.key), b: this.nameOf(to) });
      this.attempt(() => this.did(this.land.give(line.key, to, line.spots, words)));
    });
  }

  dropLine() {
    this.line = null;
    this.canvas.line.clearLayers();
    this.handle();
    this.showPanel();
  }

  /** Give up what is being done, the innermost first. */
  escape() {
    if (this.asked) this.noQuestion();
    else if (this.grab) this.putBack();
    else if (this.line) this.dropLine();
    else if (this.vertex !== null) this.chooseVertex(null);
    else this.choose(null, false);
  }
}

/** @param {Spot} spot */
function isOpen(spot) {
  return !("vertex" in spot) && !("edge" in spot);
}
