// @ts-check
/** The ten digits as bars, with probability and logit. */

import { el } from "../base/dom.js";
import { DIGITS } from "../base/image_size.js";
import { number, percent } from "../base/language.js";

/** @typedef {import("../site/site.js").Answer} Answer */
/** @typedef {"probability" | "logit"} Measure */

export class Bars {
  #rows = Array.from({ length: DIGITS }, (_, digit) => new Row(digit));
  root = el(
    "table",
    { class: "bars" },
    el("caption", { class: "visually-hidden", text: "see.bars" }),
    el("thead", {}, el("tr", {}, ...headings())),
    el("tbody", {}, ...this.#rows.map(({ root }) => root)),
  );

  /**
   * @param {Answer | null} answer
   * @param {Measure} measure that of the bars
   */
  show(answer, measure) {
    const values = answer?.[measure === "logit" ? "logits" : "probabilities"] ?? [0];
    const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
    const range = measure === "logit" ? { least, most } : { least: 0, most: 1 };
    for (const row of this.#rows) row.show(answer, measure, range);
  }
}

class Row {
  #bar = el("div", { class: "bar" });
  #probability = el("td");
  #logit = el("td");

  /** @param {number} digit */
  constructor(digit) {
    this.digit = digit;
    const track = el("td", { class: "track", "aria-hidden": "true" }, this.#bar);
    const heading = el("th", { scope: "row" }, String(digit));
    this.root = el("tr", {}, heading, track, this.#probability, this.#logit);
  }

  /**
   * @param {Answer | null} answer
   * @param {Measure} measure
   * @param {{least: number, most: number}} range
   */
  show(answer, measure, { least, most }) {
    const probability = answer?.probabilities[this.digit] ?? 0;
    const logit = answer?.logits[this.digit] ?? 0;
    const value = measure === "logit" ? logit : probability;
    const part = (/** @type {number} */ length) => `${(100 * length) / (most - least || 1)}%`;
    this.root.classList.toggle("first", answer?.digit === this.digit);
    this.#bar.classList.toggle("negative", value < 0);
    this.#bar.style.left = part(Math.min(0, value) - least);
    this.#bar.style.width = part(Math.abs(value));
    this.#probability.textContent = answer ? percent(probability) : "";
    this.#logit.textContent = answer ? number(logit, 1) : "";
  }
}

function headings() {
  return [
    el("th", { scope: "col" }, el("span", { class: "visually-hidden", text: "see.digit" })),
    el("td"),
    el("th", { scope: "col", text: "see.by.probability" }),
    el("th", { scope: "col", text: "see.by.logit", title: "see.about.logit" }),
  ];
}
