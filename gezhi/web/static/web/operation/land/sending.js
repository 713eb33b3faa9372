/** What the drawing page asks the server: the land, the exact proof, to keep the drawing. */

/** @typedef {import("./editor.js").Editor} Editor */
/** @typedef {{status: number, body: any}} Answer */

/** The land as text, because that is what is kept in the tab. @param {HTMLElement} root @returns {Promise<string>} */
export async function fetchLand(root) {
  const answer = await fetch(root.dataset.land ?? "", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

/** What is drawn otherwise than it stands, and which codes are no more. @param {Editor} editor */
export function drawingOf(editor) {
  const { land, data, version } = editor;
  const areas = [...land.areas.values()].filter((area) => !area.fixed && editor.isTouched(area));
  const alive = new Set([...land.areas.values()].map((area) => area.code));
  const standing = Object.keys(data.standing).filter((code) => code !== data.scope);
  return {
    seen: version,
    origin: { lng: data.plane.lng, lat: data.plane.lat },
    gone: standing.filter((code) => !alive.has(code)),
    areas: areas.map(({ fixed, polygons, ...facts }) => ({
      key: facts.key,
      code: facts.code,
      level: facts.level,
      parent: facts.parent,
      name: facts.name,
      kind: facts.kind,
      subtype: facts.subtype,
      households: facts.households,
      population: facts.population,
      sources: facts.sources,
      outline: land.outline({ fixed, polygons, ...facts }),
    })),
  };
}

/** @param {HTMLElement} root @param {string} address @param {any} content @param {AbortSignal} [signal] @returns {Promise<Answer>} */
async function post(root, address, content, signal) {
  const token = /** @type {HTMLInputElement} */ (root.querySelector("[name=csrfmiddlewaretoken]")).value;
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" },
    body: JSON.stringify(content),
    signal,
  });
  const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
  return { status: answer.status, body: isJson ? await answer.json() : {} };
}

/** @param {Editor} editor @param {AbortSignal} signal */
export function look(editor, signal) {
  return post(editor.root, editor.root.dataset.look ?? "", drawingOf(editor), signal);
}

/** @param {Editor} editor @param {number} seen */
export function save(editor, seen) {
  return post(editor.root, editor.root.dataset.save ?? "", { ...drawingOf(editor), seen });
}

/** Everything that is drawn, as a file of GeoJSON. @param {Editor} editor */
export function download(editor) {
  const features = [...editor.land.areas.values()]
    .filter((area) => !area.fixed)
    .map((area) => ({
      type: "Feature",
      properties: { code: area.code, key: area.key, name: editor.nameOf(area.key), level: area.level, parent: area.parent, sources: area.sources },
      geometry: {
        type: "MultiPolygon",
        coordinates: area.polygons.map((rings) =>
          rings.map((ring) => [...ring, ring[0]].map((vertex) => degreesOf(editor, vertex))),
        ),
      },
    }));
  const blob = new Blob([JSON.stringify({ type: "FeatureCollection", features })], { type: "application/geo+json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${editor.data.scope}-${editor.root.dataset.plan}.geojson`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Longitude first, whole millimetres kept. @param {Editor} editor @param {number} vertex */
function degreesOf(editor, vertex) {
  const [lat, lng] = editor.canvas.latlng(editor.land.at(vertex));
  return [lng, lat].map((one) => Number(one.toFixed(9)));
}
