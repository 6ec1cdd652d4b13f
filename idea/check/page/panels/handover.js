// @ts-check
/** Values that one panel sends to another, kept until the other is opened. */

import { isSame } from "../base/task.js";

/** @typedef {import("../base/task.js").Task} Task */

/** @template T */
class Handover {
  /** @type {((what: T) => void) | null} */
  #listener = null;
  /** @type {{what: T, task: Task} | null} */
  #pending = null;

  /**
   * @param {Task} task that of the network that is chosen now: what is pending for others is dropped
   * @param {(what: T) => void} listener
   */
  onReceive(task, listener) {
    const pending = this.#pending;
    this.#listener = listener;
    this.#pending = null;
    if (pending && isSame(pending.task, task)) listener(pending.what);
  }

  /**
   * @param {T} what
   * @param {Task} task that of the network that it is about
   */
  send(what, task) {
    if (this.#listener) this.#listener(what);
    else this.#pending = { what, task };
  }
}

/** @type {Handover<{image: Float32Array, target: number}>} */
export const toPixels = new Handover();

/** @type {Handover<{target: number}>} */
export const toFool = new Handover();

/** @type {Handover<{target: number, kind: import("../site/kinds.js").SearchKind, run: number}>} */
export const toWatch = new Handover();
