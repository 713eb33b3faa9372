/** What is chosen and what is being done on the drawing page. Every change is a step of the history; the proof follows each. */

import { Canvas } from "./canvas.js";
import { History } from "./history.js";
import { Impossible, Land } from "./land.js";
import { Panel } from "./panel.js";
import { prove, sorted } from "./proof.js";
import { distance } from "./rings.js";

/** @typedef {import("./rings.js").Point} Point */
/** @typedef {import("./land.js").Area} Area */
/** @typedef {import("./land.js").Level} Level */
/** @typedef {import("./land.js").Spot} Spot */
/** @typedef {import("./land.js").Step} Step */
/** @typedef {import("./proof.js").Defect} Defect */
/** @typedef {{kind: "split" | "give", key: string, spots: Spot[], free: Point | null}} Line */
/** @typedef {{vertex: number, from: Point, to: Spot}} Grab */

/** @type {Level[]} */
const LEVELS = ["district", "street", "community", "grid"];

export class Editor {
  /** @param {HTMLElement} root @param {any} data what the server sent @param {string} beginning the same as text @param {Record<string, any>} words @param {Canvas | null} canvas */
  constructor(root, data, beginning, words, canvas = null) {
    this.root = root;
    this.words = words;
    this.data = data;
    this.mayDraw = !("readOnly" in root.dataset);
    this.panel = new Panel(root, words);
    this.land = Land.of(data.areas);
    this.canvas = canvas ?? new Canvas(/** @type {HTMLElement} */ (document.getElementById("draw-map")), this.land, data.plane);
    this.canvas.land = this.land;
    const store = this.mayDraw ? sessionStorage : null;
    this.history = new History(this.land, store, `draw:${root.dataset.user}:${root.dataset.plan}`);
    this.history.begin(beginning, data.version);
    this.version = data.version;
    /** @type {string | null} */
    this.chosen = null;
    /** @type {number | null} */
    this.vertex = null;
    /** @type {Line | null} */
    this.line = null;
    /** @type {Grab | null} */
    this.grab = null;
    /** @type {Map<string, Defect[]>} */
    this.defects = new Map();
    /** @type {Record<string, number | null>} */
    this.estimates = {};
    this.levels = LEVELS.filter((level) => this.land.of(level).length);
    /** @type {Level} */
    this.level = this.levels[this.levels.length - 1] ?? "grid";
    /** How areas look that the plan leaves as they stand. @type {Map<string, string> | null} */
    this.stands = null;
    /** Asked once a place: it looks along the whole outline of the scope. @type {Map<string, boolean>} */
    this.locked = new Map();
    /** @type {() => void} */
    this.changed = () => {};
    /** Asks for one of several and waits: what is done with the answer. @type {((key: string) => void) | null} */
    this.asked = null;
  }

  /** @param {string} name @param {Record<string, string | number>} [facts] */
  told(name, facts) {
    return this.panel.told(name, facts);
  }

  // --- what there is ------------------------------------------------------------------------------------------------------

  get areas() {
    return this.land.of(this.level);
  }

  /** @returns {Area | null} */
  get area() {
    return this.chosen === null ? null : (this.land.areas.get(this.chosen) ?? null);
  }

  get list() {
    return sorted([...this.defects.values()].flat());
  }

  get hard() {
    return this.list.filter((one) => one.kind !== "one_sided");
  }

  /** @param {string} key */
  nameOf(key) {
    const area = this.land.areas.get(key);
    if (!area) return key;
    if (area.code && this.data.standing[area.code]) return this.data.standing[area.code].label;
    return area.name || this.told("new_area", { n: key.replace(/^n/, "") });
  }

  /** Vertices along the outline of the chosen area, in order. */
  get walk() {
    return this.area?.polygons.flat(2) ?? [];
  }

  /** Is it drawn otherwise than it stands? @param {Area} area */
  isTouched(area) {
    if (!area.code || !this.data.standing[area.code]) return true;
    return this.untouched.get(area.code) !== this.signOf(area);
  }

  /** @param {Area} area */
  signOf(area) {
    return JSON.stringify([this.land.outline(area), area.households, area.name, area.kind, area.subtype, area.population]);
  }

  /** @returns {Map<string, string>} */
  get untouched() {
    this.stands ??= new Map(
      this.data.areas
        .filter((/** @type {any} */ row) => row.isAsItStands && !row.fixed)
        .map((/** @type {any} */ row) => [row.code, JSON.stringify([cleaned(row.outline), row.households, row.name, row.kind, row.subtype, row.population])]),
    );
    return this.stands;
  }

  // --- showing ------------------------------------------------------------------------------------------------------------

  /** Everything anew, with the proof: of all that has parts, or after a step of what it touched. @param {Step} [step] */
  refresh(step) {
    const began = performance.now();
    if (step) for (const key of this.touched(step)) this.defects.set(key, prove(this.land, [key]));
    else {
      this.defects.clear();
      for (const defect of prove(this.land)) this.defects.set(defect.around, [...(this.defects.get(defect.around) ?? []), defect]);
    }
    this.root.dataset.proofMs = String(Math.round(performance.now() - began));
    if (this.chosen !== null && !this.land.areas.has(this.chosen)) this.choose(null, false);
    if (this.vertex !== null && !this.walk.includes(this.vertex)) this.vertex = null;
    this.show();
    this.showPanel();
  }

  /** The areas whose parts a step moved. @param {Step} step */
  touched(step) {
    const keys = new Set(step.vertices.flatMap(([vertex]) => (this.land.vertices.has(vertex) ? this.land.sharing(vertex).flatMap((area) => [area.key, area.parent]) : [])));
    for (const [key, before, after] of step.areas) for (const one of [key, before?.parent, after?.parent]) if (one) keys.add(one);
    return keys;
  }

  show() {
    const above = [...this.land.areas.values()].filter((area) => area.fixed || LEVELS.indexOf(area.level) < LEVELS.indexOf(this.level));
    this.canvas.show(this.areas, above, (area) => this.nameOf(area.key), (area) => this.tagOf(area));
    this.canvas.choose(this.chosen);
    this.handle();
    this.canvas.mark(this.list, (defect) => this.panel.defectWords(defect));
  }

  handle() {
    this.canvas.handle(this.mayDraw && !this.line ? this.area : null, this.vertex, (vertex) => this.isLocked(vertex));
  }

  /** @param {number} vertex */
  isLocked(vertex) {
    const place = this.land.at(vertex).join();
    let known = this.locked.get(place);
    if (known === undefined) this.locked.set(place, (known = this.land.isLocked(vertex)));
    return known;
  }

  /** Households under a name on the map, with a sign where the size is out of range. @param {Area} area */
  tagOf(area) {
    const count = this.countOf(area);
    const [least, most] = this.data.limits[area.kind] ?? [0, Infinity];
    if (count === null) return { size: "", tone: "" };
    const sign = count < least ? "▽" : count > most ? "△" : "";
    return { size: `${this.isEstimate(area) ? "≈" : ""}${count}${sign}`, tone: sign ? "is-out" : "" };
  }

  /** @param {Area} area @returns {number | null} */
  countOf(area) {
    if (this.isEstimate(area)) return this.estimates[area.key];
    if (area.households !== null || area.level === "grid") return area.households;
    // Nobody counts a community for itself: it has what its parts have.
    const parts = [...this.land.areas.values()].filter((one) => one.parent === area.key && !one.fixed).map((one) => this.countOf(one));
    return parts.some((one) => one === null) || !parts.length ? null : parts.reduce((sum, one) => Number(sum) + Number(one), 0);
  }

  /** Nobody has said how many, or the land is another than the one they were counted on. @param {Area} area */
  isEstimate(area) {
    const known = this.estimates[area.key];
    if (known === undefined || known === null) return false;
    const stood = area.code ? this.data.standing[area.code]?.households : undefined;
    return area.households === null || (area.households === stood && known !== stood);
  }

  showPanel() {
    const { history, panel } = this;
    panel.showDefects(this.list, (key) => this.nameOf(key), this.mayDraw);
    panel.showList(
      this.areas.map((area) => ({ key: area.key, name: this.nameOf(area.key), more: this.moreOf(area), isNew: this.isTouched(area) })),
      this.chosen,
    );
    panel.showArea(this.shownArea());
    const before = history.steps[history.at - 1];
    const after = history.steps[history.at];
    panel.enable("undo", history.canUndo, before ? this.told("undo_words", { a: before.words }) : "");
    panel.enable("redo", history.canRedo, after ? this.told("redo_words", { a: after.words }) : "");
    panel.enable("save", this.mayDraw && history.canUndo);
    const has = this.mayDraw && this.area !== null && !this.area.fixed;
    for (const act of ["split", "give", "merge", "retire"]) panel.enable(act, has);
    for (const act of ["add", "remove"]) panel.enable(act, has && this.vertex !== null);
    panel.enable("fit", true);
    panel.press("split", this.line?.kind === "split");
    panel.press("give", this.line?.kind === "give");
    this.root.dataset.defects = String(this.hard.length);
  }

  /** @param {Area} area */
  moreOf(area) {
    const { size } = this.tagOf(area);
    return size ? this.told("households", { n: size }) : this.told("households_unknown");
  }

  shownArea() {
    const { area } = this;
    if (!area) return null;
    const estimate = this.estimates[area.key] ?? null;
    const stood = area.code ? (this.data.standing[area.code]?.households ?? null) : null;
    const households = [];
    if (stood !== null) households.push(this.told("was", { n: stood }));
    if (this.isTouched(area) && estimate !== null) households.push(this.told("estimate", { n: estimate }));
    const count = this.countOf(area);
    const [least, most] = this.data.limits[area.kind] ?? [null, null];
    if (count !== null && least !== null) {
      if (count < least) households.push(this.told("too_few_households", { n: least }));
      else if (count > most) households.push(this.told("too_many_households", { n: most }));
      else households.push(this.told("fits", { a: least, b: most }));
    }
    if (!households.length) households.push(count === null ? this.words.households_unknown : this.told("households", { n: count }));
    const name = `${this.nameOf(area.key)}${area.code ? ` ${area.code}` : ""}`;
    const from = area.sources.length ? this.told("from", { a: area.sources.map((code) => this.data.standing[code]?.label ?? code).join("、") }) : area.code ? "—" : this.words.open_land;
    return { name, size: this.panel.size(this.land.size(area)), households, from, area, estimate, mayDraw: this.mayDraw && !area.fixed };
  }

  // --- choosing -----------------------------------------------------------------------------------------------------------

  /** @param {string | null} key @param {boolean} [aloud] */
  choose(key, aloud = true) {
    this.chosen = key;
    this.vertex = null;
    this.canvas.choose(key);
    this.handle();
    this.showPanel();
    if (key && aloud) this.panel.say(this.told("chosen", { a: `${this.nameOf(key)}，${this.shownArea()?.size ?? ""}` }));
    this.tellVertex();
  }

  /** @param {1 | -1} by */
  step(by) {
    const keys = this.areas.map((area) => area.key);
    const at = this.chosen === null ? (by > 0 ? -1 : 0) : keys.indexOf(this.chosen);
    this.choose(keys[(at + by + keys.length) % keys.length] ?? null);
    if (this.area) this.canvas.map.panInside(this.canvas.latlng(this.land.inner(this.area)), { padding: [80, 80], animate: false });
  }

  /** @param {number | null} vertex */
  chooseVertex(vertex) {
    this.vertex = vertex;
    this.handle();
    this.showPanel();
    this.tellVertex();
    if (vertex !== null) this.canvas.map.panInside(this.canvas.latlng(this.land.at(vertex)), { padding: [60, 60], animate: false });
  }

  /** @param {1 | -1} by */
  stepVertex(by) {
    const { walk } = this;
    if (!walk.length) return;
    const at = this.vertex === null ? (by > 0 ? -1 : 0) : walk.indexOf(this.vertex);
    this.chooseVertex(walk[(at + by + walk.length) % walk.length]);
  }

  tellVertex() {
    if (this.vertex === null) {
      this.panel.write("vertex", "");
      return;
    }
    const sharing = this.land.sharing(this.vertex).filter((area) => area.level === this.level).length;
    const shared = this.isLocked(this.vertex) ? this.words.vertex_locked : sharing > 1 ? this.told("shared_by", { n: sharing }) : this.words.shared_none;
    const words = this.told("vertex", { n: this.walk.indexOf(this.vertex) + 1, m: this.walk.length, a: shared });
    this.panel.write("vertex", words);
    this.panel.say(words);
  }

  /** @param {Level} level */
  chooseLevel(level) {
    this.level = level;
    this.choose(null, false);
    this.canvas.fit([...this.land.areas.values()]);
    this.show();
    this.showPanel();
  }

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
    if (!line.spots.length && isOpen(spot)) {
      this.panel.say(this.words.impossible.line_ends);
      return;
    }
    line.spots.push(spot);
    if (line.spots.length > 1 && !isOpen(spot)) this.endLine();
    else {
      this.showLine(null);
      this.panel.say(this.told("line_going", { n: line.spots.length }));
    }
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

/** As vertices number it: no place twice in a row. @param {number[][][]} outline */
function cleaned(outline) {
  return outline.map((rings) =>
    rings.map((flat) => {
      /** @type {number[]} */
      const kept = [];
      for (let at = 0; at + 1 < flat.length; at += 2) {
        const count = kept.length;
        if (count && kept[count - 2] === flat[at] && kept[count - 1] === flat[at + 1]) continue;
        kept.push(flat[at], flat[at + 1]);
      }
      if (kept.length > 2 && kept[0] === kept[kept.length - 2] && kept[1] === kept[kept.length - 1]) kept.splice(-2);
      return kept;
    }),
  );
}
