// @ts-check
/** One of the network's ten ideals, small: a button that chooses it. */

import { digitParams } from "./article.js";
import { el, setTexts } from "../base/dom.js";
import { imageCanvas, paint } from "../base/images.js";
import { number, percent } from "../base/language.js";

/** @typedef {import("../site/site.js").IdealAnswer} IdealAnswer */

export class IdeaThumb {
  #canvas;
  #figures = el("span", { class: "idea-figures" });
  #digit;
  root;

  /**
   * @param {number} digit
   * @param {() => void} click
   */
  constructor(digit, click) {
    this.#digit = digit;
    this.#canvas = imageCanvas(null, "ideas.image", digitParams(digit));
    this.#canvas.setAttribute("aria-hidden", "true");
    const words = el("span", { class: "idea-words" }, el("b", {}, String(digit)), this.#figures);
    this.root = el("button", { class: "idea", type: "button", on: { click } }, this.#canvas, words);
  }

  /**
   * @param {IdealAnswer | null} ideal null while it is pending
   * @param {boolean} isChosen
   */
  show(ideal, isChosen) {
    this.root.disabled = !ideal;
    this.root.classList.toggle("waiting", !ideal);
    this.root.setAttribute("aria-pressed", String(isChosen));
    paint(this.#canvas, ideal && ideal.image);
    const params = ideal ? idealParams(ideal) : digitParams(this.#digit);
    if (ideal) setTexts(this.#figures, { text: "ideas.energy", params });
    this.#figures.hidden = !ideal;
    setTexts(this.root, { label: ideal ? "ideas.thumb" : "ideas.waiting", params });
  }
}

/**
 * Return the parameters of texts about an ideal.
 * @param {IdealAnswer} ideal
 */
export function idealParams({ digit, energy, probability }) {
  const numbers = { energy: number(energy, 1), probability: percent(probability) };
  return { ...digitParams(digit), ...numbers };
}
