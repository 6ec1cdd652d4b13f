// @ts-check
/** Light or dark: as the system has it, or as the reader wants. Runs before the page is shown. */

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
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // Where nothing may be stored, it lasts until the page is left.
  }
}

/** @param {string | null} chosen */
function apply(chosen) {
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
}

try {
  apply(localStorage.getItem(KEY));
} catch {
  // Nothing is stored.
}
