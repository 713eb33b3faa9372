// @ts-check
// Parts of forms that several pages have: photos, the place, what somebody needs, the inputs of a step.

import { complain, fill, list, made, option, pick, say, ticked, toast, typed, words } from "./dom.js";
import { gridAt, isOffline } from "./held.js";
import { MOST_PHOTOS, developed } from "./photos.js";
import { keep } from "./queue.js";
import { fromGcj } from "../web/gcj.js";

/** @typedef {import("./queue.js").Photo} Photo */
/** @typedef {import("./queue.js").Given} Given */

/** A field for photos; what was chosen is read from `photos`. @returns {{ element: HTMLElement, photos: Photo[] }} */
export function photoField() {
  /** @type {Photo[]} */
  const photos = [];
  const element = made("photos");
  const shown = /** @type {HTMLElement} */ (element.querySelector('[data-list="photos"]'));
  const input = /** @type {HTMLInputElement} */ (element.querySelector("input"));
  input.addEventListener("change", async () => {
    for (const file of input.files ?? []) {
      if (photos.length >= MOST_PHOTOS) break;
      try {
        const photo = await developed(file);
        if (photos.some((one) => one.sha256 === photo.sha256)) continue;
        photos.push(photo);
        const row = made("photo", {}, {
          remove: () => {
            photos.splice(photos.indexOf(photo), 1);
            row.remove();
          },
        });
        const image = /** @type {HTMLImageElement} */ (row.querySelector("img"));
        image.src = URL.createObjectURL(photo.blob);
        image.onload = () => URL.revokeObjectURL(image.src);
        shown.append(row);
      } catch {
        toast(say("unreadable"));
      }
    }
    input.value = "";
  });
  return { element, photos };
}

export const SHIFTED = "gcj02";
/** Does this phone speak GCJ-02? */
export const isShifted = () => localStorage.getItem(SHIFTED) === "1";

/**
 * @typedef {{ lng: number, lat: number, accuracy: number } | null} Fix
 * @param {any[]} land @param {(sentence: string, fix: Fix) => void} told
 */
export function locate(land, told) {
  const one = (/** @type {string} */ key, /** @type {any} */ values) => words("place-words", key, values);
  if (!navigator.geolocation) {
    told(one("failed", {}), null);
    return;
  }
  told(one("asking", {}), null);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      // Some phones say where they are in GCJ-02, some hundred metres beside: their owner has seen it and said so.
      const [lng, lat] = isShifted() ? fromGcj(coords.longitude, coords.latitude) : [coords.longitude, coords.latitude];
      const fix = { lng, lat, accuracy: Math.round(coords.accuracy) };
      const grid = gridAt(land, fix.lng, fix.lat);
      told(one(grid ? "found" : "outside", { m: fix.accuracy, grid: grid?.name ?? "" }), fix);
    },
    (error) => told(one(error.code === error.PERMISSION_DENIED ? "refused" : "failed", {}), null),
    { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
  );
}

/** @param {HTMLElement} element @param {Record<string, string>} kinds @param {string} name */
export function kindsInto(element, kinds, name) {
  list(element, "kinds", Object.entries(kinds).map(([value, label], number) => pick("radio", name, value, label, number === 0)));
}

/** @param {HTMLElement} element @param {any[]} matters */
export function mattersInto(element, matters) {
  const select = element.querySelector('[data-list="matters"]');
  /** @type {Map<string, HTMLOptGroupElement>} */
  const groups = new Map();
  for (const matter of matters) {
    const group = groups.get(matter.category) ?? document.createElement("optgroup");
    group.label = matter.category;
    groups.set(matter.category, group);
    group.append(option(String(matter.id), matter.name));
  }
  select?.append(...groups.values());
}

/** What somebody needs, found at a door or a spot. @param {any[]} matters @param {Record<string, string>} kinds */
export function needField(matters, kinds) {
  const element = made("need", { contact: false });
  const field = photoField();
  element.append(field.element);
  kindsInto(element, kinds, "need_kind");
  mattersInto(element, matters);
  const consent = /** @type {HTMLInputElement} */ (element.querySelector('[name="may_be_contacted"]'));
  consent.addEventListener("change", () => fill(element, { contact: consent.checked }));
  return {
    element,
    photos: field.photos,
    /** @param {HTMLFormElement} form @returns {Record<string, any>} */
    read: (form) => {
      const mayBe = consent.checked;
      const matter = typed(form, "need_matter");
      return {
        text: typed(form, "need_text"),
        kind: ticked(form, "need_kind")[0],
        matter_id: matter ? Number(matter) : null,
        may_be_contacted: mayBe,
        reporter_name: mayBe ? typed(form, "reporter_name") : "",
        reporter_phone: mayBe ? typed(form, "reporter_phone") : "",
        photos: field.photos.map((photo) => photo.sha256),
      };
    },
  };
}

/**
 * The inputs of a step, drawn from its row. @param {any} step @param {any} inputs @param {any[]} matters
 */
export function stepFields(step, inputs, matters) {
  /** @type {HTMLElement[]} */
  const elements = [];
  /** @type {Photo[]} */
  let photos = [];
  const asked = [...step.needs, ...step.offers].filter((name) => isOffline(inputs[name]));
  for (const name of asked) {
    const input = inputs[name];
    if (input.kind === "files") {
      const field = photoField();
      photos = field.photos;
      elements.push(field.element);
      continue;
    }
    elements.push(inputField(input, matters));
  }
  return { elements, photos, asked };
}

/** @param {any} input @param {any[]} matters @returns {HTMLElement} */
function inputField(input, matters) {
  const around = document.createElement(input.kind === "level" || input.kind === "card" ? "fieldset" : "label");
  around.className = "field";
  const label = document.createElement(around.tagName === "FIELDSET" ? "legend" : "span");
  label.textContent = input.label;
  around.append(label);
  switch (input.kind) {
    case "level":
      around.append(...["5", "4", "3", "2", "1"].map((value) => pick("radio", input.wire, value, value)));
      break;
    case "card":
      around.append(...input.choices.map((/** @type {string} */ value) => pick("radio", input.wire, value, value)));
      break;
    case "flag":
      around.replaceChildren(pick("checkbox", input.wire, "1", input.label));
      break;
    case "matter": {
      const select = document.createElement("select");
      select.name = input.wire;
      select.append(option("", ""), ...matters.map((matter) => option(String(matter.id), matter.name)));
      around.append(select);
      break;
    }
    case "text": {
      const area = document.createElement("textarea");
      Object.assign(area, { name: input.wire, rows: 3, maxLength: 4000 });
      around.append(area);
      break;
    }
    default: {
      const field = document.createElement("input");
      Object.assign(field, { name: input.wire, type: input.kind === "date" ? "date" : "number", min: input.kind === "days" ? "1" : "" });
      around.append(field);
    }
  }
  return around;
}

/**
 * The data of a step as they were filled in; null after a complaint.
 * @param {HTMLFormElement} form @param {any} step @param {any} inputs @param {string[]} asked @param {Photo[]} photos
 */
export function stepData(form, step, inputs, asked, photos) {
  /** @type {Record<string, any>} */
  const data = {};
  for (const name of asked) {
    const { kind, wire, label } = inputs[name];
    if (kind === "files") {
      data.photos = photos.map((photo) => photo.sha256);
      continue;
    }
    const value = kind === "level" || kind === "card" ? ticked(form, wire)[0] ?? "" : kind === "flag" ? ticked(form, wire).length > 0 : typed(form, wire);
    if (value === "" && step.needs.includes(name)) {
      complain(form, say(kind === "text" ? "empty" : "choose", { what: label }), wire);
      return null;
    }
    if (value === "") continue;
    data[wire] = ["level", "days", "matter"].includes(kind) ? Number(value) : value;
  }
  return data;
}

/** Keep it, say so, and go on; a full storage is said and nothing typed is lost. @param {HTMLFormElement} form @param {Given} given @returns {Promise<string | null>} */
export async function keepOrSay(form, given) {
  try {
    const id = await keep(given);
    toast(say("kept"));
    dispatchEvent(new CustomEvent("gezhi:kept"));
    return id;
  } catch {
    complain(form, say("full"));
    return null;
  }
}
