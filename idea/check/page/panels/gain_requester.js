// @ts-check
/** Requests gains, one image at a time; of queued requests only the last is sent. */

import { Latest } from "../base/latest.js";

/** @typedef {import("../site/site.js").Gains} Gains */
/** @typedef {import("../site/site.js").Site} Site */
/** @typedef {{model: string, target: number, image: Float32Array}} GainRequest */

export class GainRequester {
  /** @type {Gains | null} the latest answer, perhaps to an earlier request */
  gains = null;
  #site;
  #answered;
  #failed;
  /** @type {GainRequest | null} */
  #latestRequest = null;
  /** @type {GainRequest | null} */
  #answeredRequest = null;
  #busy = false;
  #latest = new Latest();

  /**
   * @param {Site} site
   * @param {() => void} answered
   * @param {(error: unknown) => void} failed
   */
  constructor(site, answered, failed) {
    this.#site = site;
    this.#answered = answered;
    this.#failed = failed;
  }

  /** Whether the gains are those of the latest request. */
  get isFresh() {
    return this.gains !== null && this.#answeredRequest === this.#latestRequest;
  }

  /** The best flip, where it is known and there is one. */
  get best() {
    return this.isFresh && this.gains ? this.gains.best : null;
  }

  /**
   * Return the gain of a flip, where it is known.
   * @param {number} pixel
   */
  gainOf(pixel) {
    return this.isFresh && this.gains ? this.gains.gains[pixel] : null;
  }

  /** Forget the answer and what was requested, which are another network's. */
  clear() {
    this.gains = this.#latestRequest = this.#answeredRequest = null;
    this.#latest.stop();
  }

  /**
   * @param {string} model
   * @param {number} target
   * @param {Float32Array} image
   */
  async request(model, target, image) {
    this.#latestRequest = { model, target, image };
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#unanswered; next; next = this.#unanswered) {
      try {
        await this.#next(next);
      } catch (error) {
        this.#failed(error); // which may request another
        if (next === this.#latestRequest) break;
      }
    }
    this.#busy = false;
  }

  get #unanswered() {
    return this.#latestRequest === this.#answeredRequest ? null : this.#latestRequest;
  }

  /** @param {GainRequest} request */
  async #next(request) {
    const signal = this.#latest.begin();
    const { model, target, image } = request;
    try {
      this.gains = await this.#site.gains(model, target, image, signal);
      signal.throwIfAborted();
    } catch (error) {
      if (!signal.aborted) throw error;
      this.gains = null;
      return;
    }
    this.#answeredRequest = request;
    this.#answered();
  }
}
