// @ts-check
// Myself: desks, numbers as the scorers see them, courses, what I said and what was answered, my phones.

import { complain, fill, list, made, say, ticked, typed } from "./dom.js";
import { SHIFTED, isShifted, keepOrSay } from "./forms.js";
import { part } from "./held.js";
import { waiting } from "./queue.js";
import { call } from "./sync.js";
import { read, wipe, write } from "./store.js";

export async function myself() {
  const [me, several, token, own] = [await part("me"), await waiting(), await read("self", "token"), await read("self", "phone")];
  const page = made("me", { name: me?.name ?? "", waiting: several.length > 0 }, {
    leave: async () => {
      if (!confirm(say("leave"))) return;
      // Without a network the token lives on until it is ended elsewhere; the data are gone at once either way.
      await call(token, "POST", `/phones/${own}/end`, {}).catch(() => null);
      await wipe();
      location.hash = "#/today";
      location.reload();
    },
  });
  list(page, "desks", (me?.desks ?? []).map((/** @type {any} */ desk) => made("desk", { name: desk.name })));
  const shifted = /** @type {HTMLInputElement} */ (page.querySelector('[name="shifted"]'));
  shifted.checked = isShifted();
  shifted.addEventListener("change", () => localStorage.setItem(SHIFTED, shifted.checked ? "1" : "0"));
  const large = /** @type {HTMLInputElement} */ (page.querySelector('[name="large"]'));
  large.checked = localStorage.getItem("large") === "1";
  large.addEventListener("change", () => {
    localStorage.setItem("large", large.checked ? "1" : "0");
    document.documentElement.classList.toggle("large", large.checked);
  });
  const standing = await part("standing");
  list(page, "months", (standing?.months ?? []).map((/** @type {any} */ month) => made("month", { ...month, name: `${String(month.month).slice(0, 4)}-${String(month.month).slice(4)}`, hasTeam: month.team_targets > 0 })));
  list(page, "courses", (standing?.courses ?? []).map((/** @type {any} */ one) => made("course", { ...one, todo: !one.passed, must: one.required && !one.passed })));
  list(page, "said", ((await part("said")) ?? []).map((/** @type {any} */ one) => made("said", { ...one, when: new Date(one.at).toLocaleDateString(), answered: !!one.answer })));
  fill(page, { noCourses: (standing?.courses ?? []).length === 0 });
  const form = /** @type {HTMLFormElement} */ (page.querySelector('[data-form="suggestion"]'));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = typed(form, "text");
    if (!text) return complain(form, say("empty", { what: say("what") }), "text");
    if (await keepOrSay(form, { name: "suggestion.send", data: { kind: ticked(form, "said_kind")[0], addressee: ticked(form, "addressee")[0], text }, words: say("suggested") })) form.reset();
  });
  const phones = await call(token, "GET", "/phones").catch(() => ({ phones: [] }));
  list(page, "phones", phones.phones.map((/** @type {any} */ phone) => {
    const row = made("phone", { label: phone.label, live: !phone.ended_at && phone.id !== own, ended: !!phone.ended_at }, {
      end: async () => {
        await call(token, "POST", `/phones/${phone.id}/end`, {}).catch(() => null);
        fill(row, { live: false, ended: true });
      },
    });
    return row;
  }));
  return page;
}
