// @ts-check
// The pages of the app, one function each: what the phone holds becomes an element. Nothing here asks the server.

import { complain, fill, list, made, option, pick, say, ticked, toast, typed, words } from "./dom.js";
import { kindsInto, keepOrSay, locate, mattersInto, needField, photoField, stepData, stepFields } from "./forms.js";
import { cases, clock, metres, part, polygons, possible, suggested } from "./held.js";
import { again, drop, keep, lastOn, waiting } from "./queue.js";
import { call, isAutomatic, synchronise } from "./sync.js";
import { fullness, read, wipe, write } from "./store.js";

/** @typedef {import("./store.js").Kept} Kept */
/** @typedef {Awaited<ReturnType<typeof cases>>[number]} Held */

const NEAR = 80;

/** @param {Held} held @param {number} off */
function caseCard(held, off) {
  const values = { ...clock(held, off), title: held.title, where: held.address || held.place, href: `#/case/${held.id}`, stage: held.stage_words };
  return made("case-card", { ...values, emergency: held.is_emergency, red: held.card === "red", yellow: held.card === "yellow", pending: held.pending.length > 0 });
}

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

// --- campaigns --------------------------------------------------------------------------------------------------------

/** Targets that are still to be done, on the server and here. @param {any} work */
async function targetsLeft(work) {
  const done = new Set((await waiting()).filter((kept) => kept.name === "campaign.answer" && kept.state === "kept").map((kept) => kept.subject));
  return (work?.targets ?? []).filter((/** @type {any} */ one) => !done.has(one.id));
}

/** @param {any} work @returns {Promise<any[]>} */
async function campaignsLeft(work) {
  const targets = await targetsLeft(work);
  return (work?.campaigns ?? []).map((/** @type {any} */ one) => {
    const left = targets.filter((/** @type {any} */ target) => target.campaign === one.id);
    return { ...one, targets: left, words: words("campaign-words", "left", { n: left.length, day: one.due_on }) };
  });
}

/** @param {string} id */
export async function campaign(id) {
  const [work, land] = [await part("work"), (await part("land")) ?? []];
  const found = (await campaignsLeft(work)).find((one) => String(one.id) === id);
  if (!found) return today();
  const names = new Map(land.map((/** @type {any} */ grid) => [grid.code, grid.name]));
  const page = made("campaign", { title: found.title, purpose: found.purpose, left: found.words });
  list(page, "targets", found.targets.map((/** @type {any} */ target) => made("door", {
    label: target.label || words("campaign-words", "grid"), grid: names.get(target.grid) ?? "", href: `#/campaign/${id}/${target.id}`,
  })));
  return page;
}

/** @param {string} id @param {string} targetId */
export async function target(id, targetId) {
  const [work, matters, steps] = [await part("work"), (await part("matters")) ?? [], await part("steps")];
  const found = (await campaignsLeft(work)).find((one) => String(one.id) === id);
  const here = found?.targets.find((/** @type {any} */ one) => String(one.id) === targetId);
  if (!here) return campaign(id);
  const form = /** @type {HTMLFormElement} */ (made("form", { title: `${found.title} · ${here.label || words("campaign-words", "grid")}`, submit: say("send") }, { cancel: () => history.back() }));
  /** @type {Record<string, import("./queue.js").Photo[]>} */
  const photos = {};
  const need = needField(matters, steps?.kinds ?? {});
  list(form, "fields", found.questions.map((/** @type {any} */ question) => questionField(question, photos)));
  const has = pick("checkbox", "has_need", "1", words("words", "what"));
  list(form, "fields", [has, need.element]);
  need.element.hidden = true;
  has.addEventListener("change", () => {
    need.element.hidden = ticked(form, "has_need").length === 0;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    /** @type {Record<string, any>} */
    const values = {};
    for (const question of found.questions) {
      const value = answerOf(form, question);
      const isEmpty = question.kind === "photo" ? (photos[question.code] ?? []).length === 0 : value === null;
      if (question.is_required && isEmpty) return complain(form, say("empty", { what: question.label }), question.code);
      if (value !== null) values[question.code] = value;
    }
    const asked = ticked(form, "has_need").length ? need.read(form) : null;
    if (asked && !asked.text) return complain(form, say("empty", { what: say("what") }), "need_text");
    const data = {
      form_number: found.form_number, values, need: asked,
      photos: Object.fromEntries(Object.entries(photos).filter(([, several]) => several.length).map(([code, several]) => [code, several.map((one) => one.sha256)])),
    };
    const every = [...Object.values(photos).flat(), ...(asked ? need.photos : [])];
    if (await keepOrSay(form, { name: "campaign.answer", data, subject: here.id, photos: every, words: say("answered", { what: here.label || found.title }) })) location.hash = `#/campaign/${id}`;
  });
  return form;
}

/** @param {any} question @param {Record<string, any[]>} photos @returns {HTMLElement} */
function questionField(question, photos) {
  const around = document.createElement(question.kind === "yes_no" || question.kind === "choice" ? "fieldset" : "div");
  around.className = "field";
  const label = document.createElement(around.tagName === "FIELDSET" ? "legend" : "label");
  label.textContent = question.label + (question.is_required ? " *" : "");
  around.append(label);
  if (question.kind === "yes_no") around.append(pick("radio", question.code, "yes", words("campaign-words", "yes")), pick("radio", question.code, "no", words("campaign-words", "no")));
  else if (question.kind === "choice") around.append(...question.choices.map((/** @type {string} */ one) => pick("radio", question.code, one, one)));
  else if (question.kind === "photo") {
    const field = photoField();
    photos[question.code] = field.photos;
    around.append(field.element);
  } else {
    const input = document.createElement("input");
    Object.assign(input, { name: question.code, id: `q-${question.code}`, type: question.kind === "number" ? "number" : "text", maxLength: 200, autocomplete: "off" });
    /** @type {HTMLLabelElement} */ (label).htmlFor = input.id;
    around.append(input);
  }
  return around;
}

/** @param {HTMLFormElement} form @param {any} question */
function answerOf(form, question) {
  if (question.kind === "photo") return null;
  const value = question.kind === "yes_no" || question.kind === "choice" ? ticked(form, question.code)[0] ?? "" : typed(form, question.code);
  if (value === "") return null;
  return question.kind === "yes_no" ? value === "yes" : question.kind === "number" ? Number(value) : value;
}

// --- the grid ---------------------------------------------------------------------------------------------------------

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
  list(page, "map", [drawn(here, inside, work?.spots ?? [])]);
  list(page, "team", (work?.team ?? []).filter((/** @type {any} */ one) => one.grid === here.code).map((/** @type {any} */ one) => made("mate", { ...one, tel: one.phone ? `tel:${one.phone}` : "" })));
  list(page, "cases", inside.map((one) => caseCard(one, off)));
  list(page, "spots", (work?.spots ?? []).filter((/** @type {any} */ one) => one.grid === here.code).map((/** @type {any} */ spot) => {
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

/** The outline on plain ground: no tiles, no network. @param {any} here @param {Held[]} inside @param {any[]} spots */
function drawn(here, inside, spots) {
  const rings = polygons(here.outline).flat();
  const points = rings.flat();
  const [west, east] = [Math.min(...points.map((one) => one[0] ?? 0)), Math.max(...points.map((one) => one[0] ?? 0))];
  const [south, north] = [Math.min(...points.map((one) => one[1] ?? 0)), Math.max(...points.map((one) => one[1] ?? 0))];
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = 1000 / Math.max((east - west) * narrow, north - south, 1e-6);
  const at = (/** @type {number} */ lng, /** @type {number} */ lat) => [((lng - west) * narrow * scale + 40).toFixed(1), ((north - lat) * scale + 40).toFixed(1)];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${((east - west) * narrow * scale + 80).toFixed(0)} ${((north - south) * scale + 80).toFixed(0)}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", here.path);
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", rings.map((ring) => `M${ring.map((one) => at(one[0] ?? 0, one[1] ?? 0).join(",")).join("L")}Z`).join(""));
  svg.append(path);
  const marks = [...inside.map((one) => ({ ...one, mark: "case-mark" })), ...spots.filter((one) => one.grid === here.code).map((one) => ({ ...one, mark: "spot-mark" }))];
  for (const one of marks) {
    if (one.lng === null || one.lat === null) continue;
    const [x = "0", y = "0"] = at(one.lng, one.lat);
    const dot = document.createElementNS(svg.namespaceURI, "circle");
    dot.setAttribute("cx", x);
    dot.setAttribute("cy", y);
    dot.setAttribute("r", "16");
    dot.setAttribute("class", one.mark);
    svg.append(dot);
  }
  return svg;
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

// --- the queue --------------------------------------------------------------------------------------------------------

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

// --- me ---------------------------------------------------------------------------------------------------------------

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
  const large = /** @type {HTMLInputElement} */ (page.querySelector('[name="large"]'));
  large.checked = localStorage.getItem("large") === "1";
  large.addEventListener("change", () => {
    localStorage.setItem("large", large.checked ? "1" : "0");
    document.documentElement.classList.toggle("large", large.checked);
  });
  const form = /** @type {HTMLFormElement} */ (page.querySelector('[data-form="suggestion"]'));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = typed(form, "text");
    if (!text) return complain(form, say("empty", { what: say("what") }), "text");
    if (await keepOrSay(form, { name: "suggestion.send", data: { kind: "suggestion", text }, words: say("suggested") })) form.reset();
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
