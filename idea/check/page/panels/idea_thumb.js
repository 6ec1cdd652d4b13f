// @ts-check
/** One of the network's ideals, small: a button that chooses it. */

import { classParams } from "./article.js";
import { el, setTexts } from "../base/dom.js";
import { imageCanvas, paint } from "../base/images.js";
import { number, percent } from "../base/language.js";

/** @typedef {import("../site/site.js").IdealAnswer} IdealAnswer */
/** @typedef {import("../base/task.js").Task} Task */

export class IdeaThumb {
  #canvas;
  #figures = el("span", { class: "idea-figures" });
  #task;
  #index;
  root;

  /**
   * @param {Task} task
   * @param {number} index of the class
   * @param {() => void} click
   */
  constructor(task, index, click) {
    this.#task = task;
    this.#index = index;
    this.#canvas = imageCanvas(null, task, "ideas.image", classParams(task, index));
    this.#canvas.setAttribute("aria-hidden", "true");
    const words = el("span", { class: "idea-words" }, el("b", {}, task.classes[index]), this.#figures);
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
    paint(this.#canvas, ideal && ideal.image, this.#task);
    const params = ideal ? idealParams(ideal, this.#task) : classParams(this.#task, this.#index);
    if (ideal) setTexts(this.#figures, { text: "ideas.energy", params });
    this.#figures.hidden = !ideal;
    setTexts(this.root, { label: ideal ? "ideas.thumb" : "ideas.waiting", params });
  }
}

/**
 * Return the parameters of texts about an ideal.
 * @param {IdealAnswer} ideal
 * @param {Task} task
 */
export function idealParams({ index, energy, probability }, task) {
  const numbers = { energy: number(energy, 1), probability: percent(probability) };
  return { ...classParams(task, index), ...numbers };
}
