// @ts-check
/** A trail of damages, drawn: a thumbnail a step, with the answer below. */

import { digitParams } from "./article.js";
import { el, icon, setTexts } from "../base/dom.js";
import { imageCanvas } from "../base/images.js";
import { percent } from "../base/language.js";

/** @typedef {import("./trail.js").Step} Step */

export class TrailView {
  root = el("ol", { class: "trail", label: "shake.trail", tabindex: 0 });
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
  const { done, drawn, prepared, answer, drawnAnswer } = step;
  const held = Boolean(answer && answer.digit === first.answer?.digit);
  const name = el("span", { class: "hint", ...(done ?? { text: "shake.first.step" }) });
  const words = el("span", { class: "trail-answer" });
  if (answer) {
    words.append(icon(held ? "check" : "close"), el("b", {}, String(answer.digit)));
    const params = first.answer ? digitParams(first.answer.digit) : {};
    words.append(el("span", { class: "visually-hidden", text: held ? "shake.held" : "shake.lost", params }));
    words.append(el("span", { class: "hint" }, percent(answer.probability)));
  } else setTexts(words, { text: prepared ? "shake.waiting" : "shake.unseen" });
  const image = imageCanvas(drawn, done ? "shake.image" : "shake.image.first");
  const astray = drawnAnswer?.digit !== first.answer?.digit;
  const raw = el("span", { class: astray ? "hint astray" : "hint" });
  if (drawnAnswer) setTexts(raw, { text: "shake.drawn", params: { digit: drawnAnswer.digit } });
  const state = drawnAnswer ? (held ? "held" : "lost") : "waiting";
  return el("li", { class: `trail-step ${state}` }, name, image, words, raw);
}
