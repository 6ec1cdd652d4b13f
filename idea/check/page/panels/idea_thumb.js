// @ts-check
/** One of the network's ideals, small: a button that chooses it. */

import { classParams } from "./article.js";
import { el, setTexts } from "../base/dom.js";
import { imageCanvas, paint } from "../base/images.js";
import { number, percent, t } from "../base/language.js";
import { Scale, timesBest } from "./scale.js";

/** @typedef {import("../site/site.js").IdealAnswer} IdealAnswer */
/** @typedef {import("../site/site.js").ModelEntry} ModelEntry */
/** @typedef {import("../base/task.js").Task} Task */

export class IdeaThumb {
  #canvas;
  #figures = el("span", { class: "idea-figures" });
  #scale = new Scale();
  #task;
  #index;
  #kind;
  /** @type {IdealAnswer | null | undefined} what the canvas shows; undefined is another image */
  #painted;
  root;

  /**
   * @param {Task} task
   * @param {number} index of the class
   * @param {"thumb" | "plain"} kind
   * @param {() => void} click
   */
  constructor(task, index, kind, click) {
    this.#task = task;
    this.#index = index;
    this.#kind = kind;
    this.#canvas = imageCanvas(null, task, "ideas.image", classParams(task, index));
    this.#canvas.setAttribute("aria-hidden", "true");
    const words = el("span", { class: "idea-words" }, el("b", {}, task.classes[index]), this.#figures);
    this.root = el("button", { class: "idea", type: "button", on: { click } }, this.#canvas, words, this.#scale.root);
  }

  /** Show the image less clearly until there is another. */
  fade() {
    this.#painted = undefined;
    this.root.classList.remove("forming");
  }

  /** Show no image. */
  blank() {
    this.#paint(null);
  }

  /** @param {{image: import("../base/images.js").Greys}} frame on the way to the ideal */
  showFrame({ image }) {
    paint(this.#canvas, image, this.#task);
    this.#painted = undefined;
    this.root.classList.add("forming");
  }

  /**
   * @param {IdealAnswer | null} ideal null while it is pending
   * @param {boolean} isChosen
   * @param {ModelEntry} model
   * @param {number} most the logit at which the bar ends
   */
  show(ideal, isChosen, model, most) {
    this.root.disabled = !ideal;
    this.root.classList.toggle("waiting", !ideal);
    this.root.setAttribute("aria-pressed", String(isChosen));
    if (ideal || this.#painted !== undefined) this.#paint(ideal);
    this.#scale.show(ideal, model, this.#index, most);
    this.#figures.hidden = !ideal;
    const times = ideal && timesOf(ideal, model);
    if (ideal) {
      const logit = number(ideal.logits[this.#index], 1);
      this.#figures.textContent = times === null ? logit : t("ideas.times", { times });
    }
    const spoken = times === null ? "" : t("ideas.times.spoken", { times });
    const params = ideal
      ? { ...idealParams(ideal, this.#task), times: spoken }
      : classParams(this.#task, this.#index);
    setTexts(this.root, { label: ideal ? `ideas.${this.#kind}` : "ideas.waiting", params });
  }

  /** @param {IdealAnswer | null} ideal */
  #paint(ideal) {
    this.root.classList.remove("forming");
    if (this.#painted === ideal) return;
    paint(this.#canvas, ideal && ideal.image, this.#task);
    this.#painted = ideal;
  }
}

/**
 * How many times as large as the best real one its logit is, or null.
 * @param {IdealAnswer} ideal
 * @param {ModelEntry} model
 */
function timesOf(ideal, model) {
  const times = timesBest(ideal, model);
  return times === null ? null : number(times, times < 9.95 ? 1 : 0);
}

/**
 * Return the parameters of texts about an ideal.
 * @param {IdealAnswer} ideal
 * @param {Task} task
 */
export function idealParams({ index, logits, probability }, task) {
  const numbers = { logit: number(logits[index], 1), probability: percent(probability) };
  return { ...classParams(task, index), ...numbers };
}
