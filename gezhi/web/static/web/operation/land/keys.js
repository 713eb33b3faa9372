/** The whole drawing by keyboard. Letters work wherever nobody is typing; arrows where the map is in focus. */

/** @typedef {import("./editor.js").Editor} Editor */
/** @typedef {import("./rings.js").Point} Point */

/** @type {Record<string, Point>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const PAN = 120;

/** Millimetres of one press. @param {KeyboardEvent} event */
function stride(event) {
  return event.shiftKey ? 10_000 : event.altKey ? 100 : 1_000;
}

/** @param {Editor} editor @param {KeyboardEvent} event @param {Point} way */
function arrow(editor, event, way) {
  const far = stride(event);
  const moved = (/** @type {Point} */ from) => /** @type {Point} */ ([from[0] + way[0] * far, from[1] + way[1] * far]);
  if (editor.grab) {
    editor.carry({ at: moved(editor.land.at(editor.grab.vertex)) });
  } else if (editor.line?.free) {
    editor.line.free = moved(editor.line.free);
    editor.showLine({ at: editor.line.free });
    editor.canvas.map.panInside(editor.canvas.latlng(editor.line.free), { padding: [60, 60], animate: false });
  } else if (editor.area) {
    editor.stepVertex(way[0] + way[1] * -1 > 0 ? 1 : -1);
    if (editor.line && editor.vertex !== null) editor.showLine({ vertex: editor.vertex });
  } else editor.canvas.map.panBy([way[0] * PAN, -way[1] * PAN], { animate: false });
}

/** @param {Editor} editor */
function enter(editor) {
  if (editor.grab) editor.putDown();
  else if (editor.line?.free) {
    editor.lead({ at: editor.line.free });
  } else if (editor.line) {
    if (editor.vertex !== null) editor.lead({ vertex: editor.vertex });
  } else if (editor.vertex !== null) {
    if (editor.pickUp(editor.vertex)) editor.panel.say(editor.words.picked_up);
  } else if (editor.area) editor.stepVertex(1);
}

/** The same letter begins a line and ends it at the vertex that was walked to. @param {Editor} editor @param {"split" | "give"} kind */
export function line(editor, kind) {
  const { vertex } = editor;
  const first = editor.line?.spots[0];
  const isElsewhere = first && vertex !== null && !("vertex" in first && first.vertex === vertex);
  if (editor.line?.kind === kind && isElsewhere && !editor.line.free) editor.lead({ vertex });
  else if (editor.line) editor.dropLine();
  else editor.beginLine(kind);
}

/** A point off the borders: from the last point of the line, wherever arrows carry it. @param {Editor} editor */
function free(editor) {
  const { line: now } = editor;
  if (!now?.spots.length) return;
  now.free = now.free ? null : [...editor.placeOf(now.spots[now.spots.length - 1])];
  editor.panel.say(now.free ? editor.words.line_free : editor.told("line_going", { n: now.spots.length }));
  editor.showLine(now.free ? { at: now.free } : null);
}

/** On the map itself. @param {Editor} editor @param {KeyboardEvent} event */
export function onMap(editor, event) {
  const way = WAYS[event.key];
  if (way) arrow(editor, event, way);
  else if (event.key === "Enter" || event.key === " ") enter(editor);
  else if (event.key === "+" || event.key === "=") editor.canvas.map.zoomIn(1, { animate: false });
  else if (event.key === "-") editor.canvas.map.zoomOut(1, { animate: false });
  else if (event.key === "Delete" || event.key === "Backspace") back(editor);
  else return false;
  return true;
}

/** @param {Editor} editor */
function back(editor) {
  if (!editor.line) editor.remove();
  else if (editor.line.spots.length) {
    editor.line.spots.pop();
    editor.showLine(null);
  }
}

/** Anywhere on the page. @param {Editor} editor @param {KeyboardEvent} event @param {(act: string) => void} act */
export function anywhere(editor, event, act) {
  const letter = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (letter === "z") act(event.shiftKey ? "redo" : "undo");
    else if (letter === "y") act("redo");
    else if (letter === "s") act("save");
    else return false;
    return true;
  }
  const acts = /** @type {Record<string, string>} */ ({ s: "split", g: "give", m: "merge", r: "retire", a: "add", f: "fit", d: "next", "?": "keys", "/": "search" });
  if (event.key === "Escape") editor.escape();
  else if (letter === "j") editor.step(1);
  else if (letter === "k") editor.step(-1);
  else if (letter === "x") free(editor);
  else if (letter in acts && !event.altKey) act(acts[letter]);
  else return false;
  return true;
}
