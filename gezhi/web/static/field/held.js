// @ts-check
// What the phone holds, read for a page: cases with what was done to them here and has not been sent, their clocks in words, grids and points.

import { say } from "./dom.js";
import { waiting } from "./queue.js";
import { all, read } from "./store.js";

/** @typedef {import("./store.js").HeldCase} HeldCase */
/** @typedef {import("./store.js").Kept} Kept */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const EXPIRES = 72 * HOUR;

/** @param {string} name @returns {Promise<any>} */
export async function part(name) {
  return (await read("parts", name))?.content ?? null;
}

/** Are the data too old to be shown? @returns {Promise<boolean>} */
export async function isStale() {
  const at = await read("self", "synced_at");
  return typeof at === "number" && Date.now() - at > EXPIRES;
}

/** @returns {Promise<(HeldCase & { pending: Kept[], foretold: string })[]>} the most pressing first */
export async function cases() {
  const [held, queue, steps] = [await all("cases"), await waiting(), await part("steps")];
  const pressing = held.sort((a, b) => Number(b.is_emergency) - Number(a.is_emergency) || Date.parse(a.due_at) - Date.parse(b.due_at));
  return pressing.map((one) => {
    const pending = queue.filter((kept) => kept.subject === one.id);
    return { ...one, pending, foretold: foretold(one.stage, pending, steps) };
  });
}

/** The stage after what waits to be sent, by the table of steps that the server gave. @param {string} stage @param {Kept[]} pending @param {any} steps */
function foretold(stage, pending, steps) {
  return pending.filter((kept) => kept.state === "kept").reduce((now, kept) => steps?.steps[kept.name.slice(5)]?.target ?? now, stage);
}

// What can be filled in without a network. The rest is done at the desk.
const OFFLINE_KINDS = new Set(["text", "level", "card", "days", "date", "flag", "files", "matter"]);

/**
 * The steps that one may try: those that the server allowed, or after something that waits those that the table leads on to. The server decides.
 * @param {HeldCase & { pending: Kept[], foretold: string }} held @param {any} steps @param {string[]} rights @returns {string[]}
 */
export function possible(held, steps, rights) {
  const names = held.pending.some((kept) => kept.state === "kept")
    ? Object.keys(steps.steps).filter((name) => steps.steps[name].sources.includes(held.foretold) && rights.includes(steps.steps[name].right))
    : held.steps;
  const tones = ["forward", "plain", "rare"];
  return names
    .filter((/** @type {string} */ name) => steps.steps[name]?.needs.every((/** @type {string} */ need) => OFFLINE_KINDS.has(steps.inputs[need].kind)))
    .sort((/** @type {string} */ a, /** @type {string} */ b) => tones.indexOf(steps.steps[a].tone) - tones.indexOf(steps.steps[b].tone));
}

/** @param {any} input */
export const isOffline = (input) => OFFLINE_KINDS.has(input.kind);

/** The clock in words, by the server's time as far as the phone knows it. @param {HeldCase} held @param {number} off milliseconds that the phone is ahead */
export function clock(held, off = 0) {
  if (held.is_suspended) return { clock: say("rests"), clockClass: "resting" };
  const left = Date.parse(held.due_at) - (Date.now() - off);
  const span = spanned(Math.abs(left));
  if (left <= 0) return { clock: say("over", { span }), clockClass: "overdue" };
  const isSoon = held.warn_at !== null && Date.parse(held.warn_at) <= Date.now() - off;
  return { clock: say("left", { span }), clockClass: isSoon ? "soon" : "ok" };
}

/** @param {number} length */
function spanned(length) {
  if (length < HOUR) return say("minutes", { n: Math.max(1, Math.floor(length / MINUTE)) });
  return length < 2 * DAY ? say("hours", { n: Math.floor(length / HOUR) }) : say("days", { n: Math.floor(length / DAY) });
}

/** The grid of one's own in which a point lies. @param {any[]} land @param {number} lng @param {number} lat */
export function gridAt(land, lng, lat) {
  return land.find((grid) => polygons(grid.outline).some((rings) => rings.every((ring, number) => isInside(ring, lng, lat) === (number === 0)))) ?? null;
}

/** @param {any} geometry @returns {number[][][][]} */
export function polygons(geometry) {
  return geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
}

/** Even and odd: how often a line to the east crosses the ring. @param {number[][]} ring @param {number} x @param {number} y */
function isInside(ring, x, y) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi = 0, yi = 0] = ring[i] ?? [];
    const [xj = 0, yj = 0] = ring[j] ?? [];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Metres between two points of a district. @param {number} lng1 @param {number} lat1 @param {number} lng2 @param {number} lat2 */
export function metres(lng1, lat1, lng2, lat2) {
  const north = (lat2 - lat1) * 111_200;
  const east = (lng2 - lng1) * 111_200 * Math.cos((lat1 * Math.PI) / 180);
  return Math.hypot(north, east);
}

/** Matters that the words speak for, the strongest first; those of earlier words before those of later ones. @param {any[]} matters @param {string} text */
export function suggested(matters, text) {
  const said = text.toLowerCase();
  const scored = matters.map((matter) => {
    const places = matter.words.map((/** @type {string} */ word) => said.indexOf(word.toLowerCase())).filter((/** @type {number} */ place) => place >= 0);
    return { matter, score: places.reduce((/** @type {number} */ sum, /** @type {number} */ place) => sum + 1 / (1 + place / 20), 0) };
  });
  return scored.filter((one) => one.score > 0).sort((a, b) => b.score - a.score).slice(0, 3).map((one) => one.matter);
}
