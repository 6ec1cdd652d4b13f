// @ts-check
/** Answers that the page computes itself, by the kernel in workers. */

import { pixelsOf } from "../base/task.js";
import { UserError } from "../base/user_error.js";
import { KernelWorker } from "./kernel_worker.js";
import { once } from "./once.js";
import { parseWeights } from "../numbers/weights.js";
import { PLAIN } from "../numbers/positions.js";
import { WorkerPool } from "./worker_pool.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("./site.js").ModelEntry} ModelEntry */
/** @typedef {import("./site.js").Answer} Answer */
/** @typedef {import("./site.js").IdealAnswer} IdealAnswer */
/** @typedef {import("./site.js").Frame} Frame */
/** @typedef {import("./site.js").Gains} Gains */
/** @typedef {import("./site.js").Fooling} Fooling */
/** @typedef {import("./site.js").SearchRequest} SearchRequest */
/** @typedef {import("./kinds.js").SearchKind} SearchKind */
/** @typedef {import("./kinds.js").Objective} Objective */
/** @typedef {import("./priors.js").Priors} Priors */

/**
 * Where a network's weights lie, and what they are.
 * @typedef {object} WeightsFile
 * @property {string} weights the address
 * @property {number[]} check logits of the image that is 0.5 everywhere
 *
 * @typedef {ModelEntry & WeightsFile & import("../numbers/weights.js").Shapes} LocalEntry
 */

// Logits that differ by a larger share than this aren't the same network's.
const TOLERANCE = 1e-3;
/**
 * @typedef {object} IdealControl
 * @property {SearchKind} [kind] of search; without one it is that of `idea.find` without options
 * @property {number} [run] of several
 * @property {(frame: Frame) => void} [onFrame]
 * @property {AbortSignal} [signal]
 */

export class PageBackend {
  /** @type {Map<string, () => Promise<NetworkParts>>} what reads networks that the browser keeps */
  #kept = new Map();
  #fetch;
  // Classification follows the pen, so it waits for no search; and a search that one watches
  // doesn't wait for ten ideals.
  #quick = new KernelWorker({ interrupts: false });
  #ideals = new WorkerPool();
  #aside = new KernelWorker({ interrupts: false });
  #watched = new KernelWorker({ interrupts: true });
  /** @type {Map<string, Promise<NetworkParts>>} by model */
  #networks = new Map();
  /** @type {WeakMap<NetworkParts, Map<string, IdealAnswer>>} by what was requested */
  #found = new WeakMap();
  #priors;

  /**
   * @param {(entry: LocalEntry) => Promise<ArrayBuffer>} fetchWeights
   * @param {Priors} priors
   */
  constructor(fetchWeights, priors) {
    this.#fetch = fetchWeights;
    this.#priors = priors;
  }

  /** How many ideals it searches at a time. */
  get lanes() {
    return this.#ideals.size;
  }

  /**
   * @param {NetworkParts} network
   * @param {Float32Array[]} images
   * @returns {Promise<Answer[]>}
   */
  evaluate(network, images) {
    return this.#quick.run(network, "classify", { images });
  }

  /**
   * Take a network that was opened from a file, if the kernel does.
   * @param {string} model
   * @param {NetworkParts} network
   */
  async add(model, network) {
    await this.evaluate(network, [new Float32Array(pixelsOf(network))]);
    this.#networks.set(model, Promise.resolve(network));
  }

  /**
   * Take a network that is read once it is needed.
   * @param {string} model
   * @param {() => Promise<NetworkParts>} read
   */
  addLater(model, read) {
    this.#kept.set(model, read);
  }

  /** @param {string} model */
  remove(model) {
    this.#networks.delete(model);
    this.#kept.delete(model);
  }

  /** @param {string} model */
  has(model) {
    return this.#networks.has(model) || this.#kept.has(model);
  }

  /**
   * @param {string} model
   * @returns {Promise<NetworkParts>}
   */
  shapes(model) {
    return this.#network(model);
  }

  /**
   * Load a network, unless it is here.
   * @param {LocalEntry} entry
   * @returns {Promise<unknown>}
   */
  load(entry) {
    return once(this.#networks, entry.id, async () => {
      const network = parseWeights(await this.#fetch(entry), entry, entry.task, entry.name);
      const grey = new Float32Array(pixelsOf(entry.task)).fill(0.5);
      const [{ logits }] = await this.#quick.run(network, "classify", { images: [grey] });
      checkLogits(logits, entry);
      return network;
    });
  }

  /**
   * @param {string} model
   * @param {Float32Array[]} images
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answer[]>}
   */
  async classify(model, images, signal) {
    return this.#quick.run(await this.#network(model), "classify", { images }, { signal });
  }

  /**
   * Classify images while others are drawn, by another network than that of the drawing.
   * @param {string} model
   * @param {Float32Array[]} images
   * @param {AbortSignal} signal
   * @returns {Promise<Answer[]>}
   */
  async classifyAside(model, images, signal) {
    return this.#aside.run(await this.#network(model), "classify", { images }, { signal });
  }

  /**
   * @param {string} model
   * @param {number} target
   * @param {IdealControl} [control]
   * @returns {Promise<IdealAnswer>}
   */
  async ideal(model, target, { kind = PLAIN, run = 0, ...control } = {}) {
    const network = await this.#network(model);
    const found = this.#found.get(network) ?? new Map();
    this.#found.set(network, found);
    const { method, every, options, objective } = kind;
    const wanted = { target, run, method, options, objective };
    const key = JSON.stringify(wanted);
    if (!found.has(key)) {
      const given = { ...wanted, ...await this.#maximised(objective), seed: 0, start: null, every };
      const ideal = await this.#ideals.run(network, "search", given, control);
      if (!found.has(key)) found.set(key, ideal); // or another panel was first
    }
    return found.get(key);
  }

  /**
   * Return the weight of a prior that is chosen for a network, which takes seconds.
   * @param {string} model
   * @param {string} name the prior's
   * @returns {Promise<number>}
   */
  async priorWeight(model, name) {
    const [network, prior] = await Promise.all([this.#network(model), this.#priors.load(name)]);
    return this.#ideals.run(network, "weigh", { prior });
  }

  /** @param {string} name of a prior */
  prior(name) {
    return this.#priors.load(name);
  }

  /**
   * @param {SearchRequest} request
   * @param {(frame: Frame) => void} onFrame
   * @param {AbortSignal} signal
   * @returns {Promise<IdealAnswer>}
   */
  async search({ model, objective, ...settings }, onFrame, signal) {
    const given = { ...settings, ...await this.#maximised(objective) };
    signal.throwIfAborted();
    return this.#watched.run(await this.#network(model), "search", given, { signal, onFrame });
  }

  /**
   * @param {string} model
   * @param {number} target
   * @param {Float32Array} image binary
   * @param {AbortSignal} [signal]
   * @returns {Promise<Gains>}
   */
  async gains(model, target, image, signal) {
    return this.#quick.run(await this.#network(model), "gains", { target, image }, { signal });
  }

  /**
   * @param {string} model
   * @param {Float32Array} image binary
   * @param {number} target
   * @param {AbortSignal} [signal]
   * @returns {Promise<Fooling>}
   */
  async fool(model, image, target, signal) {
    return this.#watched.run(await this.#network(model), "fool", { target, image }, { signal });
  }

  /**
   * Return an objective as the kernel takes it, with its prior.
   * @param {Objective} [objective]
   */
  async #maximised(objective) {
    if (!objective) return {};
    const { smooth, prior, prior_weight: priorWeight } = objective;
    if (!prior || priorWeight === 0) return { objective: { smooth } };
    return { objective: { smooth, priorWeight }, prior: await this.#priors.load(prior) };
  }

  /** @param {string} model */
  #network(model) {
    const read = this.#kept.get(model);
    if (read) return once(this.#networks, model, read);
    return /** @type {Promise<NetworkParts>} */ (this.#networks.get(model));
  }
}

/**
 * Check that a file was read right: its logits for a grey image are known.
 * @param {number[]} logits
 * @param {LocalEntry} entry
 */
function checkLogits(logits, { name, check }) {
  const largest = Math.max(...check.map(Math.abs));
  const furthest = Math.max(...check.map((logit, index) => Math.abs(logit - logits[index])));
  // Not "furthest > …": NaN fails this test too.
  if (!(furthest <= TOLERANCE * largest)) throw new UserError("dat.check", { name });
}
