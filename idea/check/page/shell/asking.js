// @ts-check
/** The network's answers to the drawing: always to the latest, one request at a time. */

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").Answers} Answers */
/** @typedef {import("../drawing/reading.js").Images} Images */

/** @type {Answers} */
const NONE = { drawn: null, prepared: null, failed: false };

export class Asking {
  #wanted = false;
  #busy = false;
  #count = 0;
  /** @type {Images | null} what the latest request was about */
  #asked = null;
  /** Counts what makes the answers under way worthless: another network, a cleared canvas. */
  #age = 0;

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    app.on("drawing", () => this.#follow());
    app.on("model", () => {
      this.#age += 1;
      this.#asked = null;
      this.#follow();
    });
  }

  #follow() {
    const { drawing } = this.app;
    if (drawing.empty) {
      this.#wanted = false;
      this.#age += 1;
      this.#asked = null;
      this.#show(NONE);
    } else if (drawing.images() !== this.#asked) {
      this.#wanted = true;
      this.#ask();
    } else if (!this.#busy) this.#show(this.app.answers);
  }

  async #ask() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#wanted) {
      this.#wanted = false;
      const age = this.#age;
      const answers = await this.#answers(this.app.model.id);
      // While a line is being drawn, the answer to where it was a moment ago is welcome.
      if (age === this.#age) this.#show(answers);
    }
    this.#busy = false;
  }

  /**
   * @param {string} model
   * @returns {Promise<Answers>}
   */
  async #answers(model) {
    const { drawing, site } = this.app;
    this.#asked = drawing.images();
    const { drawn, prepared } = this.#asked;
    try {
      const [first, second] = await site.judge(model, prepared ? [drawn, prepared] : [drawn]);
      this.app.mended("judge");
      return { drawn: first, prepared: second ?? null, failed: false };
    } catch (error) {
      this.#asked = null;
      if (model === this.app.model.id) this.app.fail(error, "judge");
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
