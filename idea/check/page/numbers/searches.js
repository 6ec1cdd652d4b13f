// @ts-check
/** The searches of a page without a server: one worker, one class after the other. */

import { UserError } from "../base/user_error.js";

/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("../site/site.js").IdealAnswer} IdealAnswer */

const SEED = 0;

export class Searches {
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Network | null} which the worker has */
  #known = null;
  /** @type {WeakMap<Network, Map<number, IdealAnswer>>} */
  #found = new WeakMap();
  /** @type {Promise<unknown>} settled when all earlier requests are answered */
  #last = Promise.resolve();

  /**
   * Return the ideal of a class, by a search the first time.
   * @param {Network} network
   * @param {number} target
   * @param {AbortSignal} [signal]
   * @returns {Promise<IdealAnswer>}
   */
  ideal(network, target, signal) {
    const turn = this.#last.then(() => this.#take(network, target, signal));
    this.#last = turn.catch(() => {});
    return signal ? Promise.race([turn, aborted(signal)]) : turn;
  }

  /**
   * @param {Network} network
   * @param {number} target
   * @param {AbortSignal} [signal]
   */
  async #take(network, target, signal) {
    signal?.throwIfAborted();
    const found = this.#found.get(network) ?? new Map();
    this.#found.set(network, found);
    if (!found.has(target)) found.set(target, await this.#search(network, target, signal));
    return found.get(target);
  }

  /**
   * @param {Network} network
   * @param {number} target
   * @param {AbortSignal} [signal]
   * @returns {Promise<IdealAnswer>}
   */
  #search(network, target, signal) {
    return new Promise((resolve, reject) => {
      const worker = this.#started();
      const stop = () => {
        this.#end();
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", stop);
      worker.onmessage = ({ data }) => {
        signal?.removeEventListener("abort", stop);
        resolve(data);
      };
      worker.onerror = () => {
        signal?.removeEventListener("abort", stop);
        this.#end();
        reject(new UserError("search.broken"));
      };
      const layers = network === this.#known ? null : network.layers;
      this.#known = network;
      worker.postMessage({ layers, target, seed: SEED });
    });
  }

  #started() {
    const address = new URL("search.worker.js", import.meta.url);
    this.#worker ??= new Worker(address, { type: "module" });
    return this.#worker;
  }

  #end() {
    this.#worker?.terminate();
    this.#worker = this.#known = null;
  }
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<never>}
 */
function aborted(signal) {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}
