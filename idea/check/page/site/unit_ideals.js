// @ts-check
/** The images that excite the hidden units of networks most, found by the kernel. */

import { cutAt, UNIT } from "../numbers/cut.js";
import { PLAIN } from "../numbers/positions.js";
import { KernelWorker } from "./kernel_worker.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("./kinds.js").Frame} Frame */
/** @typedef {{layer: number, unit: number}} Place of a unit or map */
/** @typedef {{image: Float32Array, value: number, run: number}} UnitIdeal */

export class UnitIdeals {
  // What is pointed at waits for no search that is watched.
  #quick = new KernelWorker({ interrupts: false });
  #watched = new KernelWorker({ interrupts: true });
  /** @type {WeakMap<NetworkParts, Map<string, UnitIdeal>>} the best that are known */
  #found = new WeakMap();

  /**
   * The best image that is known; the first is that of `idea.find`.
   * @param {NetworkParts} network
   * @param {Place} place
   * @param {AbortSignal} signal
   */
  async best(network, place, signal) {
    return this.#known(network, place) ?? this.#search(this.#quick, network, place, 0, { signal });
  }

  /**
   * Search again, from other noise; the better image is kept.
   * @param {NetworkParts} network
   * @param {Place} place
   * @param {number} run
   * @param {(frame: Frame) => void} onFrame
   * @param {AbortSignal} signal
   */
  again(network, place, run, onFrame, signal) {
    return this.#search(this.#watched, network, place, run, { signal, onFrame });
  }

  /**
   * @param {NetworkParts} network
   * @param {Place} place
   */
  #known(network, { layer, unit }) {
    return this.#found.get(network)?.get(`${layer}:${unit}`) ?? null;
  }

  /**
   * @param {KernelWorker} worker
   * @param {NetworkParts} network
   * @param {Place} place
   * @param {number} run
   * @param {import("./kernel_worker.js").Control} control
   * @returns {Promise<UnitIdeal>}
   */
  async #search(worker, network, place, run, control) {
    const { method, every, options } = PLAIN;
    const given = { target: UNIT, method, every, options, seed: 0, run, start: null };
    const { image, energy } = await worker.run(cutAt(network, place.layer, place.unit), "search", given, control);
    const ideal = { image, value: energy, run };
    const before = this.#known(network, place);
    if (!before || before.value < energy) {
      const all = this.#found.get(network) ?? new Map();
      this.#found.set(network, all.set(`${place.layer}:${place.unit}`, ideal));
    }
    return ideal;
  }
}
