// @ts-check
/** Numbers in large type. */

import { el, setTexts } from "../base/dom.js";
import { number } from "../base/language.js";

/** A number with a small name above it. */
export class Readout {
  #large = el("span", {}, "–");
  #more = el("span", { class: "readout-more" });
  #name;
  root;

  /** @param {string} text key of the name */
  constructor(text) {
    const figures = el("span", { class: "readout-figures" }, this.#large, " ", this.#more);
    this.#name = el("span", { class: "hint", text });
    this.root = el("div", { class: "readout" }, this.#name, figures);
  }

  /** @param {string} text key of another name */
  rename(text) {
    setTexts(this.#name, { text });
  }

  /**
   * @param {string} large
   * @param {string} more in smaller letters
   */
  show(large, more = "") {
    this.#large.textContent = large;
    this.#more.textContent = more;
  }
}

/**
 * A gain or a margin, with its sign.
 * @param {number} value
 */
export function signed(value) {
  const sign = value > 0 ? "+" : "";
  return sign + number(value, Math.abs(value) < 10 ? 2 : 1);
}
