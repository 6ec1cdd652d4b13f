// @ts-check
/** How a training stands: a sentence, a bar, and what computes. */

import { el, setTexts } from "../base/dom.js";
import { number } from "../base/language.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("../shell/app.js").App} App */

export class TrainStatus {
  #app;
  #line = el("p", { class: "train-status", role: "status", text: "train.checking" });
  #bar = el("progress", { class: "train-bar", label: "train.progress" });
  // Not a part of the status: screen readers would announce each step.
  #steps = el("p", { class: "hint train-steps" });
  #backend = el("p", { class: "hint", hidden: true });
  #progress = el("div", { class: "row tight", hidden: true }, this.#bar, this.#steps);
  root = el("div", { class: "stack tight" }, this.#line, this.#progress, this.#backend);

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  /**
   * @param {string} text key
   * @param {Record<string, string>} [params]
   */
  say(text, params = {}) {
    setTexts(this.#line, { text, params });
  }

  /** It can be trained; networks of earlier visits are among the page's. */
  sayReady() {
    const names = this.#app.site.models.filter(({ trained }) => trained).map(({ name }) => name);
    if (names.length) this.say("train.ready.kept", { names: names.join(", ") });
    else this.say("train.ready");
  }

  /** @param {boolean} isTest rather than one of many validations */
  sayScoring(isTest) {
    if (isTest) this.say("train.testing");
  }

  /** @param {unknown} error */
  sayError(error) {
    if (error instanceof UserError) this.say(error.key, /** @type {Record<string, string>} */ (error.params));
    if (!(error instanceof UserError) || error.isUnreachable) this.#app.showError(error);
  }

  /** @param {{name: string, device: string}} backend */
  sayBackend({ name, device }) {
    this.#backend.hidden = false;
    setTexts(this.#backend, { text: `train.backend.${name}`, params: { device } });
  }

  /**
   * @param {number} step
   * @param {number} steps
   */
  advance(step, steps) {
    this.#progress.hidden = false;
    Object.assign(this.#bar, { max: steps, value: step });
    setTexts(this.#steps, { text: "train.step", params: { step: number(step), steps: number(steps) } });
  }

  /** No training is under way. */
  rest() {
    this.#progress.hidden = true;
  }
}
