// @ts-check
/** The page's language: texts by key, and formatted numbers. */

import { texts } from "../texts/start.js";
import { storedText, storeText } from "./storage.js";
import { DIGITS, hasDigits, pixelsOf } from "./task.js";

/** @typedef {"en" | "ja"} Language */
/**
 * Values of a text's placeholders, which may be texts themselves.
 * @typedef {{[name: string]: string | number | Message}} Params
 * @typedef {{key: string, params: Params}} Message
 */
/** @typedef {import("./task.js").Task} Task */

const KEY = "idea.language";
/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {Set<() => void>} */
const taskListeners = new Set();
let spokenOf = DIGITS;
let current = storedLanguage() ?? browserLanguage();
document.documentElement.lang = current;

/** @returns {Language} */
export function language() {
  return current;
}

/** @param {Language} chosen */
export function setLanguage(chosen) {
  current = chosen;
  document.documentElement.lang = chosen;
  storeText(KEY, chosen);
  for (const listener of listeners) listener();
}

/**
 * Call a listener after each change of language.
 * @param {() => void} listener
 */
export function onLanguage(listener) {
  listeners.add(listener);
}

/**
 * Add texts of what is loaded later.
 * @param {...{texts: typeof texts}} modules of the folder texts
 */
export function addTexts(...modules) {
  for (const module of modules) Object.assign(texts, module.texts);
}

/**
 * Let all texts be about the images and classes of a task.
 * @param {Task} task
 */
export function speakOf(task) {
  spokenOf = task;
  for (const listener of taskListeners) listener();
}

/**
 * Call a listener when texts are about another task.
 * @param {() => void} listener
 */
export function onTask(listener) {
  taskListeners.add(listener);
}

/**
 * A text may have another version, `….class`, where the classes aren't digits.
 * @param {string} key
 * @param {Params} params values of the text's placeholders, besides the task's sizes
 * @returns {string}
 */
export function t(key, params = {}) {
  const versions = (hasDigits(spokenOf) ? null : texts[`${key}.class`]) ?? texts[key];
  const text = versions?.[current === "ja" ? 1 : 0] ?? key;
  const { height, width, classes } = spokenOf;
  const known = { height, width, pixels: pixelsOf(spokenOf), classes: classes.length, ...params };
  return text.replace(/\{(\w+)\}/g, (gap, name) => {
    const value = /** @type {Params} */ (known)[name] ?? gap;
    return typeof value === "object" ? t(value.key, value.params) : String(value);
  });
}

/**
 * @param {number} x
 * @param {number} digits behind the point
 */
export function number(x, digits = 0) {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const formatted = new Intl.NumberFormat(current, options).format(x);
  return formatted.replace(/^-(?=[0.,]*$)/, "").replace("-", "−");
}

/** @param {number} share in 0…1; no probability is shown as 0 or 100 % */
export function percent(share) {
  if (share < 0.0005) return t("percent.under", { n: number(0.1, 1) });
  const over = share >= 0.9995;
  return t(over ? "percent.over" : "percent", { n: number(over ? 99.9 : share * 100, 1) });
}

/** @returns {Language | null} */
function storedLanguage() {
  const stored = storedText(KEY);
  return stored === "en" || stored === "ja" ? stored : null;
}

/** @returns {Language} */
function browserLanguage() {
  const known = navigator.languages.find((tag) => /^(en|ja)\b/.test(tag));
  return known?.startsWith("ja") ? "ja" : "en";
}
