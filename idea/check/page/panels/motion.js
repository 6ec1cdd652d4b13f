// @ts-check
/** Movement, and how much of it the reader wants. */

/** Whether the reader asked for less; then nothing plays by itself. */
export function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Scroll no farther than needed.
 * @param {HTMLElement} element
 */
export function bringIntoView(element) {
  element.scrollIntoView({ behavior: isCalm() ? "auto" : "smooth", block: "nearest" });
}
