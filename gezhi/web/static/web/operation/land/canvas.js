/** The land on a Leaflet map: areas, their names, the vertices of the chosen one, a line on its way, places that are wrong. */

import { addTiles, crsOf } from "../../ground.js";
import { degrees, millimetres } from "./plane.js";
import { distance, nearest } from "./rings.js";
import { edgesOf, edgesOfRing } from "./borders.js";

/** @typedef {import("./rings.js").Point} Point */
/** @typedef {import("./land.js").Land} Land */
/** @typedef {import("./borders.js").Area} Area */
/** @typedef {import("./land.js").Spot} Spot */
/** @typedef {import("./proof.js").Defect} Defect */
/** @typedef {{size: string, tone: string}} Tag */

/** A side shorter than this on the screen gets no handle for a new vertex. Pixels. */
const ROOM_FOR_HANDLE = 44;

export class Canvas {
  /** @param {HTMLElement} place @param {Land} land @param {import("./plane.js").Plane} plane */
  constructor(place, land, plane) {
    this.place = place;
    this.land = land;
    this.plane = plane;
    this.map = L.map(place, {
      crs: crsOf(place.dataset.tilesCrs ?? ""),
      attributionControl: Boolean(place.dataset.tiles),
      keyboard: false,
      boxZoom: false,
      doubleClickZoom: false,
      zoomControl: false,
      zoomSnap: 0.5,
      minZoom: 9,
      maxZoom: 22,
      renderer: L.svg({ padding: 0.5 }),
    });
    this.map.attributionControl?.setPrefix(false);
    addTiles(this.map, place);
    L.control.zoom({ zoomInTitle: place.dataset.wordsIn, zoomOutTitle: place.dataset.wordsOut }).addTo(this.map);
    L.control.scale({ imperial: false }).addTo(this.map);
    /** @type {Map<string, L.Polygon>} */
    this.shapes = new Map();
    /** What is drawn, by what it shows: areas that look as before stay. @type {Map<string, {layers: L.Layer[], home: L.LayerGroup}>} */
    this.shown = new Map();
    this.under = L.layerGroup().addTo(this.map);
    this.areas = L.layerGroup().addTo(this.map);
    this.over = L.layerGroup().addTo(this.map);
    this.wrong = L.layerGroup().addTo(this.map);
    this.handles = L.layerGroup().addTo(this.map);
    this.line = L.layerGroup().addTo(this.map);
    this.found = L.layerGroup().addTo(this.map);
  }

  /** @param {Point} point @returns {L.LatLngTuple} */
  latlng(point) {
    return degrees(this.plane, point);
  }

  /** @param {L.LatLng} at @returns {Point} */
  point(at) {
    return millimetres(this.plane, at.lat, at.lng);
  }

  /** Whole millimetres under a place of the window. @param {MouseEvent} event */
  pointOf(event) {
    return this.point(this.map.mouseEventToLatLng(event));
  }

  /** @param {Point} point */
  pixel(point) {
    return this.map.latLngToContainerPoint(this.latlng(point));
  }

  /** Millimetres that a number of pixels are here. @param {number} pixels */
  reach(pixels) {
    const middle = this.map.getSize().divideBy(2);
    const [one, other] = [this.map.containerPointToLatLng(middle), this.map.containerPointToLatLng(middle.add([pixels, 0]))];
    return distance(this.point(one), this.point(other));
  }

  /** @param {Area} area */
  rings(area) {
    return area.polygons.map((rings) => rings.map((ring) => this.land.points(ring).map((point) => this.latlng(point))));
  }

  // --- areas ------------------------------------------------------------------------------------------------------------

  /** What lies beside the scope: to be seen, not to be touched. @param {{name: string, outline: number[][][]}[]} around */
  surround(around) {
    this.under.clearLayers();
    for (const { name, outline } of around) {
      const rings = outline.map((polygon) => polygon.map((flat) => pairs(flat).map((point) => this.latlng(point))));
      const shape = L.polygon(rings, { className: "land-around", interactive: false }).addTo(this.under);
      L.marker(shape.getBounds().getCenter(), { icon: label(name, "land-name is-around"), interactive: false, keyboard: false }).addTo(this.under);
    }
  }

  /** Draw a level; areas above it as thick borders. @param {Area[]} areas @param {Area[]} above @param {(area: Area) => string} nameOf @param {(area: Area) => Tag} tagOf */
  show(areas, above, nameOf, tagOf) {
    /** @type {Map<string, {layers: L.Layer[], home: L.LayerGroup}>} */
    const now = new Map();
    this.shapes.clear();
    for (const area of areas) {
      const [name, tag] = [nameOf(area), tagOf(area)];
      const sign = JSON.stringify([area.key, this.land.outline(area), name, tag, area.code]);
      now.set(sign, this.shown.get(sign) ?? { layers: this.layersOf(area, name, tag), home: this.areas });
      this.shapes.set(area.key, /** @type {L.Polygon} */ (now.get(sign)?.layers[0]));
    }
    for (const area of above) {
      const sign = JSON.stringify(["above", area.key, this.land.outline(area)]);
      const border = () => L.polygon(this.rings(area), { className: "land-over", fill: false, interactive: false });
      now.set(sign, this.shown.get(sign) ?? { layers: [border()], home: this.over });
      this.shapes.set(area.key, /** @type {L.Polygon} */ (now.get(sign)?.layers[0]));
    }
    for (const [sign, { layers, home }] of this.shown) if (!now.has(sign)) for (const layer of layers) home.removeLayer(layer);
    for (const [sign, { layers, home }] of now) if (!this.shown.has(sign)) for (const layer of layers) home.addLayer(layer);
    for (const layer of this.over.getLayers()) /** @type {L.Path} */ (layer).bringToFront();
    this.shown = now;
  }

  /** @param {Area} area @param {string} name @param {Tag} tag @returns {L.Layer[]} */
  layersOf(area, name, tag) {
    const shape = L.polygon(this.rings(area), { className: `land-area${area.code ? "" : " is-new"}`, interactive: false });
    const icon = label(name, "land-name", tag);
    return [shape, L.marker(this.latlng(this.land.inner(area)), { icon, interactive: false, keyboard: false })];
  }

  /** Draw some areas anew while one of their vertices moves. @param {Area[]} areas */
  redraw(areas) {
    for (const area of areas) this.shapes.get(area.key)?.setLatLngs(this.rings(area));
  }

  /** @param {string | null} key */
  choose(key) {
    for (const [one, shape] of this.shapes) shape.getElement()?.classList.toggle("is-chosen", one === key);
    const chosen = key ? this.shapes.get(key) : null;
    chosen?.bringToFront();
  }

  /** The area of a level at a place. @param {Point} point @param {Area[]} areas */
  areaAt(point, areas) {
    return areas.find((area) => this.land.holds(area, point)) ?? null;
  }

  /** @param {Area[]} areas */
  fit(areas) {
    const box = L.latLngBounds([]);
    for (const area of areas) for (const rings of this.rings(area)) for (const at of rings[0]) box.extend(at);
    if (box.isValid()) this.map.fitBounds(box, { padding: [30, 30], maxZoom: 19, animate: false });
  }

  /** @param {Point} point */
  fly(point) {
    this.map.setView(this.latlng(point), Math.max(this.map.getZoom(), 17), { animate: false });
  }

  // --- vertices ---------------------------------------------------------------------------------------------------------

  /** The vertices of an area, and small handles where one may be added. @param {Area | null} area @param {number | null} current @param {(vertex: number) => boolean} isLocked */
  handle(area, current, isLocked) {
    this.handles.clearLayers();
    if (!area) return;
    const size = this.map.getBounds().pad(0.2);
    for (const ring of area.polygons.flat()) {
      for (const [vertex, next] of edgesOfRing(ring)) {
        const [a, b] = [this.land.at(vertex), this.land.at(next)];
        if (size.contains(this.latlng(a))) {
          const kind = vertex === current ? "is-current" : isLocked(vertex) ? "is-locked" : "";
          L.circleMarker(this.latlng(a), { radius: vertex === current ? 8 : 5, className: `land-vertex ${kind}`, interactive: false }).addTo(this.handles);
        }
        if (this.pixel(a).distanceTo(this.pixel(b)) < ROOM_FOR_HANDLE) continue;
        const middle = /** @type {Point} */ ([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
        if (size.contains(this.latlng(middle))) L.circleMarker(this.latlng(middle), { radius: 3, className: "land-between", interactive: false }).addTo(this.handles);
      }
    }
  }

  /** The vertex of an area within some pixels. @param {Area} area @param {Point} point @param {number} pixels @returns {number | null} */
  vertexAt(area, point, pixels) {
    let best = { far: this.reach(pixels), vertex: /** @type {number | null} */ (null) };
    for (const vertex of area.polygons.flat(2)) {
      const far = distance(point, this.land.at(vertex));
      if (far <= best.far) best = { far, vertex };
    }
    return best.vertex;
  }

  /** The handle between two vertices within some pixels. @param {Area} area @param {Point} point @param {number} pixels @returns {[number, number] | null} */
  betweenAt(area, point, pixels) {
    const reach = this.reach(pixels);
    for (const [a, b] of edgesOf(area)) {
      const [one, other] = [this.land.at(a), this.land.at(b)];
      if (this.pixel(one).distanceTo(this.pixel(other)) < ROOM_FOR_HANDLE) continue;
      if (distance(point, [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2]) <= reach) return [a, b];
    }
    return null;
  }

  /** What a place snaps to: a vertex of any of these areas, else a border of some. @param {Point} point @param {Area[]} areas @param {number} pixels
   * @param {number | null} [except] @param {Area[]} [borders] @returns {Spot} */
  snap(point, areas, pixels, except = null, borders = areas) {
    const reach = this.reach(pixels);
    let vertex = { far: reach, at: /** @type {number | null} */ (null) };
    let border = { far: reach * 0.8, edge: /** @type {[number, number] | null} */ (null), at: point };
    for (const area of areas) {
      for (const [a, b] of edgesOf(area)) {
        if (a === except || b === except) continue;
        const far = distance(point, this.land.at(a));
        if (far < vertex.far) vertex = { far, at: a };
        if (!borders.includes(area)) continue;
        const near = nearest(point, this.land.at(a), this.land.at(b));
        if (near.far < border.far) border = { far: near.far, edge: [a, b], at: [Math.round(near.place[0]), Math.round(near.place[1])] };
      }
    }
    if (vertex.at !== null) return { vertex: vertex.at };
    return border.edge ? { edge: border.edge, at: border.at } : { at: point };
  }

  // --- signs ------------------------------------------------------------------------------------------------------------

  /** @param {Point[]} points @param {Point | null} cursor @param {boolean} [isSnapped] */
  drawLine(points, cursor, isSnapped = false) {
    this.line.clearLayers();
    const all = cursor ? [...points, cursor] : points;
    if (all.length > 1) L.polyline(all.map((point) => this.latlng(point)), { className: "land-line", interactive: false }).addTo(this.line);
    for (const point of points) L.circleMarker(this.latlng(point), { radius: 5, className: "land-vertex is-current", interactive: false }).addTo(this.line);
    if (cursor) L.circleMarker(this.latlng(cursor), { radius: isSnapped ? 9 : 5, className: `land-cursor${isSnapped ? " is-snapped" : ""}`, interactive: false }).addTo(this.line);
  }

  /** Places that are wrong, each with its number. @param {Defect[]} defects @param {(defect: Defect) => string} nameOf */
  mark(defects, nameOf) {
    this.wrong.clearLayers();
    defects.forEach((defect, at) => {
      const soft = defect.kind === "one_sided";
      if (defect.shape.length > 2) L.polygon(defect.shape.map((point) => this.latlng(point)), { className: `land-wrong is-${defect.kind}`, interactive: false }).addTo(this.wrong);
      const icon = label(soft ? "·" : String(at + 1), `land-mark${soft ? " is-soft" : ""}`);
      L.marker(this.latlng(defect.at), { icon, interactive: false, keyboard: false, alt: nameOf(defect) }).addTo(this.wrong);
    });
  }

  /** A place that was searched for. @param {number} lng @param {number} lat @param {string} words @param {any} geometry */
  pin(lng, lat, words, geometry) {
    this.found.clearLayers();
    if (geometry) {
      const shape = L.geoJSON(geometry, { style: () => ({ className: "land-found" }), interactive: false }).addTo(this.found);
      this.map.fitBounds(shape.getBounds(), { padding: [30, 30], maxZoom: 18, animate: false });
      return;
    }
    L.marker([lat, lng], { icon: label(words, "land-pin"), interactive: false, keyboard: false, alt: words }).addTo(this.found);
    this.map.setView([lat, lng], Math.max(this.map.getZoom(), 17), { animate: false });
  }
}

/** @param {number[]} flat @returns {Point[]} */
function pairs(flat) {
  return flat.flatMap((x, at) => (at % 2 ? [] : [/** @type {Point} */ ([x, flat[at + 1]])]));
}

/** @param {string} words @param {string} className @param {Tag} [tag] */
function label(words, className, tag) {
  const box = document.createElement("span");
  box.textContent = words;
  if (tag?.size) {
    const more = document.createElement("small");
    more.textContent = tag.size;
    if (tag.tone) more.className = tag.tone;
    box.append(more);
  }
  return L.divIcon({ className, html: box, iconSize: [0, 0] });
}
