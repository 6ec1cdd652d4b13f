// @ts-check
/** Predictions for the drawing: always for its latest state, one request at a time. */

import { Latest } from "../base/latest.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").Answers} Answers */
/** @typedef {import("../drawing/network_input.js").Images} Images */

/** @type {Answers} */
const NONE = { drawn: null, prepared: null, state: "none" };

export class PredictionUpdater {
  #pending = false;
  #busy = false;
  #count = 0;
  #latest = new Latest();
  /** @type {Images | null} those of the latest request */
  #requestedImages = null;
  /** Increases whenever pending answers become obsolete: another network, a cleared canvas. */
  #generation = 0;

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    app.on("drawing", () => this.#update());
    app.on("model", () => this.#restart());
    app.on("recovered", () => {
      if (app.answers.state === "failed") this.#restart();
    });
  }

  /** Answers of another network, or to another drawing, must not be shown any more. */
  #obsolete() {
    this.#latest.stop();
    this.#generation += 1;
    this.#requestedImages = null;
  }

  #restart() {
    this.#obsolete();
    if (!this.app.drawing.empty) this.#show({ ...NONE, state: "waiting" });
    this.#update();
  }

  #update() {
    const { drawing } = this.app;
    if (drawing.empty) {
      this.#pending = false;
      this.#obsolete();
      this.#show(NONE);
    } else if (drawing.images() !== this.#requestedImages) {
      this.#pending = true;
      this.#request();
    } else if (!this.#busy) this.#show(this.app.answers);
  }

  async #request() {
    if (this.#busy) return;
    this.#busy = true;
    this.#report();
    while (this.#pending) {
      this.#pending = false;
      const generation = this.#generation;
      const answers = await this.#fetchAnswers(this.app.model.id, () => generation === this.#generation);
      // While a line is being drawn, a slightly outdated answer is better than none.
      if (generation === this.#generation) this.#show(answers);
    }
    this.#busy = false;
    this.#report();
  }

  /**
   * @param {string} model
   * @param {() => boolean} isWanted whether the answers still matter
   * @returns {Promise<Answers>}
   */
  async #fetchAnswers(model, isWanted) {
    const { drawing, site } = this.app;
    const signal = this.#latest.begin();
    this.#requestedImages = drawing.images();
    const { drawn, prepared } = this.#requestedImages;
    try {
      const images = prepared ? [drawn, prepared] : [drawn];
      const [first, second] = await site.classify(model, images, signal);
      this.app.clearError("classify");
      return { drawn: first, prepared: second ?? null, state: "none" };
    } catch (error) {
      if (isWanted()) {
        this.#requestedImages = null;
        this.app.showError(error, "classify");
      }
      return { ...NONE, state: "failed" };
    }
  }

  /** @param {Answers} answers */
  #show(answers) {
    this.app.answers = answers;
    this.app.emit("answers");
    this.#count += 1;
    this.#report();
  }

  /** How many answers were shown: an attribute of the page, which it hasn't while others are awaited. */
  #report() {
    const { dataset } = document.documentElement;
    if (this.#busy) delete dataset.answered;
    else dataset.answered = String(this.#count);
  }
}
