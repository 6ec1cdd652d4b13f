// @ts-check
/** The reader's language: texts looked up by key, numbers written as is usual. */

import { texts } from "../texts/index.js";

/** @typedef {"en" | "ja"} Language */
/** @typedef {Record<string, string | number>} Params */

const KEY = "idea.language";
/** @type {Set<() => void>} */
const listeners = new Set();
let current = remembered() ?? preferred();
document.documentElement.lang = current;

/** @returns {Language} */
export function language() {
  return current;
}

/** @param {Language} chosen */
export function setLanguage(chosen) {
  current = chosen;
  document.documentElement.lang = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // Where nothing may be stored, it lasts until the page is left.
  }
  for (const listener of listeners) listener();
}

/**
 * Have something called after each change of language.
 * @param {() => void} listener
 */
export function onLanguage(listener) {
  listeners.add(listener);
}

/**
 * @param {string} key
 * @param {Params} params what the text leaves open
 */
export function t(key, params = {}) {
  const text = texts[key]?.[current === "ja" ? 1 : 0] ?? key;
  return text.replace(/\{(\w+)\}/g, (gap, name) => String(params[name] ?? gap));
}

/**
 * @param {number} x
 * @param {number} digits behind the point
 */
export function number(x, digits = 0) {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const written = new Intl.NumberFormat(current, options).format(x);
  return written.replace(/^-(?=[0.,]*$)/, "").replace("-", "−");
}

/** @param {number} share in 0…1; no probability is written as a certainty */
export function percent(share) {
  if (share < 0.0005) return t("percent.under", { n: number(0.1, 1) });
  const over = share >= 0.9995;
  return t(over ? "percent.over" : "percent", { n: number(over ? 99.9 : share * 100, 1) });
}

/** @returns {Language | null} */
function remembered() {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "en" || stored === "ja" ? stored : null;
  } catch {
    return null;
  }
}

/** @returns {Language} */
function preferred() {
  const known = navigator.languages.find((tag) => /^(en|ja)\b/.test(tag));
  return known?.startsWith("ja") ? "ja" : "en";
}
