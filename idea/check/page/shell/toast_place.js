// @ts-check
/** Places the messages where they cover neither head nor canvas nor tabs. */

import { freeSpan } from "./free_place.js";

// The first is given up where there is no other room.
const TAKEN = [".head", ".stage", ".tab-bar"];
const GAP = 8;
const LEAST = 88; // pixels: three lines

/** @param {HTMLElement} root of all messages */
export function placeToasts(root) {
  let frame = 0;
  const later = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      place(root);
    });
  };
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  new MutationObserver(later).observe(root, { childList: true, subtree: true, characterData: true });
  new ResizeObserver(later).observe(document.body);
}

/** @param {HTMLElement} root */
function place(root) {
  if (!root.querySelector(".toast:not([hidden])")) return;
  const { style } = root;
  style.removeProperty("--most");
  const own = root.getBoundingClientRect();
  const needed = own.height + 2 * GAP;
  const freeOf = (/** @type {string[]} */ selectors) => freeSpan(innerHeight, taken(selectors, own), needed);
  const found = freeOf(TAKEN);
  const { top, bottom } = found.bottom - found.top < Math.min(needed, LEAST) ? freeOf(TAKEN.slice(1)) : found;
  style.setProperty("--below", `${innerHeight - bottom + GAP}px`);
  style.setProperty("--most", `${bottom - top - 2 * GAP}px`);
}

/**
 * What must not be covered, of what lies below the messages' width.
 * @param {string[]} selectors
 * @param {DOMRect} own
 */
function taken(selectors, own) {
  return [...document.querySelectorAll(selectors.join())]
    .map((element) => element.getBoundingClientRect())
    .filter(({ left, right }) => left < right && left < own.right && right > own.left);
}
