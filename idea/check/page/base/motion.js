// @ts-check
/** Motion on the page, of which readers may have asked for less. */

export function prefersReducedMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Scroll an element into view, no farther than needed.
 *
 * An earlier scrolling is ended: it would go on, and lead away again from what is still in view.
 * @param {HTMLElement} element
 */
export function bringIntoView(element) {
  window.scrollTo({ top: window.scrollY, behavior: "instant" });
  const behavior = prefersReducedMotion() ? "instant" : "smooth";
  element.scrollIntoView({ behavior, block: "nearest" });
}
