// @ts-check
/** The distortions of a drawing, step by step, with the predictions for each. */

import { isEqual } from "../base/arrays.js";
import { Latest } from "../base/latest.js";
import { isMnist, sizeOf } from "../base/task.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").Answer} Answer */
/** @typedef {import("./distortions.js").StepLabel} StepLabel */

/**
 * @typedef {object} Step
 * @property {StepLabel | null} label null for the original
 * @property {Uint8ClampedArray} greys
 * @property {Float32Array} drawn
 * @property {Float32Array | null} prepared null where no ink was found
 * @property {Answer | null} answer to the prepared image, null while it is pending
 * @property {Answer | null} drawnAnswer to the image as it is drawn
 */

// Each step has two images to classify, and the server accepts 64 at a time.
const MOST = 30;

export class DistortionHistory {
  /** @type {Step[]} */
  steps = [];
  #app;
  #latest = new Latest();
  #changed;
  /** Which the steps' images are for. */
  #task;

  /**
   * @param {App} app
   * @param {() => void} changed
   */
  constructor(app, changed) {
    this.#app = app;
    this.#changed = changed;
    this.#task = app.task;
    app.on("drawing", () => this.#truncate());
    app.on("model", () => this.#reclassifyAll());
    app.on("recovered", () => this.#classifyPending());
  }

  /** Make the current drawing the first step, if there is none. */
  begin() {
    if (this.steps.length === 0) this.add(null);
  }

  /**
   * Add the current drawing.
   * @param {StepLabel | null} label of the distortion that led to it
   */
  add(label) {
    const { drawing } = this.#app;
    const { drawn, prepared } = drawing.images();
    const [first, ...others] = this.steps;
    const kept = first ? [first, ...others.slice(2 - MOST)] : [];
    const answers = { answer: null, drawnAnswer: null };
    this.steps = [...kept, { label, greys: drawing.greys(), drawn, prepared, ...answers }];
    this.#changed();
    this.#classifyPending();
  }

  /** Go back to the step that the drawing is equal to, if any; otherwise clear the history. */
  #truncate() {
    const greys = this.#app.drawing.greys();
    const index = this.steps.map((step) => isEqual(step.greys, greys)).lastIndexOf(true);
    if (index === this.steps.length - 1) return;
    this.steps = this.steps.slice(0, index + 1);
    this.#changed();
  }

  #reclassifyAll() {
    const [before, task] = [this.#task, this.#app.task];
    this.#task = task;
    const isSame = sizeOf(before) === sizeOf(task) && isMnist(before) === isMnist(task);
    if (!isSame) this.steps = [];
    for (const step of this.steps) step.answer = step.drawnAnswer = null;
    this.#changed();
    this.#classifyPending();
  }

  /** Classify all steps that have no answer. */
  async #classifyPending() {
    const signal = this.#latest.begin();
    const pending = this.steps.filter(({ drawnAnswer }) => !drawnAnswer);
    const images = pending.flatMap(({ drawn, prepared }) => [drawn, prepared ?? drawn]);
    if (images.length === 0) return;
    try {
      const answers = await this.#app.site.classify(this.#app.model.id, images);
      if (signal.aborted) return;
      for (const [index, step] of pending.entries()) {
        step.drawnAnswer = answers[2 * index];
        step.answer = step.prepared && answers[2 * index + 1];
      }
      this.#changed();
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error);
    }
  }
}
