// @ts-check
/** A history of distortions: a thumbnail for each step, with the prediction below. */

import { classParams } from "./article.js";
import { el, icon, setTexts } from "../base/dom.js";
import { imageCanvas } from "../base/images.js";
import { percent } from "../base/language.js";

/** @typedef {import("./distortion_history.js").Step} Step */
/** @typedef {import("../base/task.js").Task} Task */

export class DistortionHistoryView {
  root = el("ol", { class: "history", label: "distort.history", tabindex: 0 });
  /** @type {WeakMap<Step, {item: HTMLElement, answer: unknown}>} */
  #items = new WeakMap();

  /**
   * @param {Step[]} steps
   * @param {Task} task
   */
  show(steps, task) {
    this.root.hidden = steps.length === 0;
    const grown = steps.length > this.root.childElementCount;
    const items = steps.map((step) => this.#itemOf(step, steps[0], task));
    this.root.replaceChildren(...items);
    if (grown) this.root.scrollLeft = this.root.scrollWidth;
  }

  /**
   * @param {Step} step
   * @param {Step} first
   * @param {Task} task
   */
  #itemOf(step, first, task) {
    const key = `${step.drawnAnswer?.logits} ${first.answer?.index}`;
    const known = this.#items.get(step);
    if (known?.answer === key) return known.item;
    const item = itemOf(step, first, task);
    this.#items.set(step, { item, answer: key });
    return item;
  }
}

/**
 * @param {Step} step
 * @param {Step} first
 * @param {Task} task
 */
function itemOf(step, first, task) {
  const { label, drawn, prepared, answer, drawnAnswer } = step;
  const unchanged = Boolean(answer && answer.index === first.answer?.index);
  const name = el("span", { class: "hint", ...(label ?? { text: "distort.first.step" }) });
  const words = el("span", { class: "history-answer" });
  if (answer) {
    words.append(icon(unchanged ? "check" : "close"), el("b", {}, task.classes[answer.index]));
    const params = first.answer ? classParams(task, first.answer.index) : {};
    const text = unchanged ? "distort.unchanged" : "distort.changed";
    words.append(el("span", { class: "visually-hidden", text, params }));
    words.append(el("span", { class: "hint" }, percent(answer.probability)));
  } else setTexts(words, { text: prepared ? "distort.waiting" : "distort.no_digit" });
  const image = imageCanvas(drawn, task, label ? "distort.image" : "distort.image.first");
  const disagrees = drawnAnswer?.index !== first.answer?.index;
  const raw = el("span", { class: disagrees ? "hint disagrees" : "hint" });
  if (drawnAnswer) {
    const params = { label: task.classes[drawnAnswer.index] };
    setTexts(raw, { text: "distort.drawn", params });
  }
  const state = drawnAnswer ? (unchanged ? " unchanged" : " changed") : "";
  return el("li", { class: `history-step${state}` }, name, image, words, raw);
}
