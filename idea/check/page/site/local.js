// @ts-check
/** The site without a server: the page itself classifies and searches. */

import { UserError } from "../base/user_error.js";
import { withImage } from "./request.js";
import { DIGITS, pixelsOf } from "../base/task.js";
import { Searches } from "../numbers/searches.js";
import { answerOf } from "../numbers/softmax.js";
import { parseDat, parseWeights } from "../numbers/weights.js";

/** @typedef {import("../numbers/network.js").Network} Network */
/** @typedef {import("./site.js").ModelEntry} ModelEntry */
/** @typedef {import("./site.js").Answer} Answer */
/** @typedef {import("./site.js").IdealAnswer} IdealAnswer */

/**
 * @typedef {object} Files
 * @property {string} weights address of the network's, as bare floats
 * @property {number[]} check logits of the image that is 0.5 everywhere
 * @property {string} [ideals] address of all, in the order of the classes, each as the server
 *   returns it
 *
 * @typedef {ModelEntry & Files & import("../numbers/weights.js").Shapes} LocalEntry
 */

const LARGEST = 200; // million bytes
// Logits that differ by a larger share than this aren't the same network's.
const TOLERANCE = 1e-3;

export class Local {
  hasServer = /** @type {const} */ (false);
  accepts = ".dat";
  /** @type {Record<string, import("./server.js").Method>} */
  methods = {};
  /** @type {ModelEntry[]} */
  models;
  /** @type {LocalEntry[]} those that came with the site */
  #entries;
  #searches = new Searches();
  /** @type {Map<string, Promise<Network>>} by id */
  #networks = new Map();
  /** @type {Map<string, Promise<IdealAnswer[]>>} by address */
  #ideals = new Map();

  /** @param {{version: string, default: string, models: LocalEntry[]}} about as in site.json */
  constructor(about) {
    this.version = about.version;
    this.defaultModel = about.default;
    this.models = this.#entries = about.models;
  }

  /**
   * @param {string} model
   * @param {Float32Array[]} images
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answer[]>}
   */
  async classify(model, images, signal) {
    const network = await this.#network(model);
    signal?.throwIfAborted();
    return images.map((image) => answerOf(network.logits(image)));
  }

  /**
   * @param {string} model
   * @param {number} target
   * @param {AbortSignal} [signal]
   * @returns {Promise<IdealAnswer>}
   */
  async ideal(model, target, signal) {
    const address = this.#entry(model)?.ideals;
    if (!address) return this.#searches.ideal(await this.#network(model), target, signal);
    const ideals = await once(this.#ideals, address, () => fetchIdeals(address));
    signal?.throwIfAborted();
    return ideals[target];
  }

  /**
   * @param {File} file
   * @returns {Promise<ModelEntry>}
   */
  async openModel(file) {
    const { name, size } = file;
    if (!name.toLowerCase().endsWith(".dat")) throw new UserError("dat.kind", { name });
    if (size > LARGEST * 1e6) throw new UserError("dat.large", { name, most: LARGEST });
    const buffer = await file.arrayBuffer().catch(() => {
      throw new UserError("dat.unreadable", { name });
    });
    const network = parseDat(buffer, name);
    const known = { task: DIGITS, data: "mnist", accuracy: null };
    const entry = { id: `opened ${name}`, name, network: network.shape, ...known };
    this.#networks.set(entry.id, Promise.resolve(network));
    this.models = [...this.models.filter(({ id }) => id !== entry.id), entry];
    return entry;
  }

  /** @param {string} model */
  #entry(model) {
    return this.#entries.find(({ id }) => id === model);
  }

  /** @param {string} model */
  #network(model) {
    return once(this.#networks, model, async () => {
      const entry = /** @type {LocalEntry} */ (this.#entry(model));
      const buffer = await (await fetchFile(entry.weights)).arrayBuffer();
      const network = parseWeights(buffer, entry, entry.task, entry.name);
      checkLogits(network, entry);
      return network;
    });
  }
}

/**
 * Check that a file was read right: its logits for a grey image are known.
 * @param {Network} network
 * @param {LocalEntry} entry
 */
function checkLogits(network, { name, task, check }) {
  const logits = network.logits(new Float32Array(pixelsOf(task)).fill(0.5));
  const largest = Math.max(...check.map(Math.abs));
  const furthest = Math.max(...check.map((logit, index) => Math.abs(logit - logits[index])));
  // Not "furthest > …": NaN fails this test too.
  if (!(furthest <= TOLERANCE * largest)) throw new UserError("dat.check", { name });
}

/**
 * Return a map's value, or create it; a failure is not stored, so that it can be tried again.
 * @template T
 * @param {Map<string, Promise<T>>} map
 * @param {string} key
 * @param {() => Promise<T>} make
 * @returns {Promise<T>}
 */
function once(map, key, make) {
  const known = map.get(key);
  if (known) return known;
  const made = make();
  map.set(key, made);
  made.catch(() => map.delete(key));
  return made;
}

/**
 * @param {string} address
 * @returns {Promise<IdealAnswer[]>}
 */
async function fetchIdeals(address) {
  /** @type {any[]} */
  const ideals = await (await fetchFile(address)).json();
  return ideals.map((ideal, index) => ({ ...withImage(ideal), index }));
}

/** @param {string} address */
async function fetchFile(address) {
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) throw new UserError("file.unreachable", { address });
  return response;
}
