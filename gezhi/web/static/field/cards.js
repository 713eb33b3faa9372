// @ts-check
// How a case stands in a list.

import { made } from "./dom.js";
import { clock } from "./held.js";

/** @typedef {Awaited<ReturnType<typeof import("./held.js").cases>>[number]} Held */

/** @param {Held} held @param {number} off */
export function caseCard(held, off) {
  const values = { ...clock(held, off), title: held.title, where: held.address || held.place, href: `#/case/${held.id}`, stage: held.stage_words };
  return made("case-card", { ...values, emergency: held.is_emergency, red: held.card === "red", yellow: held.card === "yellow", pending: held.pending.length > 0 });
}
