// @ts-check
/** Elements whose texts follow the language. */

import { onLanguage, onTask, t } from "./language.js";

/** @typedef {import("./language.js").Params} Params */
/** @typedef {{text?: string, label?: string, title?: string, params?: Params}} Texts */
/** @typedef {Record<string, (event: any) => void>} Listeners */
/**
 * Of an element: the keys of its texts, its listeners, and attributes.
 * @typedef {Texts & {class?: string, on?: Listeners, [attribute: string]: any}} Props
 */

/** @type {WeakMap<Element, Texts>} */
const textsOf = new WeakMap();
/** @type {Set<WeakRef<Element>>} weak, for panels create and discard elements all the time */
const translatedElements = new Set();

onLanguage(renderAll);
onTask(renderAll);

function renderAll() {
  for (const reference of translatedElements) {
    const element = reference.deref();
    if (element) render(element);
    else translatedElements.delete(reference);
  }
}

/**
 * Make an element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props} props
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, props = {}, ...children) {
  const { text, label, title, params, on = {}, class: names, ...attributes } = props;
  const element = document.createElement(tag);
  if (names) element.className = names;
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  element.append(...children);
  if (text ?? label ?? title) setTexts(element, { text, label, title, params });
  return element;
}

/**
 * Set an element's texts; those that are left out stay.
 * @param {Element} element
 * @param {Texts} texts a `text` replaces the element's own text, never elements in it
 */
export function setTexts(element, texts) {
  const before = textsOf.get(element);
  if (!before) translatedElements.add(new WeakRef(element));
  const given = Object.entries(texts).filter(([, value]) => value !== undefined);
  textsOf.set(element, { ...before, ...Object.fromEntries(given) });
  render(element);
}

/**
 * Set the texts of the page's HTML by their keys: `data-text`, `data-label`, `data-title`.
 * @param {ParentNode} root
 */
export function bindTexts(root) {
  for (const element of root.querySelectorAll("[data-text], [data-label], [data-title]")) {
    const { text, label, title } = /** @type {HTMLElement} */ (element).dataset;
    setTexts(element, { text, label, title });
  }
}

/**
 * Return the element of an id that the page's HTML has.
 * @template {HTMLElement} T
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  return /** @type {T} */ (document.getElementById(id));
}

/** @param {Element} element */
function render(element) {
  const { text, label, title, params } = textsOf.get(element) ?? {};
  if (text) setText(element, t(text, params));
  if (label) element.setAttribute("aria-label", t(label, params));
  if (title) element.setAttribute("title", t(title, params));
}

/**
 * Replace an element's text; icons and controls beside it stay.
 * @param {Element} element
 * @param {string} text
 */
function setText(element, text) {
  const nodes = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
  if (nodes.length > 0) nodes[0].nodeValue = text;
  else element.append(text);
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {unknown} value
 */
function setAttribute(element, name, value) {
  if (value === true) element.setAttribute(name, "");
  else if (value !== false && value != null) element.setAttribute(name, String(value));
}

export { icon } from "./icons.js";
