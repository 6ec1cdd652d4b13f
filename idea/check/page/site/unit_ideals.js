// @ts-check
/** The images that excite the hidden units of networks most, found by the kernel. */

import { cutAt, UNIT } from "../numbers/cut.js";
import { ANNEALED, PLAIN } from "../numbers/positions.js";
import { priorOfTwo } from "../numbers/prior_weight.js";
import { KernelWorker } from "./kernel_worker.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("./kinds.js").Frame} Frame */
/** @typedef {import("../numbers/prior_weight.js").Prior} Prior */
/** @typedef {{layer: number, unit: number}} Place of a unit or map */
/** @typedef {{image: Float32Array, value: number, run: number}} UnitIdeal */

export class UnitIdeals {
  // What is pointed at waits for no search that is watched.
  #quick = new KernelWorker({ interrupts: false });
  #watched = new KernelWorker({ interrupts: true });
  /** @type {WeakMap<NetworkParts, Map<string, UnitIdeal>>} the best that are known */
  #found = new WeakMap();
  /** @type {WeakMap<NetworkParts, Map<string, number>>} weights of the prior, by unit */
  #weights = new WeakMap();

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
   * Search an image without noise: one that is probable, too.
   * @param {NetworkParts} network
   * @param {Place} place
   * @param {number} run
   * @param {Prior} prior
   * @param {(frame: Frame) => void} onFrame
   * @param {AbortSignal} signal
   * @returns {Promise<UnitIdeal>}
   */
  async readable(network, place, run, prior, onFrame, signal) {
    const [cut, own] = [cutAt(network, place.layer, place.unit), priorOfTwo(prior)];
    const [weights, key] = [this.#weights.get(network) ?? new Map(), keyOf(place)];
    this.#weights.set(network, weights);
    if (!weights.has(key)) weights.set(key, await this.#watched.run(cut, "weigh", { prior: own, targets: [UNIT] }, { signal }));
    const { method, every, options } = ANNEALED;
    const objective = { smooth: 0, priorWeight: weights.get(key) };
    const given = { target: UNIT, method, every, options, seed: 0, run, start: null, objective, prior: own };
    const { image, logits } = await this.#watched.run(cut, "search", given, { signal, onFrame });
    return { image, value: logits[UNIT], run };
  }

  /**
   * @param {NetworkParts} network
   * @param {Place} place
   */
  #known(network, place) {
    return this.#found.get(network)?.get(keyOf(place)) ?? null;
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
      this.#found.set(network, all.set(keyOf(place), ideal));
    }
    return ideal;
  }
}

/** @param {Place} place */
function keyOf({ layer, unit }) {
  return `${layer}:${unit}`;
}
