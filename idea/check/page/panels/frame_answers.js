// @ts-check
/** How the network classifies the frames of a player, found in the background, in order. */

import { Latest } from "../base/latest.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").Answer} Answer */
/** @typedef {{at: number, index: number}} Switch the frame, and the class that it is the first of */

// A server classifies up to 64 images at a time; the first are to be there soon.
const BATCH = 16;

export class FrameAnswers {
  /** @type {Answer[]} of the first frames */
  #answers = [];
  /** @type {((at: number) => Float32Array) | null} */
  #imageAt = null;
  #length = 0;
  #busy = false;
  #latest = new Latest();
  #app;
  #changed;

  /**
   * @param {App} app
   * @param {() => void} changed called when there are more
   */
  constructor(app, changed) {
    this.#app = app;
    this.#changed = changed;
  }

  /** Forget all frames. */
  clear() {
    this.#latest.stop();
    this.#answers = [];
    this.#imageAt = null;
  }

  /**
   * Classify other frames.
   * @param {(at: number) => Float32Array} imageAt
   */
  begin(imageAt) {
    this.clear();
    this.#imageAt = imageAt;
    this.#length = 0;
  }

  /** @param {number} length how many frames there are by now */
  grow(length) {
    this.#length = length;
    this.#classify();
  }

  /**
   * The answer to a frame, or the latest before it that there is.
   * @param {number} at
   */
  at(at) {
    return this.#answers[Math.min(at, this.#answers.length - 1)] ?? null;
  }

  /**
   * The frames at which the answer becomes another.
   * @returns {Switch[]}
   */
  get switches() {
    const all = this.#answers.map(({ index }, at) => ({ at, index }));
    return all.filter(({ at, index }) => at > 0 && index !== all[at - 1].index);
  }

  async #classify() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#imageAt && this.#answers.length < this.#length) await this.#next(this.#imageAt);
    } catch {
      // They go with what is shown anyway, whose own errors are reported.
      this.#imageAt = null;
    } finally {
      this.#busy = false;
    }
  }

  /** @param {(at: number) => Float32Array} imageAt */
  async #next(imageAt) {
    const signal = this.#latest.begin();
    const first = this.#answers.length;
    const count = Math.min(BATCH, this.#length - first);
    const images = Array.from({ length: count }, (_, place) => imageAt(first + place));
    try {
      const answers = await this.#app.site.classify(this.#app.model.id, images, signal);
      signal.throwIfAborted();
      this.#answers.push(...answers);
      this.#changed();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
