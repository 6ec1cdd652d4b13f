// @ts-check
/** What one panel hands to another. It waits where the other isn't there yet. */

/** @template T */
class Handover {
  /** @type {((what: T) => void) | null} */
  #taker = null;
  /** @type {T | null} */
  #waiting = null;

  /** @param {(what: T) => void} taker */
  take(taker) {
    this.#taker = taker;
    if (this.#waiting !== null) taker(this.#waiting);
    this.#waiting = null;
  }

  /** @param {T} what */
  give(what) {
    if (this.#taker) this.#taker(what);
    else this.#waiting = what;
  }
}

/** @type {Handover<{image: Float32Array, digit: number}>} */
export const toPixels = new Handover();

/** @type {Handover<{digit: number}>} */
export const toWatch = new Handover();
