/** Mouse, pen and finger on the drawing: a vertex is dragged, a place is clicked, a line is led. */

/** @typedef {import("./editor.js").Editor} Editor */

/** How near is meant, in pixels. */
const REACH = { mouse: 10, pen: 14, touch: 24 };

/** @param {() => Editor} current the editor changes when a plan was saved */
export function listen(current) {
  const { canvas } = current();
  const { map, place } = canvas;
  const isOnMap = (/** @type {Event} */ event) => !(/** @type {Element} */ (event.target).closest(".leaflet-control"));

  place.addEventListener(
    "pointerdown",
    (event) => {
      const editor = current();
      if (!event.isPrimary || event.button || editor.line || !editor.area || editor.grab || !editor.mayDraw || !isOnMap(event)) return;
      const reach = reachOf(event);
      const at = canvas.pointOf(event);
      let vertex = canvas.vertexAt(editor.area, at, reach);
      if (vertex === null) {
        const between = canvas.betweenAt(editor.area, at, reach);
        if (between) vertex = editor.add(between, at);
      }
      if (vertex === null) return;
      event.stopPropagation();
      event.preventDefault();
      place.focus({ preventScroll: true });
      editor.chooseVertex(vertex);
      if (!editor.pickUp(vertex)) return;
      map.dragging.disable();
      place.setPointerCapture(event.pointerId);
    },
    { capture: true },
  );

  place.addEventListener("pointermove", (event) => {
    const editor = current();
    const at = canvas.pointOf(event);
    if (editor.line) editor.showLine(spotOf(editor, at, event));
    if (editor.grab && place.hasPointerCapture(event.pointerId))
      editor.carry(event.altKey ? { at } : canvas.snap(at, editor.areas, reachOf(event), editor.grab.vertex));
  });

  const drop = (/** @type {PointerEvent} */ event) => {
    const editor = current();
    if (!editor.grab || !place.hasPointerCapture(event.pointerId)) return;
    place.releasePointerCapture(event.pointerId);
    map.dragging.enable();
    ignoreClick = true;
    setTimeout(() => (ignoreClick = false), 0);
    if (event.type === "pointercancel") editor.putBack();
    else editor.putDown();
  };
  place.addEventListener("pointerup", drop);
  place.addEventListener("pointercancel", drop);

  let ignoreClick = false;
  map.on("click", (event) => {
    const editor = current();
    if (ignoreClick || editor.grab) return;
    const at = canvas.point(event.latlng);
    if (editor.line) {
      editor.lead(spotOf(editor, at, event.originalEvent));
      return;
    }
    editor.choose(canvas.areaAt(at, editor.areas)?.key ?? null);
  });
  map.on("moveend zoomend", () => current().handle());
}

/** Where a line goes: to vertices of the area, of its neighbours and of what lies in it, and to the border of the area itself.
 * @param {Editor} editor @param {import("./rings.js").Point} at @param {MouseEvent} event @returns {import("./land.js").Spot} */
function spotOf(editor, at, event) {
  if (event.altKey || !editor.area) return { at };
  return editor.canvas.snap(at, editor.within, reachOf(event), null, [editor.area]);
}

/** @param {MouseEvent} event */
function reachOf(event) {
  const kind = "pointerType" in event ? String(event.pointerType) : "mouse";
  return REACH[/** @type {keyof typeof REACH} */ (kind)] ?? REACH.mouse;
}
