/** The search on a map: what was found is listed, moved to and marked; an area also leads to its sheet. */

/** @typedef {{words: string, more: string, lng: number, lat: number, code: string, geometry: any}} Found */

/** @param {L.Map} map @param {HTMLElement | null} box */
export function findOn(map, box) {
  const form = box?.querySelector("form");
  const list = box?.querySelector("ul");
  const said = box?.querySelector("[role=status]");
  if (!box || !form || !list || !said) return;
  const marks = L.layerGroup().addTo(map);

  /** @param {Found} one */
  const show = (one) => {
    marks.clearLayers();
    if (one.geometry) {
      const shape = L.geoJSON(one.geometry, { style: () => ({ className: "found-area" }), interactive: false }).addTo(marks);
      map.fitBounds(shape.getBounds(), { padding: [30, 30], maxZoom: 17 });
    } else {
      L.marker([one.lat, one.lng], { icon: L.divIcon({ className: "case-mark is-here", iconSize: [18, 18] }), keyboard: false, alt: one.words }).addTo(marks);
      map.setView([one.lat, one.lng], Math.max(map.getZoom(), 17));
    }
    said.textContent = one.words;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = /** @type {HTMLInputElement} */ (form.querySelector("[name=q]")).value;
    const answer = await fetch(`${box.dataset.finder}?q=${encodeURIComponent(query)}`);
    /** @type {Found[]} */
    const found = answer.ok ? (await answer.json()).found : [];
    list.replaceChildren(...found.map((one) => rowOf(one, show, box)));
    list.hidden = false;
    if (found.length === 1) show(found[0]);
    else if (found.length) /** @type {HTMLElement | null} */ (list.querySelector("button"))?.focus();
    else {
      const none = document.createElement("li");
      none.textContent = said.textContent = box.dataset.wordsNone ?? "";
      list.replaceChildren(none);
    }
  });
  form.addEventListener("input", () => {
    if (!(/** @type {HTMLInputElement} */ (form.querySelector("[name=q]")).value)) {
      list.hidden = true;
      marks.clearLayers();
    }
  });
}

/** @param {Found} one @param {(one: Found) => void} show @param {HTMLElement} box */
function rowOf(one, show, box) {
  const row = document.createElement("li");
  const go = document.createElement("button");
  go.type = "button";
  go.className = "btn btn-sm";
  go.append(one.words);
  const more = document.createElement("small");
  more.textContent = one.more;
  go.append(more);
  go.addEventListener("click", () => show(one));
  row.append(go);
  if (one.code) {
    const sheet = document.createElement("a");
    sheet.href = (box.dataset.sheet ?? "").replace("000000", one.code);
    sheet.textContent = box.dataset.wordsSheet ?? "";
    row.append(sheet);
  }
  return row;
}
