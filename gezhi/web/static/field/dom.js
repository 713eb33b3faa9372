// @ts-check
// The page's own templates, cloned and filled. `data-text`, `data-href`, `data-class`, `data-if` name a value; `data-do` a deed; `data-list` and
// `data-slot` a place for more.

/** @typedef {Record<string, any>} Values */

/** @param {string} name @returns {HTMLTemplateElement} */
export function template(name) {
  const found = document.getElementById(`t-${name}`);
  if (!(found instanceof HTMLTemplateElement)) throw new Error(`no template ${name}`);
  return found;
}

/** The words that a template carries. @param {string} name @param {string} key @param {Values} [values] @returns {string} */
export function words(name, key, values = {}) {
  const text = template(name).dataset[key] ?? "";
  return text.replace(/\{(\w+)\}/g, (whole, one) => String(values[one] ?? whole));
}

/** Words of the app itself. @param {string} key @param {Values} [values] */
export const say = (key, values) => words("words", key, values);

/** @param {string} name @param {Values} [values] @param {Record<string, (event: Event) => void>} [deeds] @returns {HTMLElement} */
export function made(name, values = {}, deeds = {}) {
  const element = /** @type {HTMLElement} */ (template(name).content.firstElementChild?.cloneNode(true));
  fill(element, values);
  for (const one of within(element, "[data-do]")) {
    const deed = deeds[one.dataset.do ?? ""];
    if (deed) one.addEventListener("click", deed);
  }
  return element;
}

/** @param {HTMLElement} element @param {Values} values */
export function fill(element, values) {
  for (const one of within(element, "[data-text]")) if (known(values, one.dataset.text)) one.textContent = String(values[one.dataset.text ?? ""] ?? "");
  for (const one of within(element, "[data-href]")) {
    const address = values[one.dataset.href ?? ""];
    if (address) one.setAttribute("href", address);
  }
  for (const one of within(element, "[data-class]")) {
    const name = values[one.dataset.class ?? ""];
    if (name) one.classList.add(...String(name).split(" "));
  }
  for (const one of within(element, "[data-if]")) if (known(values, one.dataset.if)) one.hidden = !values[one.dataset.if ?? ""];
}

/** @param {Values} values @param {string | undefined} name */
const known = (values, name) => name !== undefined && name in values;

/** @param {HTMLElement} element @param {string} selector @returns {HTMLElement[]} */
function within(element, selector) {
  const found = [.../** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll(selector))];
  return element.matches(selector) ? [element, ...found] : found;
}

/** @param {HTMLElement} element @param {string} name @param {Iterable<Node>} children */
export function list(element, name, children) {
  element.querySelector(`[data-list="${name}"], [data-slot="${name}"]`)?.append(...children);
}

/** @param {HTMLElement} form @param {string} message @param {string} [field] */
export function complain(form, message, field) {
  const place = /** @type {HTMLElement | null} */ (form.querySelector("[data-error]"));
  if (place) place.textContent = message;
  const wrong = /** @type {HTMLElement | null} */ (field ? form.querySelector(`[name="${field}"]`) : null);
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  wrong?.setAttribute("aria-invalid", "true");
  (wrong ?? place)?.scrollIntoView({ block: "center" });
  wrong?.focus();
}

/** @param {string} message */
export function toast(message) {
  const place = document.getElementById("toast");
  if (!place) return;
  place.textContent = message;
  place.classList.add("shown");
  setTimeout(() => place.classList.remove("shown"), 4000);
}

/** @param {string} value @param {string} label @param {boolean} [isChosen] */
export function option(value, label, isChosen = false) {
  const made = new Option(label, value);
  made.selected = isChosen;
  return made;
}

/** A radio or checkbox with its words. @param {string} type @param {string} name @param {string} value @param {string} label @param {boolean} [isChosen] */
export function pick(type, name, value, label, isChosen = false) {
  const around = document.createElement("label");
  const input = document.createElement("input");
  Object.assign(input, { type, name, value, checked: isChosen });
  around.className = type === "radio" ? "chip" : "check";
  around.append(input, ` ${label}`);
  return around;
}

/** @param {HTMLFormElement} form @param {string} name @returns {string} */
export function typed(form, name) {
  const found = form.elements.namedItem(name);
  const value = found && "value" in found ? String(found.value) : "";
  return value.trim();
}

/** @param {HTMLFormElement} form @param {string} name @returns {string[]} */
export function ticked(form, name) {
  return [.../** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(`[name="${name}"]:checked`))].map((one) => one.value);
}
