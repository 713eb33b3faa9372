// @ts-check
// Synchronising: photos first, piece by piece, then the commands in their order, then what is different. docs/field-sync.md.
// One round at a time in all windows of the app. A round that breaks leaves everything as it was, and the next one begins where it stopped.

import { announce, dropUnnamed, settle, waiting } from "./queue.js";
import { all, forgetGiven, keys, read, wipe, write } from "./store.js";

/** @typedef {import("./store.js").Kept} Kept */
/** @typedef {"synced" | "offline" | "signed_out" | "wiped" | "busy" | "failed"} Outcome */

const API = "/api/v1/field";
const PIECE = 256 * 1024;
const MOST = 50;
const PATIENCE = 30_000;

class SignedOut extends Error {}
class Unreachable extends Error {}

/** @returns {Promise<Outcome>} */
export async function synchronise() {
  if (!navigator.locks) return round();
  return navigator.locks.request("gezhi-sync", { ifAvailable: true }, (lock) => (lock ? round() : "busy"));
}

/** @returns {Promise<Outcome>} */
async function round() {
  const token = await read("self", "token");
  if (!token) return "signed_out";
  tell("running");
  /** @type {Outcome} */
  let outcome = "synced";
  try {
    for (let more = true; more; ) more = await exchange(token);
  } catch (error) {
    if (error instanceof SignedOut) outcome = await meetFate(token);
    else if (error instanceof Unreachable) outcome = "offline";
    else {
      console.error(error);
      outcome = "failed";
    }
  }
  announce();
  tell(outcome);
  return outcome;
}

/** One exchange; true if another one should follow at once. @param {string} token */
async function exchange(token) {
  const queue = (await waiting()).filter((one) => one.state === "kept");
  const sending = queue.slice(0, MOST);
  for (const name of new Set(sending.flatMap((one) => one.photos))) await sendPhoto(token, name);
  const parts = await all("parts");
  const held = await all("cases");
  const answer = await call(token, "POST", "/sync", {
    commands: sending.map(({ id, name, subject, seen, after, done_at, data }) => ({ id, name, subject, seen, after, done_at, data })),
    have: {
      stamps: Object.fromEntries(parts.map((part) => [part.name, part.stamp])),
      cases: Object.fromEntries(held.map((one) => [one.id, one.version])),
    },
  });
  const stored = await keys("photos");
  const settled = new Set(answer.results.filter((/** @type {any} */ one) => !["waiting", "skipped"].includes(one.state)).map((/** @type {any} */ one) => one.id));
  await write((stores) => {
    settle(answer.results, stores.queue, sending);
    for (const [name, part] of Object.entries(answer.parts)) stores.parts.put({ name, ...part }, name);
    for (const one of answer.cases) stores.cases.put(one);
    for (const id of answer.gone) stores.cases.delete(id);
    stores.self.put(Date.now(), "synced_at");
    // How far the phone's clock is off, in milliseconds: shown where it matters, reckoned with nowhere.
    stores.self.put(Date.now() - Date.parse(answer.at), "clock_off");
  });
  const left = await waiting();
  await write(({ photos }) => dropUnnamed(photos, left, stored));
  // Commands whose forerunners were just carried out can go at once; where nothing was settled, asking again would ask the same.
  const rest = left.some((one) => one.state === "kept");
  return answer.more || (rest && settled.size > 0);
}

/** Send a photo from where the server has it. One that the phone lost is left out: the command then waits and the person is told. @param {string} token @param {string} name */
async function sendPhoto(token, name) {
  const blob = await read("photos", name);
  if (!blob) return;
  let { received, is_kept: isKept } = await call(token, "GET", `/photos/${name}`);
  while (!isKept) {
    const piece = blob.slice(received, received + PIECE);
    const path = `/photos/${name}?offset=${received}&size=${blob.size}`;
    try {
      ({ received, is_kept: isKept } = await call(token, "PATCH", path, piece));
    } catch (error) {
      // Another piece was due: the answer to the last one was lost.
      if (!(error instanceof Problem) || error.status !== 409) throw error;
      const progress = await call(token, "GET", `/photos/${name}`);
      if (progress.received === received) throw error;
      ({ received, is_kept: isKept } = progress);
    }
  }
}

export class Problem extends Error {
  /** @param {number} status @param {any} body */
  constructor(status, body) {
    super(body?.detail ?? `HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

const MOST_TURNS = 12;
const LONGEST_TURN = 30;

/**
 * Ask the server. Where too many ask at once it says when to come again, and one comes again.
 * @param {string} token @param {string} method @param {string} path @param {any} [content]
 * @returns {Promise<any>}
 */
export async function call(token, method, path, content) {
  for (let turn = 1; ; turn++) {
    const response = await asked(token, method, path, content);
    if (response.status === 401) throw new SignedOut();
    const after = Number(response.headers.get("Retry-After"));
    if (response.status === 503 && after > 0 && turn < MOST_TURNS) {
      await new Promise((done) => setTimeout(done, Math.min(after, LONGEST_TURN) * 1000));
      continue;
    }
    if (response.status >= 500) throw new Unreachable();
    const body = await response.json().catch(() => null);
    if (!response.ok) throw new Problem(response.status, body);
    return body;
  }
}

/** @param {string} token @param {string} method @param {string} path @param {any} content @returns {Promise<Response>} */
async function asked(token, method, path, content) {
  const isPiece = content instanceof Blob;
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (content !== undefined) headers["Content-Type"] = isPiece ? "application/octet-stream" : "application/json";
  try {
    return await fetch(API + path, {
      method,
      headers,
      body: content === undefined ? undefined : isPiece ? content : JSON.stringify(content),
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw new Unreachable();
  }
}

/** The token is worth nothing any more. Was this phone ended? @param {string} token @returns {Promise<Outcome>} */
async function meetFate(token) {
  let fate;
  try {
    ({ fate } = await call("", "POST", "/phones/fate", { token }));
  } catch {
    return "offline";
  }
  if (fate === "wipe") {
    await wipe();
    return "wiped";
  }
  await forgetGiven();
  await write(({ self }) => self.delete("token"));
  return "signed_out";
}

/** @param {string} state */
function tell(state) {
  dispatchEvent(new CustomEvent("gezhi:sync", { detail: state }));
}

// --- when -------------------------------------------------------------------------------------------------------------

const EVERY = 60_000;
const SHORTEST_PAUSE = 10_000;
const LONGEST_PAUSE = 10 * 60_000;
let pause = SHORTEST_PAUSE;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let next;

/** Off means off: nothing is sent until the person says so. @returns {Promise<boolean>} */
export async function isAutomatic() {
  return (await read("self", "auto")) !== false;
}

/** Now, if that is allowed; and again after a while that grows as long as there is no network. */
export async function inTurn() {
  clearTimeout(next);
  let wait = EVERY;
  if (await isAutomatic()) {
    const outcome = await synchronise();
    if (outcome === "wiped" || outcome === "signed_out") return;
    wait = outcome === "synced" ? EVERY : pause;
    pause = outcome === "synced" ? SHORTEST_PAUSE : Math.min(pause * 2, LONGEST_PAUSE);
  }
  next = setTimeout(inTurn, wait);
}

/** From now on by itself: at once, when the network comes back, when the app is looked at again, and every minute. */
export function keepInStep() {
  addEventListener("online", () => {
    pause = SHORTEST_PAUSE;
    void inTurn();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void inTurn();
  });
  addEventListener("gezhi:kept", () => void inTurn());
  void inTurn();
}
