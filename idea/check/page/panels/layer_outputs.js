// @ts-check
/** The outputs of a network as lights: one for each class, as bright as its probability. */

import { colourOf, levelOf } from "../base/glow.js";
import { el } from "../base/dom.js";
import { percent } from "../base/language.js";
import { answerOf } from "../numbers/softmax.js";

const MOST = 20; // classes; of more the first by their logits

export class LayerOutputs {
  #classes;
  root = el("ol", { class: "layer-outputs" });

  /** @param {import("../base/task.js").Task} task */
  constructor({ classes }) {
    this.#classes = classes;
    this.root.classList.toggle("words", classes.some(({ length }) => length > 2));
    this.show(null);
  }

  /** @param {ArrayLike<number> | null} logits */
  show(logits) {
    const answer = logits && answerOf(logits);
    let shown = Array.from(this.#classes.keys());
    if (shown.length > MOST) {
      if (answer) shown.sort((one, other) => answer.logits[other] - answer.logits[one]);
      shown = shown.slice(0, MOST);
    }
    this.root.replaceChildren(...shown.map((index) => this.#light(index, answer)));
  }

  /**
   * @param {number} index of the class
   * @param {import("../site/kinds.js").Answer | null} answer
   */
  #light(index, answer) {
    const probability = answer?.probabilities[index] ?? 0;
    const level = levelOf(probability, 1);
    const lamp = el("span", { class: "lamp", "aria-hidden": "true" });
    lamp.style.backgroundColor = colourOf(level);
    const share = answer ? percent(probability) : "–";
    const words = [el("b", {}, this.#classes[index]), el("span", { class: "hint" }, share)];
    return el("li", { class: answer?.index === index ? "first" : "" }, lamp, ...words);
  }
}
