// @ts-check
/** What was done to a drawing, step by step, with the network's answer to each. */

import { Latest } from "../base/latest.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").Answer} Answer */
/** @typedef {import("./damages.js").Done} Done */

/**
 * @typedef {object} Step
 * @property {Done | null} done null for the first, undamaged one
 * @property {Uint8ClampedArray} greys
 * @property {Float32Array} drawn
 * @property {Float32Array | null} prepared null where no digit was found
 * @property {Answer | null} answer to the prepared image, null while it is waited for
 * @property {Answer | null} drawnAnswer to the image as it is drawn
 */

// Of each step there are two images to judge, and the server takes 64 at a time.
const MOST = 30;

export class Trail {
  /** @type {Step[]} */
  steps = [];
  #app;
  #latest = new Latest();
  #changed;

  /**
   * @param {App} app
   * @param {() => void} changed
   */
  constructor(app, changed) {
    this.#app = app;
    this.#changed = changed;
    app.on("drawing", () => this.#follow());
    app.on("model", () => this.#judgeAnew());
  }

  /** Make the present drawing the first, if there is none. */
  begin() {
    if (this.steps.length === 0) this.add(null);
  }

  /**
   * Add the present drawing.
   * @param {Done | null} done what led to it
   */
  add(done) {
    const { drawing } = this.#app;
    const { drawn, prepared } = drawing.images();
    const [first, ...others] = this.steps;
    const kept = first ? [first, ...others.slice(2 - MOST)] : [];
    const answers = { answer: null, drawnAnswer: null };
    this.steps = [...kept, { done, greys: drawing.greys(), drawn, prepared, ...answers }];
    this.#changed();
    this.#judge();
  }

  /** A drawing that is one of the steps leads back to it; any other begins a new trail. */
  #follow() {
    const greys = this.#app.drawing.greys();
    const index = this.steps.map((step) => equals(step.greys, greys)).lastIndexOf(true);
    if (index === this.steps.length - 1) return;
    this.steps = this.steps.slice(0, index + 1);
    this.#changed();
  }

  #judgeAnew() {
    for (const step of this.steps) step.answer = step.drawnAnswer = null;
    this.#changed();
    this.#judge();
  }

  /** Ask about all that have no answer. */
  async #judge() {
    const signal = this.#latest.begin();
    const open = this.steps.filter(({ drawnAnswer }) => !drawnAnswer);
    const images = open.flatMap(({ drawn, prepared }) => [drawn, prepared ?? drawn]);
    if (images.length === 0) return;
    try {
      const answers = await this.#app.site.classify(this.#app.model.id, images);
      if (signal.aborted) return;
      for (const [index, step] of open.entries()) {
        step.drawnAnswer = answers[2 * index];
        step.answer = step.prepared && answers[2 * index + 1];
      }
      this.#changed();
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error);
    }
  }
}

/**
 * @param {Uint8ClampedArray} some
 * @param {Uint8ClampedArray} others
 */
function equals(some, others) {
  return some === others || some.every((grey, index) => grey === others[index]);
}
