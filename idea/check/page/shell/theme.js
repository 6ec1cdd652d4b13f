// @ts-check
/** Light or dark: the system's choice or the reader's. Runs before the page is shown. */

import { storedText, storeText } from "../base/storage.js";

const KEY = "idea.theme";

/** @typedef {"system" | "light" | "dark"} Theme */

/** @returns {Theme} */
export function theme() {
  const { theme: chosen } = document.documentElement.dataset;
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

/** @param {string} chosen */
export function setTheme(chosen) {
  apply(chosen);
  storeText(KEY, chosen);
}

/** @param {string | null} chosen */
function apply(chosen) {
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
}

apply(storedText(KEY));
