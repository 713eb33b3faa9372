/** What the drawing page shows: areas with names and households, what is chosen, what is wrong. */

import { Canvas } from "./canvas.js";
import { History } from "./history.js";
import { Land } from "./land.js";
import { Panel } from "./panel.js";
import { prove, sorted } from "./proof.js";

/** @typedef {import("./rings.js").Point} Point */
/** @typedef {import("./land.js").Area} Area */
/** @typedef {import("./land.js").Level} Level */
/** @typedef {import("./land.js").Spot} Spot */
/** @typedef {import("./land.js").Step} Step */
/** @typedef {import("./proof.js").Defect} Defect */
/** @typedef {{kind: "split" | "give", key: string, spots: Spot[], free: Point | null}} Line */
/** @typedef {{vertex: number, from: Point, to: Spot}} Grab */

/** @type {Level[]} */
export const LEVELS = ["district", "street", "community", "grid"];

export class View {
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

  /** Those, and what lies in them. */
  get within() {
    return [...this.land.areas.values()].filter((area) => !area.fixed && LEVELS.indexOf(area.level) >= LEVELS.indexOf(this.level));
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
