// @ts-check
/** Predictions for the drawing: always for its latest state, one request at a time. */

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").Answers} Answers */
/** @typedef {import("../drawing/network_input.js").Images} Images */

/** @type {Answers} */
const NONE = { drawn: null, prepared: null, failed: false };

export class PredictionUpdater {
  #pending = false;
  #busy = false;
  #count = 0;
  /** @type {Images | null} those of the latest request */
  #requestedImages = null;
  /** Increases whenever pending answers become obsolete: another network, a cleared canvas. */
  #generation = 0;

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    app.on("drawing", () => this.#update());
    app.on("model", () => {
      this.#generation += 1;
      this.#requestedImages = null;
      this.#update();
    });
  }

  #update() {
    const { drawing } = this.app;
    if (drawing.empty) {
      this.#pending = false;
      this.#generation += 1;
      this.#requestedImages = null;
      this.#show(NONE);
    } else if (drawing.images() !== this.#requestedImages) {
      this.#pending = true;
      this.#request();
    } else if (!this.#busy) this.#show(this.app.answers);
  }

  async #request() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#pending) {
      this.#pending = false;
      const generation = this.#generation;
      const answers = await this.#fetchAnswers(this.app.model.id);
      // While a line is being drawn, a slightly outdated answer is better than none.
      if (generation === this.#generation) this.#show(answers);
    }
    this.#busy = false;
  }

  /**
   * @param {string} model
   * @returns {Promise<Answers>}
   */
  async #fetchAnswers(model) {
    const { drawing, site } = this.app;
    this.#requestedImages = drawing.images();
    const { drawn, prepared } = this.#requestedImages;
    try {
      const [first, second] = await site.classify(model, prepared ? [drawn, prepared] : [drawn]);
      this.app.clearError("classify");
      return { drawn: first, prepared: second ?? null, failed: false };
    } catch (error) {
      this.#requestedImages = null;
      if (model === this.app.model.id) this.app.showError(error, "classify");
      return { ...NONE, failed: true };
    }
  }

  /** @param {Answers} answers */
  #show(answers) {
    this.app.answers = answers;
    this.app.emit("answers");
    this.#count += 1;
    document.documentElement.dataset.answered = String(this.#count);
  }
}
