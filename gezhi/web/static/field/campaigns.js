// @ts-check
// Campaigns 排查: how far they are here, and the form at one place.

import { complain, list, made, pick, say, ticked, typed, words } from "./dom.js";
import { keepOrSay, needField, photoField } from "./forms.js";
import { part } from "./held.js";
import { waiting } from "./queue.js";

/** Targets that are still to be done, on the server and here. @param {any} work */
async function targetsLeft(work) {
  const done = new Set((await waiting()).filter((kept) => kept.name === "campaign.answer" && kept.state === "kept").map((kept) => kept.subject));
  return (work?.targets ?? []).filter((/** @type {any} */ one) => !done.has(one.id));
}

/** @param {any} work @returns {Promise<any[]>} */
export async function campaignsLeft(work) {
  const targets = await targetsLeft(work);
  return (work?.campaigns ?? []).map((/** @type {any} */ one) => {
    const left = targets.filter((/** @type {any} */ target) => target.campaign === one.id);
    return { ...one, targets: left, words: words("campaign-words", "left", { done: one.total - left.length, all: one.total, day: one.due_on }) };
  });
}

/** @param {string} id */
export async function campaign(id) {
  const [work, land] = [await part("work"), (await part("land")) ?? []];
  const found = (await campaignsLeft(work)).find((one) => String(one.id) === id);
  if (!found) return made("pending", { words: words("campaign-words", "gone") });
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
