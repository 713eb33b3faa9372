/** What was drawn, step by step: back and forth without end, and kept in the tab so that nothing is lost by a reload. Pure but for the storage it is given. */

/** @typedef {import("./land.js").Land} Land */
/** @typedef {import("./land.js").Step} Step */
/** @typedef {{getItem(key: string): string | null, setItem(key: string, value: string): void, removeItem(key: string): void}} Store */
/** @typedef {{version: number, beginning: string, steps: Step[], at: number}} Kept */

export class History {
  /** @param {Land} land @param {Store | null} store @param {string} key */
  constructor(land, store, key) {
    this.land = land;
    this.store = store;
    this.key = key;
    /** @type {Step[]} */
    this.steps = [];
    this.at = 0;
    /** Could the last step be kept in the tab? */
    this.isKept = true;
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.steps.length;
  }

  /** @param {Step} step */
  did(step) {
    this.steps.length = this.at;
    this.steps.push(step);
    this.at = this.steps.length;
    this.keep();
  }

  /** The step that was taken back, or null. */
  undo() {
    if (!this.canUndo) return null;
    const step = this.steps[--this.at];
    this.land.replay(step, false);
    this.keep();
    return step;
  }

  redo() {
    if (!this.canRedo) return null;
    const step = this.steps[this.at++];
    this.land.replay(step, true);
    this.keep();
    return step;
  }

  /** Say from what the steps begin: the land as the server sent it, in its words, and the version of the plan. @param {string} beginning @param {number} version */
  begin(beginning, version) {
    this.beginning = beginning;
    this.version = version;
  }

  keep() {
    this.isKept = this.put(`${this.key}.steps`, JSON.stringify({ steps: this.steps, at: this.at, version: this.version }));
    // The land itself is long: it is written once, with the first step.
    if (this.isKept && this.store?.getItem(`${this.key}.beginning`) !== this.beginning)
      this.isKept = this.put(`${this.key}.beginning`, this.beginning ?? "");
  }

  /** @param {string} key @param {string} value */
  put(key, value) {
    try {
      this.store?.setItem(key, value);
      return this.store !== null;
    } catch {
      return false; // The tab's storage is full or forbidden.
    }
  }

  /** What an earlier page of this tab kept, or null. @returns {Kept | null} */
  kept() {
    try {
      const steps = this.store?.getItem(`${this.key}.steps`);
      const beginning = this.store?.getItem(`${this.key}.beginning`);
      if (!steps || !beginning) return null;
      const found = JSON.parse(steps);
      return found.steps.length ? { ...found, beginning } : null;
    } catch {
      return null;
    }
  }

  /** Go on from what was kept; the land must be the one of its beginning. @param {Kept} kept */
  resume(kept) {
    this.begin(kept.beginning, kept.version);
    this.steps = kept.steps;
    for (const step of this.steps.slice(0, kept.at)) this.land.replay(step, true);
    this.at = kept.at;
    // New numbers of vertices begin above those of steps that may still be done again.
    for (const step of this.steps) for (const [vertex] of step.vertices) this.land.last = Math.max(this.land.last, vertex);
  }

  forget() {
    this.steps = [];
    this.at = 0;
    this.store?.removeItem(`${this.key}.steps`);
    this.store?.removeItem(`${this.key}.beginning`);
  }
}
