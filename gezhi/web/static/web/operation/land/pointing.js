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
    const snapped = event.altKey ? { at } : canvas.snap(at, editor.line ? [/** @type {any} */ (editor.area)] : editor.areas, reachOf(event), editor.grab?.vertex ?? null);
    if (editor.line && editor.area) editor.showLine(snapped);
    if (editor.grab && place.hasPointerCapture(event.pointerId)) editor.carry(snapped);
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
    if (editor.line && editor.area) {
      const reach = reachOf(/** @type {PointerEvent} */ (event.originalEvent));
      editor.lead(event.originalEvent.altKey ? { at } : canvas.snap(at, [editor.area], reach));
      return;
    }
    editor.choose(canvas.areaAt(at, editor.areas)?.key ?? null);
  });
  map.on("moveend zoomend", () => current().handle());
}

/** @param {MouseEvent} event */
function reachOf(event) {
  const kind = "pointerType" in event ? String(event.pointerType) : "mouse";
  return REACH[/** @type {keyof typeof REACH} */ (kind)] ?? REACH.mouse;
}
