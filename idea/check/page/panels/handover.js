// @ts-check
/** Values that one panel sends to another, kept until the other is opened. */

/** @template T */
class Handover {
  /** @type {((what: T) => void) | null} */
  #listener = null;
  /** @type {T | null} */
  #pending = null;

  /** @param {(what: T) => void} listener */
  onReceive(listener) {
    this.#listener = listener;
    if (this.#pending !== null) listener(this.#pending);
    this.#pending = null;
  }

  /** @param {T} what */
  send(what) {
    if (this.#listener) this.#listener(what);
    else this.#pending = what;
  }
}

/** @type {Handover<{image: Float32Array, target: number}>} */
export const toPixels = new Handover();

/** @type {Handover<{target: number}>} */
export const toFool = new Handover();

/** @type {Handover<{target: number, kind: import("../site/kinds.js").SearchKind, run: number}>} */
export const toWatch = new Handover();
