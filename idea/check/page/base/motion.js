// @ts-check
/** Motion on the page, of which readers may have asked for less. */

export function prefersReducedMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Scroll an element into view, no farther than needed.
 * @param {HTMLElement} element
 */
export function bringIntoView(element) {
  const behavior = prefersReducedMotion() ? "instant" : "smooth";
  element.scrollIntoView({ behavior, block: "nearest" });
}
