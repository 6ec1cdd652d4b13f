// @ts-check
/** Which real image excites each hidden unit of a network most, found once for each network. */

import { triedImages } from "../numbers/strongest.js";
import { HiddenWorker } from "./hidden_worker.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("./site.js").Site} Site */
/** @typedef {{layer: number, unit: number}} Place of a unit or map */
/** @typedef {{image: Float32Array, label: number, value: number}} Real `label` is the index of its class */

/**
 * @typedef {object} Found
 * @property {import("../numbers/trial.js").Examples} examples
 * @property {import("../numbers/strongest.js").Strongest[]} layers
 */

export class StrongestImages {
  #site;
  #worker = new HiddenWorker();
  /** @type {WeakMap<NetworkParts, Found>} */
  #found = new WeakMap();

  /** @param {Site} site */
  constructor(site) {
    this.#site = site;
  }

  /**
   * @param {NetworkParts} network
   * @param {Place} place
   * @returns {Real | null} null where it isn't known yet
   */
  of(network, { layer, unit }) {
    const found = this.#found.get(network);
    if (!found) return null;
    const { images, labels } = found.examples;
    const { places, values } = found.layers[layer];
    return { image: images[places[unit]], label: labels[places[unit]], value: values[unit] };
  }

  /**
   * How many images were tried; 0 before.
   * @param {NetworkParts} network
   */
  count(network) {
    return this.#found.get(network)?.examples.images.length ?? 0;
  }

  /**
   * Try real images on a network.
   * @param {string} model
   * @param {NetworkParts} network
   * @param {(share: number) => void} onProgress
   * @param {AbortSignal} signal
   * @returns {Promise<boolean>} false if there are none here
   */
  async find(model, network, onProgress, signal) {
    if (this.#found.has(network)) return true;
    const examples = await this.#site.images.examples(model, triedImages(network));
    signal.throwIfAborted();
    if (examples.images.length === 0) return false;
    const layers = await this.#worker.strongest(network, examples.images, onProgress, signal);
    this.#worker.end(); // its memory is that of the network
    this.#found.set(network, { examples, layers });
    return true;
  }
}
