// @ts-check
// The pages of the app, one function each: what the phone holds becomes an element. Nothing here asks the server.

import { complain, fill, list, made, option, pick, say, ticked, typed, words } from "./dom.js";
import { kindsInto, keepOrSay, locate, mattersInto, needField, photoField, stepData, stepFields } from "./forms.js";
import { campaignsLeft } from "./campaigns.js";
import { caseCard } from "./cards.js";
import { cases, clock, gridAt, metres, part, possible, suggested } from "./held.js";
import { drawn } from "./map.js";
import { keep, lastOn, waiting } from "./queue.js";
import { read } from "./store.js";

/** @typedef {Awaited<ReturnType<typeof cases>>[number]} Held */

const NEAR = 80;

export async function today() {
  const [held, notices, work, off] = [await cases(), (await part("notices")) ?? [], await part("work"), (await read("self", "clock_off")) ?? 0];
  const duty = ((await part("duty")) ?? []).filter((/** @type {any} */ one) => Date.parse(one.until) > Date.now() - off);
  const hands = held.filter((one) => one.is_mine || (one.pending.length > 0 && one.foretold === "handling"));
  const waits = held.filter((one) => !hands.includes(one) && one.foretold === "waiting");
  const others = held.filter((one) => !hands.includes(one) && !waits.includes(one));
  const page = made("today", {
    mineCount: hands.length || "", noMine: hands.length === 0, waitingCount: waits.length || "", noWaiting: waits.length === 0,
    hasCampaigns: (work?.campaigns ?? []).length > 0, hasOthers: others.length > 0, hasDuty: duty.length > 0,
  });
  list(page, "mine", sameBuilding(hands).map((one) => caseCard(one, off)));
  list(page, "waiting", waits.map((one) => caseCard(one, off)));
  list(page, "duty", duty.slice(0, 5).map((/** @type {any} */ one) => made("shift", { when: `${shortly(one.from)} – ${shortly(one.until)}`, where: `${one.kind} · ${one.desk}` })));
  list(page, "others", others.map((one) => caseCard(one, off)));
  list(page, "campaigns", (await campaignsLeft(work)).map((one) => made("campaign-card", { title: one.title, href: `#/campaign/${one.id}`, left: one.words })));
  list(page, "notices", notices.map((/** @type {any} */ one) => {
    const row = made("notice", { words: one.words, href: one.kind === "case" ? `#/case/${one.subject}` : "" }, {
      seen: async () => {
        await keep({ name: "notices.seen", data: { notices: [one.id] }, words: one.words });
        row.remove();
      },
    });
    return row;
  }));
  return page;
}

/** @param {string} at */
const shortly = (at) => new Date(at).toLocaleString([], { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });

/** Whoever has finished one sees the next in the same building first. @param {Held[]} hands */
function sameBuilding(hands) {
  const last = sessionStorage.getItem("last-address");
  return last ? [...hands.filter((one) => one.address === last), ...hands.filter((one) => one.address !== last)] : hands;
}

// --- a case -----------------------------------------------------------------------------------------------------------

/** @param {string} id */
export async function caseOf(id) {
  const held = (await cases()).find((one) => String(one.id) === id);
  if (!held) return made("pending", { words: words("now-words", "gone") });
  const [steps, me, off] = [await part("steps"), await part("me"), (await read("self", "clock_off")) ?? 0];
  const names = possible(held, steps, me.rights);
  const page = made("case", {
    ...clock(held, off), title: held.title, text: held.text, isCut: held.is_cut, where: [held.place, held.address].filter(Boolean).join("，"),
    matter: held.matter, stage: held.stage_words, holder: held.holder, number: held.number, hasReporter: held.has_reporter,
    pending: held.pending.length > 0, noSteps: names.length === 0,
  });
  list(page, "pending", held.pending.map((kept) => made("pending", { words: kept.words })));
  list(page, "steps", names.map((name) => made("step-button", { label: steps.steps[name].label, tone: steps.steps[name].tone }, {
    open: () => {
      location.hash = `#/case/${id}/${name}`;
    },
  })));
  return page;
}

/** @param {string} id @param {string} name */
export async function stepOf(id, name) {
  const held = (await cases()).find((one) => String(one.id) === id);
  const [steps, matters] = [await part("steps"), (await part("matters")) ?? []];
  const step = steps?.steps[name];
  if (!held || !step) return caseOf(id);
  const { elements, photos, asked } = stepFields(step, steps.inputs, matters);
  const form = /** @type {HTMLFormElement} */ (made("form", { title: `${step.label} · ${held.title}`, submit: step.label }, { cancel: () => history.back() }));
  list(form, "fields", elements);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = stepData(form, step, steps.inputs, asked, photos);
    if (!data) return;
    const before = await lastOn(held.id);
    const given = { name: `case.${name}`, data, subject: held.id, seen: held.version, after: before?.id ?? null, photos, words: `${step.label}：${held.title}` };
    if (!(await keepOrSay(form, given))) return;
    if (name === "finish") sessionStorage.setItem("last-address", held.address);
    location.hash = name === "finish" ? "#/today" : `#/case/${id}`;
  });
  return form;
}

// --- reporting --------------------------------------------------------------------------------------------------------

export async function report() {
  const [matters, land, steps, held] = [(await part("matters")) ?? [], (await part("land")) ?? [], await part("steps"), await cases()];
  const form = /** @type {HTMLFormElement} */ (made("report", { place: words("place-words", "none"), near: false, solved: false, severalGrids: land.length > 1 }));
  const field = photoField();
  list(form, "photos", [field.element]);
  mattersInto(form, matters.filter((/** @type {any} */ one) => one.grid).concat(matters.filter((/** @type {any} */ one) => !one.grid)));
  kindsInto(form, steps?.kinds ?? {}, "kind");
  list(form, "grids", land.map((/** @type {any} */ grid, /** @type {number} */ number) => option(grid.code, grid.name, number === 0)));
  /** @type {import("./forms.js").Fix} */
  let fix = null;
  const select = /** @type {HTMLSelectElement} */ (form.elements.namedItem("matter_id"));
  const showNear = () => {
    const here = held.filter((one) => {
      const isAbout = !select.value || one.matter_id === Number(select.value);
      return isAbout && fix !== null && one.lng !== null && metres(fix.lng, fix.lat, one.lng, one.lat) <= NEAR + fix.accuracy;
    });
    form.querySelector('[data-list="near"]')?.replaceChildren(...here.slice(0, 4).map((one) => made("near", { title: one.title, where: one.address || one.place, href: `#/case/${one.id}` }, {
      same: async () => {
        const note = say("same") + (typed(form, "text") || select.selectedOptions[0]?.text || "");
        const data = { note, photos: field.photos.map((photo) => photo.sha256) };
        const before = await lastOn(one.id);
        if (await keepOrSay(form, { name: "case.note", data, subject: one.id, seen: one.version, after: before?.id ?? null, photos: field.photos, words: note })) location.hash = "#/today";
      },
    })));
    fill(form, { near: here.length > 0 });
  };
  const showSuggested = () => {
    form.querySelector('[data-list="suggested"]')?.replaceChildren(...suggested(matters, typed(form, "text")).map((matter) => {
      const chip = pick("radio", "suggested", String(matter.id), matter.name, select.value === String(matter.id));
      chip.addEventListener("change", () => {
        select.value = String(matter.id);
        showNear();
      });
      return chip;
    }));
  };
  form.addEventListener("input", (event) => {
    if (event.target instanceof HTMLTextAreaElement) showSuggested();
    if (event.target === select) showNear();
    const solved = /** @type {HTMLInputElement} */ (form.elements.namedItem("is_solved"));
    if (event.target === solved) fill(form, { solved: solved.checked });
  });
  const find = () => locate(land, (sentence, found) => {
    fix = found;
    fill(form, { place: sentence });
    showNear();
  });
  form.querySelector('[data-do="locate"]')?.addEventListener("click", find);
  // Where no satellite is seen, or what is meant lies across the yard: the point is tapped on the drawing of one's grids.
  form.querySelector('[data-do="map"]')?.addEventListener("click", () => {
    const shown = form.querySelector('[data-slot="map"]');
    const marks = held.map((one) => ({ lng: one.lng, lat: one.lat, mark: "case-mark" }));
    shown?.replaceChildren(drawn(land, marks, words("place-words", "map"), (lng, lat) => {
      const grid = gridAt(land, lng, lat);
      fix = grid ? { lng, lat, accuracy: 0 } : null;
      fill(form, { place: words("place-words", grid ? "tapped" : "beside", { grid: grid?.name ?? "" }) });
      showNear();
    }));
    form.querySelector('[data-slot="map"] svg')?.scrollIntoView({ block: "nearest" });
  });
  // Whoever has allowed it once is not asked to press again.
  if ((await navigator.permissions?.query({ name: "geolocation" }).catch(() => null))?.state === "granted") find();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const isSolved = ticked(form, "is_solved").length > 0;
    const text = typed(form, "text") || select.selectedOptions[0]?.text || "";
    if (!text.trim() || (!typed(form, "text") && !select.value)) return complain(form, say("empty", { what: say("what") }), "text");
    if (isSolved && !select.value) return complain(form, say("choose", { what: say("matter") }), "matter_id");
    if (isSolved && !typed(form, "result")) return complain(form, say("empty", { what: say("what") }), "result");
    /** @type {Record<string, any>} */
    const data = {
      text, kind: ticked(form, "kind")[0], address: typed(form, "address"), is_emergency: ticked(form, "is_emergency").length > 0,
      photos: field.photos.map((photo) => photo.sha256), matter_id: select.value ? Number(select.value) : null,
      ...(fix ? { lng: fix.lng, lat: fix.lat } : { area_code: typed(form, "area_code") || (land[0]?.code ?? "") }),
    };
    if (isSolved) data.result = typed(form, "result");
    const given = { name: isSolved ? "case.solve" : "case.report", data, photos: field.photos, words: say("reported", { what: text.slice(0, 40) }) };
    if (await keepOrSay(form, given)) location.hash = "#/today";
  });
  return form;
}

// --- visits -----------------------------------------------------------------------------------------------------------

/** Doors that the server knows, and those that were written down here. */
async function allDoors() {
  const [work, land, queue] = [await part("work"), (await part("land")) ?? [], await waiting()];
  const names = new Map(land.map((/** @type {any} */ grid) => [grid.code, grid.name]));
  const fresh = queue.filter((kept) => kept.name === "door.add").map(({ id, data }) => ({ id, label: [data.building, data.unit, data.door].filter(Boolean).join(" "), grid: data.area_code }));
  return [...fresh, ...(work?.doors ?? [])].map((door) => ({ ...door, where: names.get(door.grid) ?? "" }));
}

export async function visits() {
  const doors = await allDoors();
  const page = made("visits", { none: doors.length === 0 }, {
    add: () => {
      location.hash = "#/visits/new";
    },
  });
  const search = /** @type {HTMLInputElement} */ (page.querySelector('[name="q"]'));
  const show = () => {
    const asked = search.value.replace(/\s+/g, "");
    const found = doors.filter((door) => door.label.replace(/\s+/g, "").includes(asked)).slice(0, 100);
    page.querySelector('[data-list="doors"]')?.replaceChildren(...found.map((door) => made("door", { label: door.label, grid: door.where, href: `#/visit/${door.id}` })));
  };
  search.addEventListener("input", show);
  show();
  return page;
}

export async function newDoor() {
  const land = (await part("land")) ?? [];
  const form = /** @type {HTMLFormElement} */ (made("door-form", { severalGrids: land.length > 1 }));
  list(form, "grids", land.map((/** @type {any} */ grid) => option(grid.code, grid.name)));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = { building: typed(form, "building"), unit: typed(form, "unit"), door: typed(form, "door"), area_code: typed(form, "area_code") || (land[0]?.code ?? "") };
    if (!data.building) return complain(form, say("empty", { what: say("building") }), "building");
    const id = await keepOrSay(form, { name: "door.add", data, words: say("door", { what: [data.building, data.unit, data.door].filter(Boolean).join(" ") }) });
    if (id) location.hash = `#/visit/${id}`;
  });
  return form;
}

/** @param {string} id */
export async function visit(id) {
  const [lists, matters, steps] = [await part("lists"), (await part("matters")) ?? [], await part("steps")];
  const door = (await allDoors()).find((one) => String(one.id) === id);
  if (!door || !lists) return visits();
  const form = /** @type {HTMLFormElement} */ (made("visit", { label: door.label, need: false }));
  const need = needField(matters, steps?.kinds ?? {});
  list(form, "need", [need.element]);
  list(form, "triggers", (lists.visit ?? []).map((/** @type {any} */ one) => pick("radio", "trigger", one.code, one.name)));
  for (const [group, entries] of Object.entries(lists)) if (group !== "visit") list(form, "ticks", entries.map((/** @type {any} */ one) => pick("checkbox", "ticked", one.code, one.name)));
  const has = /** @type {HTMLInputElement} */ (form.elements.namedItem("has_need"));
  has.addEventListener("change", () => fill(form, { need: has.checked }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const trigger = ticked(form, "trigger")[0];
    if (!trigger) return complain(form, say("choose", { what: say("trigger") }), "trigger");
    const asked = has.checked ? need.read(form) : null;
    if (asked && !asked.text) return complain(form, say("empty", { what: say("what") }), "need_text");
    const data = { trigger, ticked: ticked(form, "ticked"), need: asked };
    const subject = /^\d+$/.test(id) ? Number(id) : id;
    if (await keepOrSay(form, { name: "visit.record", data, subject, photos: asked ? need.photos : [], words: say("visited", { what: door.label }) })) location.hash = "#/visits";
  });
  return form;
}
