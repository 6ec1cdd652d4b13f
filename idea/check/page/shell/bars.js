// @ts-check
/** The classes as bars, with probability and logit; of many classes the best. */

import { el, setTexts } from "../base/dom.js";
import { number, percent } from "../base/language.js";

/** @typedef {import("../site/site.js").Answer} Answer */
/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {"probability" | "logit"} Measure */
/** @typedef {{least: number, most: number}} Range of the measure */

// Where there are more classes, those with the largest logits are shown.
const MOST_ROWS = 10;

export class Bars {
  /** @type {Row[]} */
  #rows = [];
  #body = el("tbody");
  #rest = el("p", { class: "hint", hidden: true });
  root = el(
    "div", { class: "bars-of-classes" },
    el(
      "table",
      { class: "bars" },
      el("caption", { class: "visually-hidden", text: "see.bars" }),
      el("thead", {}, el("tr", {}, ...headings())),
      this.#body,
    ),
    this.#rest,
  );

  /**
   * @param {Answer | null} answer
   * @param {Task} task
   * @param {Measure} measure that of the bars
   */
  show(answer, { classes }, measure) {
    const values = answer?.[measure === "logit" ? "logits" : "probabilities"] ?? [0];
    const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
    const range = measure === "logit" ? { least, most } : { least: 0, most: 1 };
    const shown = shownClasses(answer, classes.length);
    this.#resize(shown.length);
    for (const [place, index] of shown.entries()) {
      this.#rows[place].show(answer, { index, label: classes[index] }, measure, range);
    }
    this.#showRest(answer, shown, classes.length - shown.length);
  }

  /**
   * @param {Answer | null} answer
   * @param {number[]} shown
   * @param {number} count of the others
   */
  #showRest(answer, shown, count) {
    this.#rest.hidden = !answer || count === 0;
    if (!answer) return;
    const sum = shown.reduce((share, index) => share + answer.probabilities[index], 0);
    const share = percent(Math.max(0, 1 - sum));
    setTexts(this.#rest, { text: "see.others", params: { count, share } });
  }

  /** @param {number} count */
  #resize(count) {
    if (this.#rows.length === count) return;
    this.#rows = Array.from({ length: count }, () => new Row());
    this.#body.replaceChildren(...this.#rows.map(({ root }) => root));
  }
}

class Row {
  #bar = el("div", { class: "bar" });
  #heading = el("th", { scope: "row" });
  #probability = el("td");
  #logit = el("td");
  root;

  constructor() {
    const track = el("td", { class: "track", "aria-hidden": "true" }, this.#bar);
    this.root = el("tr", {}, this.#heading, track, this.#probability, this.#logit);
  }

  /**
   * @param {Answer | null} answer
   * @param {{index: number, label: string}} shown which class
   * @param {Measure} measure
   * @param {Range} range
   */
  show(answer, { index, label }, measure, { least, most }) {
    const probability = answer?.probabilities[index] ?? 0;
    const logit = answer?.logits[index] ?? 0;
    const value = measure === "logit" ? logit : probability;
    const part = (/** @type {number} */ length) => `${(100 * length) / (most - least || 1)}%`;
    this.#heading.textContent = this.#heading.title = label;
    this.root.classList.toggle("first", answer?.index === index);
    this.#bar.classList.toggle("negative", value < 0);
    this.#bar.style.left = part(Math.min(0, value) - least);
    this.#bar.style.width = part(Math.abs(value));
    this.#probability.textContent = answer ? percent(probability) : "";
    this.#logit.textContent = answer ? number(logit, 1) : "";
  }
}

/**
 * All classes in order if they are few, otherwise those with the largest logits, the largest first.
 * @param {Answer | null} answer
 * @param {number} count
 */
function shownClasses(answer, count) {
  const all = Array.from({ length: count }, (_, index) => index);
  if (count <= MOST_ROWS) return all;
  if (answer) all.sort((a, b) => answer.logits[b] - answer.logits[a]);
  return all.slice(0, MOST_ROWS);
}

function headings() {
  return [
    el("th", { scope: "col" }, el("span", { class: "visually-hidden", text: "see.digit" })),
    el("td"),
    el("th", { scope: "col", text: "see.by.probability" }),
    el("th", { scope: "col", text: "see.by.logit", title: "see.about.logit" }),
  ];
}
