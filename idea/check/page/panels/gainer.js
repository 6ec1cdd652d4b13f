// @ts-check
/** Asks for the gains of flips, one image at a time; of those that pile up only the last. */

/** @typedef {import("../site/server.js").Gains} Gains */
/** @typedef {import("../site/server.js").Server} Server */
/** @typedef {{model: string, digit: number, image: Float32Array}} Question */

export class Gainer {
  /** @type {Gains | null} the latest answer, perhaps to an earlier question */
  gains = null;
  #site;
  #answered;
  #failed;
  /** @type {Question | null} */
  #question = null;
  /** @type {Question | null} */
  #replied = null;
  #busy = false;

  /**
   * @param {Server} site
   * @param {() => void} answered
   * @param {(error: unknown) => void} failed
   */
  constructor(site, answered, failed) {
    this.#site = site;
    this.#answered = answered;
    this.#failed = failed;
  }

  /** Whether the gains are those of the latest question. */
  get isFresh() {
    return this.gains !== null && this.#replied === this.#question;
  }

  /** The best flip, where it is known and there is one. */
  get best() {
    return this.isFresh && this.gains ? this.gains.best : null;
  }

  /**
   * What a flip gains, where it is known.
   * @param {number} pixel
   */
  gainOf(pixel) {
    return this.isFresh && this.gains ? this.gains.gains[pixel] : null;
  }

  /**
   * @param {string} model
   * @param {number} digit
   * @param {Float32Array} image
   */
  async ask(model, digit, image) {
    this.#question = { model, digit, image };
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#replied !== this.#question) await this.#next(this.#question);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#busy = false;
    }
  }

  /** @param {Question} question */
  async #next(question) {
    this.gains = await this.#site.gains(question.model, question.digit, question.image);
    this.#replied = question;
    this.#answered();
  }
}
