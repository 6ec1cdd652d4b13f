// @ts-check
/** A history of distortions: a thumbnail for each step, with the prediction below. */

import { digitParams } from "./article.js";
import { el, icon, setTexts } from "../base/dom.js";
import { imageCanvas } from "../base/images.js";
import { percent } from "../base/language.js";

/** @typedef {import("./distortion_history.js").Step} Step */

export class DistortionHistoryView {
  root = el("ol", { class: "history", label: "distort.history", tabindex: 0 });
  /** @type {WeakMap<Step, {item: HTMLElement, answer: unknown}>} */
  #items = new WeakMap();

  /** @param {Step[]} steps */
  show(steps) {
    this.root.hidden = steps.length === 0;
    const grown = steps.length > this.root.childElementCount;
    const items = steps.map((step) => this.#itemOf(step, steps[0]));
    this.root.replaceChildren(...items);
    if (grown) this.root.scrollLeft = this.root.scrollWidth;
  }

  /**
   * @param {Step} step
   * @param {Step} first
   */
  #itemOf(step, first) {
    const key = `${step.drawnAnswer?.logits} ${first.answer?.digit}`;
    const known = this.#items.get(step);
    if (known?.answer === key) return known.item;
    const item = itemOf(step, first);
    this.#items.set(step, { item, answer: key });
    return item;
  }
}

/**
 * @param {Step} step
 * @param {Step} first
 */
function itemOf(step, first) {
  const { label, drawn, prepared, answer, drawnAnswer } = step;
  const unchanged = Boolean(answer && answer.digit === first.answer?.digit);
  const name = el("span", { class: "hint", ...(label ?? { text: "distort.first.step" }) });
  const words = el("span", { class: "history-answer" });
  if (answer) {
    words.append(icon(unchanged ? "check" : "close"), el("b", {}, String(answer.digit)));
    const params = first.answer ? digitParams(first.answer.digit) : {};
    const text = unchanged ? "distort.unchanged" : "distort.changed";
    words.append(el("span", { class: "visually-hidden", text, params }));
    words.append(el("span", { class: "hint" }, percent(answer.probability)));
  } else setTexts(words, { text: prepared ? "distort.waiting" : "distort.no_digit" });
  const image = imageCanvas(drawn, label ? "distort.image" : "distort.image.first");
  const disagrees = drawnAnswer?.digit !== first.answer?.digit;
  const raw = el("span", { class: disagrees ? "hint disagrees" : "hint" });
  if (drawnAnswer) setTexts(raw, { text: "distort.drawn", params: { digit: drawnAnswer.digit } });
  const state = drawnAnswer ? (unchanged ? " unchanged" : " changed") : "";
  return el("li", { class: `history-step${state}` }, name, image, words, raw);
}
