/** The side of the drawing page: the proof, the chosen area, the list of areas, choices. Only shows; what is pressed is told by events. */

/** @typedef {import("./land.js").Area} Area */
/** @typedef {import("./proof.js").Defect} Defect */
/** @typedef {Record<string, any>} Words */

const MOST_LISTED = 60;

/** @param {string} text @param {Record<string, string | number>} [facts] */
export function fill(text, facts = {}) {
  return text.replace(/\{(\w)\}/g, (whole, name) => (name in facts ? String(facts[name]) : whole));
}

export class Panel {
  /** @param {HTMLElement} root @param {Words} words */
  constructor(root, words) {
    this.root = root;
    this.words = words;
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`[data-${name}]`));
  }

  /** @param {string} name @param {string} text */
  write(name, text) {
    const part = this.part(name);
    if (part.textContent !== text) part.textContent = text;
  }

  /** Shown under the map and read out. @param {string} text */
  say(text) {
    this.write("said", text);
  }

  /** @param {string} name @param {Record<string, string | number>} [facts] */
  told(name, facts) {
    return fill(this.words[name] ?? name, facts);
  }

  // --- proof ------------------------------------------------------------------------------------------------------------

  /** @param {Defect[]} defects @param {(key: string) => string} nameOf @param {boolean} mayDraw */
  showDefects(defects, nameOf, mayDraw) {
    const hard = defects.filter((one) => one.kind !== "one_sided").length;
    const words = hard ? this.told("wrong", { n: hard }) : defects.length ? this.told("loose", { n: defects.length }) : this.told("clean");
    this.write("state", words);
    for (const part of [this.part("state"), this.part("sign")]) {
      part.classList.toggle("is-wrong", hard > 0);
      part.classList.toggle("is-clean", hard === 0);
    }
    this.write("sign", `${hard ? "✗" : "✓"} ${words}`);
    const rows = defects.slice(0, MOST_LISTED).map((defect, at) => this.defectRow(defect, at, nameOf, mayDraw));
    this.part("defects").replaceChildren(...rows.slice(0, hard));
    // What hinders nobody is there for whoever asks.
    this.part("soft").hidden = rows.length <= hard;
    this.write("soft-count", this.told("soft", { n: defects.length - hard }));
    this.part("soft-list").replaceChildren(...rows.slice(hard));
  }

  /** @param {Defect} defect @returns {string} */
  defectWords(defect) {
    return this.words.kinds[defect.kind] + (defect.area ? ` ${this.size(defect.area)}` : "");
  }

  /** @param {Defect} defect @param {number} at @param {(key: string) => string} nameOf @param {boolean} mayDraw */
  defectRow(defect, at, nameOf, mayDraw) {
    const row = document.createElement("li");
    const go = button(this.defectWords(defect), "fly", String(at));
    row.append(go);
    const where = document.createElement("small");
    where.textContent = defect.areas.map(nameOf).join("、") || nameOf(defect.around);
    row.append(where);
    if (mayDraw && defect.kind === "gap" && defect.ring) {
      row.append(button(this.words.fill_to, "fill", String(at)), button(this.words.create_here, "create", String(at)));
    }
    return row;
  }

  /** @param {number} square Square metres. */
  size(square) {
    if (square >= 10_000) return this.told("hectares", { n: (square / 10_000).toFixed(2) });
    return this.told("square", { n: square >= 10 ? Math.round(square) : Number(square.toPrecision(2)) });
  }

  // --- the chosen area --------------------------------------------------------------------------------------------------

  /** @param {{name: string, size: string, households: string[], from: string, area: Area, estimate: number | null, mayDraw: boolean} | null} shown */
  showArea(shown) {
    this.part("area").hidden = !shown;
    if (!shown) return;
    this.write("area-name", shown.name);
    this.write("area-size", shown.size);
    this.write("area-households", shown.households.join("；"));
    this.write("area-from", shown.from);
    const count = /** @type {HTMLInputElement} */ (this.part("households"));
    if (document.activeElement !== count) count.value = shown.area.households === null ? "" : String(shown.area.households);
    const name = /** @type {HTMLInputElement} */ (this.part("name"));
    if (document.activeElement !== name) name.value = shown.area.name;
    count.disabled = name.disabled = !shown.mayDraw;
    const take = /** @type {HTMLElement} */ (this.root.querySelector("[data-act=estimate]"));
    take.hidden = !shown.mayDraw || shown.estimate === null || shown.estimate === shown.area.households;
    if (shown.estimate !== null) take.textContent = this.told("estimate", { n: shown.estimate });
  }

  /** @param {{key: string, name: string, more: string, isNew: boolean}[]} areas @param {string | null} chosen */
  showList(areas, chosen) {
    const list = this.part("areas");
    const focused = /** @type {HTMLElement | null} */ (document.activeElement?.closest("[data-areas] button"))?.dataset.of;
    const rows = areas.map(({ key, name, more, isNew }) => {
      const row = document.createElement("li");
      const choose = button(name, "choose", key);
      if (key === chosen) choose.setAttribute("aria-current", "true");
      if (isNew) choose.classList.add("is-new");
      const words = document.createElement("small");
      words.textContent = more;
      choose.append(words);
      row.append(choose);
      return row;
    });
    list.replaceChildren(...rows);
    if (focused) /** @type {HTMLElement | null} */ (list.querySelector(`[data-of="${CSS.escape(focused)}"]`))?.focus();
    const current = /** @type {HTMLElement | null} */ (list.querySelector("[aria-current]"));
    // Only the list itself scrolls: the page stays where the reader is.
    if (current) list.scrollTop += current.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 2;
  }

  // --- choices ----------------------------------------------------------------------------------------------------------

  /** One of several; the first is in focus, so that Enter takes it. @param {string} title @param {{key: string, name: string}[]} choices */
  ask(title, choices) {
    this.part("choose").hidden = false;
    this.write("choose-title", title);
    const rows = choices.map(({ key, name }) => {
      const row = document.createElement("li");
      row.append(button(name, "chosen", key));
      return row;
    });
    this.part("choices").replaceChildren(...rows);
    /** @type {HTMLElement | null} */ (this.part("choices").querySelector("button"))?.focus();
  }

  noChoice() {
    this.part("choose").hidden = true;
  }

  /** @param {{words: string, more: string}[]} rows */
  showFound(rows) {
    const items = rows.map(({ words, more }, at) => {
      const row = document.createElement("li");
      const go = button(words, "found", String(at));
      const small = document.createElement("small");
      small.textContent = more;
      go.append(small);
      row.append(go);
      return row;
    });
    this.part("found").replaceChildren(...items);
    /** @type {HTMLElement | null} */ (this.part("found").querySelector("button"))?.focus();
  }

  /** @param {string} act @param {boolean} enabled @param {string} [title] */
  enable(act, enabled, title) {
    for (const found of this.root.querySelectorAll(`[data-act=${act}]`)) {
      const one = /** @type {HTMLButtonElement} */ (found);
      one.disabled = !enabled;
      if (title !== undefined) one.title = title;
    }
  }

  /** @param {string} act @param {boolean} pressed */
  press(act, pressed) {
    this.root.querySelector(`[data-act=${act}]`)?.setAttribute("aria-pressed", String(pressed));
  }
}

/** @param {string} words @param {string} act @param {string} of */
function button(words, act, of) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.dataset.act = act;
  made.dataset.of = of;
  made.append(words);
  return made;
}
