// @ts-check
// My grid: its outline, who and what serves it, the spots to look at, what is open there.

import { caseCard } from "./cards.js";
import { complain, fill, list, made, option, say, toast, typed } from "./dom.js";
import { keepOrSay, needField } from "./forms.js";
import { cases, part } from "./held.js";
import { drawn } from "./map.js";
import { keep } from "./queue.js";
import { read } from "./store.js";

/** @param {string} [code] */
export async function grid(code) {
  const [land, work, held, off, me] = [(await part("land")) ?? [], await part("work"), await cases(), (await read("self", "clock_off")) ?? 0, await part("me")];
  const own = (me?.desks ?? []).map((/** @type {any} */ desk) => desk.area);
  const here = land.find((/** @type {any} */ one) => one.code === code) ?? land.find((/** @type {any} */ one) => own.includes(one.code)) ?? land[0];
  if (!here) return made("pending", { words: "" });
  const page = made("grid", { path: here.path, ...here.bounds, households: here.households ?? "", several: land.length > 1 });
  const select = /** @type {HTMLSelectElement | null} */ (page.querySelector("select"));
  select?.append(...land.map((/** @type {any} */ one) => option(one.code, one.name, one === here)));
  select?.addEventListener("change", () => {
    location.hash = `#/grid/${select.value}`;
  });
  const inside = held.filter((one) => one.grid === here.code);
  const spots = (work?.spots ?? []).filter((/** @type {any} */ one) => one.grid === here.code);
  const marks = [...inside.map((one) => ({ lng: one.lng, lat: one.lat, mark: "case-mark" })), ...spots.map((/** @type {any} */ one) => ({ ...one, mark: "spot-mark" }))];
  list(page, "map", [drawn([here], marks, here.path)]);
  list(page, "team", (work?.team ?? []).filter((/** @type {any} */ one) => one.grid === here.code).map((/** @type {any} */ one) => made("mate", { ...one, tel: one.phone ? `tel:${one.phone}` : "" })));
  list(page, "cases", inside.map((one) => caseCard(one, off)));
  const resources = (work?.resources ?? []).filter((/** @type {any} */ one) => here.code.startsWith(one.area));
  const partners = ((await part("partners")) ?? []).filter((/** @type {any} */ one) => here.code.startsWith(one.area));
  resources.push(...partners.map((/** @type {any} */ one) => ({ ...one, provider: one.alliance, note: "" })));
  fill(page, { hasResources: resources.length > 0 });
  list(page, "resources", resources.map((/** @type {any} */ one) => made("resource", one)));
  list(page, "spots", spots.map((/** @type {any} */ spot) => {
    const row = made("spot", spot, {
      fine: async () => {
        await keep({ name: "patrol.look", data: {}, subject: spot.id, words: say("looked", { what: spot.name }) });
        toast(say("kept"));
        dispatchEvent(new CustomEvent("gezhi:kept"));
        row.classList.add("done");
      },
      found: () => {
        location.hash = `#/spot/${spot.id}`;
      },
    });
    return row;
  }));
  return page;
}

/** @param {string} id */
export async function spot(id) {
  const [work, matters, steps] = [await part("work"), (await part("matters")) ?? [], await part("steps")];
  const here = (work?.spots ?? []).find((/** @type {any} */ one) => String(one.id) === id);
  if (!here) return grid();
  const form = /** @type {HTMLFormElement} */ (made("form", { title: here.name, submit: say("send") }, { cancel: () => history.back() }));
  const need = needField(matters, steps?.kinds ?? {});
  list(form, "fields", [need.element]);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = need.read(form);
    if (!asked.text) return complain(form, say("empty", { what: say("what") }), "need_text");
    if (await keepOrSay(form, { name: "patrol.look", data: { need: asked }, subject: here.id, photos: need.photos, words: say("looked", { what: here.name }) })) location.hash = "#/grid";
  });
  return form;
}
