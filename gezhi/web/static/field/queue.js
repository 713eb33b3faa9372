// @ts-check
// The queue of what was done on this phone. A command is kept together with its photos or not at all, and nothing leaves the queue but by the
// server's word or the person's own.

import { all, write } from "./store.js";

/** @typedef {import("./store.js").Kept} Kept */
/** @typedef {{ sha256: string, blob: Blob }} Photo */
/**
 * @typedef {{
 *   name: string, data: Record<string, any>, subject?: number | string | null, seen?: number | null, after?: string | null,
 *   photos?: Photo[], words: string,
 * }} Given
 */

/**
 * Keep a command; its id. `words` is how the queue shows it. Rejects when the storage is full: then nothing was kept and the page says so.
 * @param {Given} given @returns {Promise<string>}
 */
export async function keep(given) {
  const id = crypto.randomUUID();
  const photos = given.photos ?? [];
  /** @type {Kept} */
  const kept = {
    id,
    name: given.name,
    subject: given.subject ?? null,
    seen: given.after ? null : (given.seen ?? null),
    after: given.after ?? null,
    done_at: local(new Date()),
    data: given.data,
    photos: photos.map((photo) => photo.sha256),
    state: "kept",
    result: null,
    words: given.words,
  };
  await write(({ queue, photos: store }) => {
    for (const photo of photos) store.put(photo.blob, photo.sha256);
    queue.add(kept);
  });
  announce();
  return id;
}

/** In the order in which they were given. @returns {Promise<Kept[]>} */
export async function waiting() {
  return all("queue");
}

/** The last command on a subject that is still to be sent: what comes next goes on from it. @param {number | string} subject */
export async function lastOn(subject) {
  const several = (await waiting()).filter((one) => one.state === "kept" && (one.subject === subject || one.id === subject));
  return several.at(-1) ?? null;
}

/**
 * What the server said. Carried out: gone. In conflict or refused: it stays, with the reason, until the person has decided.
 * @param {{ id: string, state: string }[]} results @param {IDBObjectStore} queue @param {Kept[]} sent
 */
export function settle(results, queue, sent) {
  const said = new Map(results.map((one) => [one.id, one]));
  for (const kept of sent) {
    const result = said.get(kept.id);
    if (!result || kept.n === undefined) continue;
    if (result.state === "done" || result.state === "already") queue.delete(kept.n);
    else if (result.state === "conflict" || result.state === "refused") queue.put({ ...kept, state: result.state, result });
  }
}

/** The person has read why, or gives it up. What hung on it stays and will say so. @param {Kept} kept */
export async function drop(kept) {
  await write(({ queue }) => queue.delete(/** @type {number} */ (kept.n)));
  announce();
}

/**
 * Send it again on what was seen now. It gets a new id: the server has answered the old one.
 * @param {Kept} kept @param {number | null} seen @param {Record<string, any>} data
 */
export async function again(kept, seen, data = kept.data) {
  await write(({ queue }) => {
    queue.put({ ...kept, id: crypto.randomUUID(), seen, after: null, data, state: "kept", result: null });
  });
  announce();
}

/** Photos that no command names any more. @param {IDBObjectStore} photos @param {Kept[]} left @param {IDBValidKey[]} stored */
export function dropUnnamed(photos, left, stored) {
  const named = new Set(left.flatMap((one) => one.photos));
  for (const key of stored) if (!named.has(String(key))) photos.delete(key);
}

/** Whoever shows the number waiting listens for this. */
export function announce() {
  dispatchEvent(new CustomEvent("gezhi:queue"));
}

/** The phone's clock with its offset from UTC, as it is: the server writes it down and never reckons with it. @param {Date} at */
export function local(at) {
  const minutes = -at.getTimezoneOffset();
  const two = (/** @type {number} */ value) => String(Math.abs(value)).padStart(2, "0");
  const shifted = new Date(at.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  return `${shifted}${minutes < 0 ? "-" : "+"}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`;
}
