// @ts-check
/** The curves of a training: loss and accuracy by steps. */

import { Chart, chartLabel, chartLegend } from "./chart.js";
import { el } from "../base/dom.js";
import { number, percent } from "../base/language.js";

/** @typedef {import("../training/kinds.js").Progress} Progress */
/** @typedef {import("../training/kinds.js").Score} Score */

export class TrainCurves {
  /** @type {{x: number, score: Score}[]} */
  #training = [];
  /** @type {{x: number, score: Score}[]} */
  #validation = [];
  #loss = new Chart({ x: "train.steps", y: "train.loss" }, () =>
    chartLabel("train.loss", ...this.#last(({ loss }) => number(loss, 3))));
  #accuracy = new Chart({ x: "train.steps", y: "train.accuracy" }, () =>
    chartLabel("train.accuracy", ...this.#last(({ accuracy }) => percent(accuracy))));
  root = el(
    "div", { class: "stack tight" },
    el("div", { class: "train-charts" }, this.#loss.root, this.#accuracy.root), chartLegend(),
  );

  get isEmpty() {
    return this.#training.length === 0;
  }

  clear() {
    this.#training = [];
    this.#validation = [];
    this.#show(0);
  }

  /** @param {Progress} progress */
  add({ step, steps, training, validation }) {
    this.#training.push({ x: step, score: training });
    if (validation) this.#validation.push({ x: step, score: validation });
    this.#show(steps);
  }

  /** @param {number} steps */
  #show(steps) {
    const points = (/** @type {(score: Score) => number} */ value) =>
      [this.#training, this.#validation].map((series) => series.map(({ x, score }) => ({ x, y: value(score) })));
    const [training, validation] = points(({ loss }) => loss);
    this.#loss.show(training, validation, steps);
    const [right, validated] = points(({ accuracy }) => 100 * accuracy);
    this.#accuracy.show(right, validated, steps);
  }

  /**
   * @param {(score: Score) => string} text
   * @returns {[string, string]}
   */
  #last(text) {
    const [training, validation] = [this.#training, this.#validation].map((series) => {
      const last = series.at(-1);
      return last ? text(last.score) : "–";
    });
    return [training, validation];
  }
}
