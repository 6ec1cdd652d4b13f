// @ts-check
/** The worker of hidden layers as the page sees it: requests for networks, one after the other. */

import { UserError } from "../base/user_error.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("../numbers/hidden.js").Activity} Activity */
/** @typedef {import("../numbers/strongest.js").Strongest} Strongest */
/** @typedef {import("./hidden.worker.js").Report} Report */

export class HiddenWorker {
  /** @type {Worker | null} */
  #worker = null;
  /** @type {NetworkParts | null} whose weights the worker has */
  #known = null;
  /** @type {Promise<unknown>} settled when all earlier requests are */
  #last = Promise.resolve();

  /**
   * What each layer is for an image.
   * @param {NetworkParts} network
   * @param {Float32Array} image
   * @returns {Promise<Activity[]>}
   */
  lights(network, image) {
    return this.#inTurn(() => this.#exchange(network, "lights", [image]));
  }

  /**
   * Which of some images excites each unit most; it ends with the worker when it is aborted.
   * @param {NetworkParts} network
   * @param {Float32Array[]} images
   * @param {(share: number) => void} onProgress
   * @param {AbortSignal} signal
   * @returns {Promise<Strongest[]>}
   */
  strongest(network, images, onProgress, signal) {
    return this.#inTurn(async () => {
      signal.throwIfAborted();
      const stop = () => this.end();
      signal.addEventListener("abort", stop);
      try {
        return await this.#exchange(network, "strongest", images, onProgress, signal);
      } finally {
        signal.removeEventListener("abort", stop);
      }
    });
  }

  /** Free its memory; a later request starts another. */
  end() {
    this.#worker?.terminate();
    this.#worker = this.#known = null;
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   */
  #inTurn(work) {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /**
   * @param {NetworkParts} network
   * @param {"lights" | "strongest"} job
   * @param {Float32Array[]} images
   * @param {(share: number) => void} [onProgress]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  #exchange(network, job, images, onProgress = () => {}, signal) {
    const worker = this.#worker ??= new Worker(new URL("hidden.worker.js", import.meta.url), { type: "module" });
    const parts = network === this.#known ? null : plain(network);
    this.#known = network;
    return new Promise((resolve, reject) => {
      const fail = (/** @type {string} */ text) => {
        this.end(); // it may be in any state
        reject(new UserError("kernel.failed", { text }));
      };
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      worker.onmessage = (/** @type {MessageEvent<Report>} */ { data: { kind, value } }) => {
        if (kind === "progress") onProgress(value);
        else if (kind === "result") resolve(value);
        else fail(value);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        fail(event.message ?? "");
      };
      worker.postMessage({ parts, images, job });
    });
  }
}

/**
 * A network without what its entry may have besides.
 * @param {NetworkParts} network
 * @returns {NetworkParts}
 */
function plain({ height, width, convolutions, layers, weights }) {
  return { height, width, convolutions, layers, weights };
}
