// @ts-check
/** Elements whose texts follow the language. */

import { onLanguage, t } from "./language.js";

/** @typedef {import("./language.js").Params} Params */
/** @typedef {{text?: string, label?: string, title?: string, params?: Params}} Written */
/** @typedef {Record<string, (event: any) => void>} Listeners */
/**
 * Of an element: the keys of its texts, its listeners, and attributes.
 * @typedef {Written & {class?: string, on?: Listeners, [attribute: string]: any}} Props
 */

/** @type {WeakMap<Element, Written>} */
const written = new WeakMap();
/** @type {Set<WeakRef<Element>>} weak, for panels make and drop elements all the time */
const followers = new Set();

onLanguage(() => {
  for (const follower of followers) {
    const element = follower.deref();
    if (element) spell(element);
    else followers.delete(follower);
  }
});

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
  if (text ?? label ?? title) write(element, { text, label, title, params });
  return element;
}

/**
 * Give an element other texts; those that are left out stay.
 * @param {Element} element
 * @param {Written} texts a `text` takes the place of the element's words, never of elements in it
 */
export function write(element, texts) {
  const known = written.get(element);
  if (!known) followers.add(new WeakRef(element));
  const given = Object.entries(texts).filter(([, value]) => value !== undefined);
  written.set(element, { ...known, ...Object.fromEntries(given) });
  spell(element);
}

/**
 * Give the elements of the page's HTML their texts: `data-text`, `data-label`, `data-title`.
 * @param {ParentNode} root
 */
export function adopt(root) {
  for (const element of root.querySelectorAll("[data-text], [data-label], [data-title]")) {
    const { text, label, title } = /** @type {HTMLElement} */ (element).dataset;
    write(element, { text, label, title });
  }
}

/**
 * The element of an id, which the page's HTML is known to have.
 * @template {HTMLElement} T
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  return /** @type {T} */ (document.getElementById(id));
}

/** @param {Element} element */
function spell(element) {
  const { text, label, title, params } = written.get(element) ?? {};
  if (text) setWords(element, t(text, params));
  if (label) element.setAttribute("aria-label", t(label, params));
  if (title) element.setAttribute("title", t(title, params));
}

/**
 * Icons and controls beside the words stay.
 * @param {Element} element
 * @param {string} words
 */
function setWords(element, words) {
  const nodes = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
  if (nodes.length > 0) nodes[0].nodeValue = words;
  else element.append(words);
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
