/** The drawing page: brings the land, goes on with what was drawn before, listens, keeps. */

import { Editor } from "./editor.js";
import { anywhere, line, onMap } from "./keys.js";
import { listen } from "./pointing.js";
import { download, drawingOf, fetchLand, look, save } from "./sending.js";

/** @typedef {import("./proof.js").Defect} Defect */

const PAUSE = 400;
const root = /** @type {HTMLElement} */ (document.getElementById("draw"));
const keys = /** @type {HTMLDialogElement} */ (document.getElementById("keys"));
const words = JSON.parse(document.getElementById("draw-words")?.textContent ?? "{}");

/** @type {Editor} */
let editor;
/** @type {{words: string, more: string, lng: number, lat: number, geometry: any}[]} */
let found = [];
/** @type {AbortController | null} */
let looking = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;
let isSaving = false;

// --- beginning --------------------------------------------------------------------------------------------------------

/** The land of the server, or the one from which an earlier page of this tab went on. */
async function begin() {
  const beginning = await fetchLand(root);
  const data = JSON.parse(beginning);
  editor = new Editor(root, data, beginning, words);
  editor.canvas.fit([...editor.land.areas.values()]);
  editor.canvas.surround(data.around);
  listen(() => editor);
  goOn(data.version);
  fillLevels();
}

/** Take up what was kept in the tab. @param {number} version of the plan as it is kept on the server now */
function goOn(version) {
  const kept = editor.mayDraw ? editor.history.kept() : null;
  if (kept) {
    editor = new Editor(root, JSON.parse(kept.beginning), kept.beginning, words, editor.canvas);
    editor.history.resume(kept);
    editor.version = kept.version;
  }
  editor.changed = changed;
  editor.refresh();
  if (kept) {
    editor.panel.say(editor.told(kept.version === version ? "restored" : "restored_stale", { n: kept.at }));
    changed();
  } else editor.panel.write("checked", words.untouched);
  root.dataset.ready = "true";
}

/** Begin anew from what the server has now, where the reader is looking. @param {string} [key] */
async function again(key) {
  const beginning = await fetchLand(root);
  const { canvas, level } = editor;
  editor = new Editor(root, JSON.parse(beginning), beginning, words, canvas);
  if (editor.levels.includes(level)) editor.level = level;
  editor.changed = changed;
  editor.refresh();
  if (key && editor.land.areas.has(key)) editor.choose(key, false);
}

function fillLevels() {
  const field = /** @type {HTMLSelectElement} */ (root.querySelector("[data-level]"));
  field.replaceChildren(...editor.levels.map((level) => new Option(words.levels[level], level, false, level === editor.level)));
  editor.panel.part("level-field").hidden = editor.levels.length < 2;
  field.addEventListener("change", () => editor.chooseLevel(/** @type {import("./land.js").Level} */ (field.value)));
}

// --- the exact proof, while one draws ---------------------------------------------------------------------------------

function changed() {
  clearTimeout(waiting);
  looking?.abort();
  waiting = setTimeout(() => void ask(), PAUSE);
  editor.panel.write("checked", words.checking);
}

async function ask() {
  looking = new AbortController();
  const { signal } = looking;
  try {
    const { status, body } = await look(editor, signal);
    if (signal.aborted) return;
    if (status !== 200) {
      editor.panel.write("checked", body.message ?? words.unchecked);
      return;
    }
    editor.estimates = body.households;
    editor.panel.write("checked", checkedWords(body));
    root.dataset.checked = body.holds ? "holds" : "broken";
    editor.show();
    editor.showPanel();
  } catch {
    if (!signal.aborted) editor.panel.write("checked", words.unchecked);
  }
}

/** @param {any} body */
function checkedWords(body) {
  if (!body.changed) return words.untouched;
  if (!body.holds) return editor.told("wrong", { n: body.defects.filter((/** @type {any} */ one) => one.kind !== "one_sided").length });
  const proofs = body.proofs.filter((/** @type {any} */ one) => one.certified);
  if (!proofs.length) return words.checked_loose;
  return editor.told("checked", { a: proofs.map((/** @type {any} */ one) => one.digest.slice(0, 8)).join("、") });
}

// --- keeping ----------------------------------------------------------------------------------------------------------

/** @param {number} [seen] the version that is replaced */
async function keep(seen = editor.version) {
  if (isSaving || !editor.mayDraw || !editor.history.canUndo) return;
  if (editor.hard.length) {
    showNext();
    editor.panel.say(editor.told("ask_save", { n: editor.hard.length }));
    return;
  }
  isSaving = true;
  editor.panel.enable("save", false);
  editor.panel.say(words.saving);
  try {
    const { status, body } = await save(editor, seen);
    if (status === 200) await kept(body);
    else if (status === 409 && body.version) stale(body);
    else editor.panel.say(body.message ?? words.failed_save);
  } catch {
    editor.panel.say(words.failed_save);
  } finally {
    isSaving = false;
    editor.showPanel();
  }
}

/** @param {any} body */
async function kept(body) {
  const key = editor.chosen ?? undefined;
  editor.history.forget();
  editor.panel.part("stale").hidden = true;
  await again(key);
  editor.panel.say(editor.told("saved", { n: body.version }));
  editor.panel.write("checked", checkedWords(body));
  root.dataset.saved = String(body.version);
}

/** Somebody was quicker: say who, and let the one at the screen decide. @param {any} body */
function stale(body) {
  const at = new Date(body.at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  const box = editor.panel.part("stale");
  box.hidden = false;
  box.dataset.version = body.version;
  editor.panel.write("stale-words", editor.told("stale", { a: body.who, b: at, n: body.version }));
  editor.panel.say(editor.told("stale", { a: body.who, b: at, n: body.version }));
  /** @type {HTMLElement | null} */ (box.querySelector("a"))?.focus();
}

// --- searching --------------------------------------------------------------------------------------------------------

/** @param {string} query */
async function search(query) {
  const answer = await fetch(`${root.dataset.search}?q=${encodeURIComponent(query)}`);
  found = answer.ok ? (await answer.json()).found : [];
  editor.panel.showFound(found);
  if (!found.length) editor.panel.say(words.found_none);
}

// --- what is pressed --------------------------------------------------------------------------------------------------

let next = 0;

/** The next place that is wrong, on the map. */
function showNext() {
  const defects = editor.list;
  if (!defects.length) {
    editor.panel.say(words.all_done);
    return;
  }
  showDefect(defects[next++ % defects.length]);
}

/** @param {Defect} defect */
function showDefect(defect) {
  const level = editor.land.areas.get(defect.areas[0] ?? "")?.level;
  if (level && level !== editor.level) editor.chooseLevel(level);
  editor.canvas.fly(defect.at);
  const names = defect.areas.map((key) => editor.nameOf(key)).join("、");
  editor.panel.say(editor.told("of_defect", { a: editor.panel.defectWords(defect), b: names || editor.nameOf(defect.around) }));
}

/** @type {Record<string, (of: string) => void>} */
const ACTS = {
  undo: () => editor.undo(),
  redo: () => editor.redo(),
  save: () => void keep(),
  split: () => line(editor, "split"),
  give: () => line(editor, "give"),
  merge: () => editor.merge(),
  retire: () => editor.retire(),
  add: () => editor.addAfter(),
  remove: () => editor.remove(),
  fit: () => editor.canvas.fit(editor.area ? [editor.area] : [...editor.land.areas.values()]),
  keys: () => keys.showModal(),
  next: showNext,
  escape: () => {
    editor.escape();
    editor.canvas.place.focus();
  },
  choose: (of) => {
    editor.choose(of);
    if (editor.area) editor.canvas.fit([editor.area]);
  },
  chosen: (of) => editor.answer(of),
  fly: (of) => showDefect(editor.list[Number(of)]),
  fill: (of) => editor.fill(editor.list[Number(of)]),
  create: (of) => editor.create(editor.list[Number(of)]),
  estimate: () => editor.area && editor.count(editor.estimates[editor.area.key] ?? null),
  export: () => download(editor),
  overwrite: () => void keep(Number(editor.panel.part("stale").dataset.version)),
  discard: () => {
    editor.history.forget();
    editor.panel.part("stale").hidden = true;
    void again();
  },
  found: (of) => {
    const one = found[Number(of)];
    editor.canvas.pin(one.lng, one.lat, one.words, one.geometry);
    const at = editor.canvas.point(L.latLng(one.lat, one.lng));
    editor.choose(editor.canvas.areaAt(at, editor.areas)?.key ?? null);
  },
  search: () => /** @type {HTMLElement | null} */ (root.querySelector("[name=q]"))?.focus(),
};

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const pressed = /** @type {HTMLElement | null} */ (target.closest("[data-act]"));
  if (pressed && editor) ACTS[pressed.dataset.act ?? ""]?.(pressed.dataset.of ?? "");
  if (target.closest("[data-keys-open]")) keys.showModal();
});

document.addEventListener("keydown", (event) => {
  if (!editor || event.isComposing || keys.open) return;
  const target = /** @type {HTMLElement} */ (event.target);
  const isTyping = target.matches("input, textarea, select");
  if (isTyping && event.key === "Escape") editor.canvas.place.focus();
  if (isTyping && !(event.ctrlKey && event.key.toLowerCase() === "s")) return;
  const isDone = (target === editor.canvas.place && onMap(editor, event)) || anywhere(editor, event, (act) => ACTS[act](""));
  if (isDone) event.preventDefault();
});

root.querySelector("[data-search-form]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  void search(/** @type {HTMLInputElement} */ (root.querySelector("[name=q]")).value);
});

root.querySelector("[data-households]")?.addEventListener("change", (event) => {
  const { value } = /** @type {HTMLInputElement} */ (event.target);
  editor.count(value === "" ? null : Math.max(0, Math.round(Number(value))));
});

root.querySelector("[data-name]")?.addEventListener("change", (event) => {
  editor.name(/** @type {HTMLInputElement} */ (event.target).value.trim());
});

// For tests and for whoever looks for a fault: what would be sent now.
root.addEventListener("tell", (event) => Object.assign(/** @type {CustomEvent} */ (event).detail, { drawing: drawingOf(editor), editor }));

begin().catch(() => {
  /** @type {HTMLElement} */ (root.querySelector("[data-state]")).textContent = words.failed_load;
});
