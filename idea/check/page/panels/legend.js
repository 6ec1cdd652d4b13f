// @ts-check
/** The legend of a board's marks. */

import { el } from "../base/dom.js";

/**
 * @param {string} mark its class
 * @param {string} text key
 */
export function legendOf(mark, text) {
  const square = el("span", { class: `mark ${mark}` });
  return el("span", { class: "legend" }, square, el("span", { text }));
}
