// @ts-check
/** Two lines over the same steps: of training, and of validation. */

import { el } from "../base/dom.js";
import { onLanguage, t } from "../base/language.js";
import { axesOf, line, scaleOf, svg } from "./curve.js";

/** @typedef {import("./curve.js").Point} Point */

export class Chart {
  /** @type {Point[]} */
  #training = [];
  /** @type {Point[]} */
  #validation = [];
  #steps = 0;
  #size = { width: 480, height: 200 };
  #svg = svg("svg", { class: "curve-plot", role: "img" });
  #names;
  #describe;
  root = el("div", { class: "curve" }, this.#svg);

  /**
   * @param {{x: string, y: string}} names keys of texts
   * @param {() => string} describe it, for screen readers
   */
  constructor(names, describe) {
    this.#names = names;
    this.#describe = describe;
    new ResizeObserver(([{ contentRect: { width, height } }]) => {
      if (!width || !height) return;
      this.#size = { width, height };
      this.#draw();
    }).observe(this.root);
    onLanguage(() => this.#draw());
  }

  /**
   * @param {Point[]} training with rising x
   * @param {Point[]} validation
   * @param {number} steps how far they may reach
   */
  show(training, validation, steps) {
    this.#training = training;
    this.#validation = validation;
    this.#steps = steps;
    this.#draw();
  }

  #draw() {
    const { width, height } = this.#size;
    const all = [...this.#training, ...this.#validation];
    const end = all.length ? [{ x: this.#steps, y: all[0].y }] : [];
    const scale = scaleOf([...all, ...end], width, height);
    const last = [...this.#training.slice(-1), ...this.#validation.slice(-1)];
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#svg.setAttribute("aria-label", this.#describe());
    this.#svg.replaceChildren(
      ...axesOf(scale, this.#size, this.#names, all.length === 0),
      line("curve-line", this.#training, scale),
      line("curve-line second", this.#validation, scale),
      ...last.map(({ x, y }, place) =>
        svg("circle", { class: place ? "curve-point second" : "curve-point", cx: scale.x(x), cy: scale.y(y), r: 4 }),
      ),
    );
  }
}

/** What the two lines are. */
export function chartLegend() {
  const entry = (/** @type {string} */ text, /** @type {string} */ name) =>
    el("span", { class: "legend" }, el("span", { class: `line-sample ${name}` }), el("span", { text }));
  return el("p", { class: "row hint" }, entry("train.training", ""), entry("train.validation", "second"));
}

/**
 * A name for screen readers, with the last values.
 * @param {string} key of the chart's name
 * @param {string} training
 * @param {string} validation
 */
export function chartLabel(key, training, validation) {
  return t("train.chart", { name: t(key), training, validation });
}
