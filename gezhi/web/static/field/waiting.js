// @ts-check
// What waits to be sent, what was refused and why, and what two people did at once, side by side.

import { list, made, words } from "./dom.js";
import { cases } from "./held.js";
import { again, drop, waiting } from "./queue.js";
import { isAutomatic, synchronise } from "./sync.js";
import { fullness, read, write } from "./store.js";

/** @typedef {import("./store.js").Kept} Kept */
/** @typedef {import("./cards.js").Held} Held */

const CLOCK_OFF = 5 * 60_000;

export async function queue() {
  const [several, at, off, held] = [await waiting(), await read("self", "synced_at"), (await read("self", "clock_off")) ?? 0, await cases()];
  const page = made("queue", {
    none: several.length === 0, clockOff: Math.abs(off) > CLOCK_OFF, full: (await fullness()) > 0.9,
    synced: at ? words("queue-words", "synced", { at: new Date(at).toLocaleString() }) : words("queue-words", "never"),
    clock: words("queue-words", "clock", { m: Math.round(Math.abs(off) / 60_000) }),
  }, { sync: () => void synchronise() });
  const auto = /** @type {HTMLInputElement} */ (page.querySelector('[name="auto"]'));
  auto.checked = await isAutomatic();
  auto.addEventListener("change", async () => {
    await write(({ self }) => self.put(auto.checked, "auto"));
    if (auto.checked) dispatchEvent(new CustomEvent("gezhi:kept"));
  });
  list(page, "queue", several.map((kept) => queued(kept, held)));
  return page;
}

/** @param {Kept} kept @param {Held[]} held */
function queued(kept, held) {
  const asks = kept.state !== "kept";
  const now = kept.result?.now ?? held.find((one) => one.id === kept.subject) ?? null;
  const stands = now ? words("now-words", "words", { stage: now.stage_words, holder: now.holder || words("now-words", "nobody") }) : words("now-words", "gone");
  return made("queued", {
    words: kept.words, at: new Date(kept.done_at).toLocaleString(), reason: asks ? kept.result?.message : "", ask: asks, conflict: kept.state === "conflict",
    mine: Object.values(kept.data).filter((value) => typeof value === "string" && value).join("\n") || kept.words, now: stands, canAgain: kept.state === "conflict" && now !== null,
  }, {
    again: () => void again(kept, now?.version ?? null),
    drop: () => void drop(kept),
  });
}
