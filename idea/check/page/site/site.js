// @ts-check
/**
 * Networks and their answers: those that the kernel evaluates are computed in the page, others by
 * the server, if there is one.
 */

import { isSame, pixelsOf } from "../base/task.js";
import { UserError } from "../base/user_error.js";
import { openDat } from "./dat_file.js";
import { PageBackend } from "./page_backend.js";
import { Server } from "./server.js";

/** @typedef {import("./page_backend.js").LocalEntry} LocalEntry */
/** @typedef {import("../base/task.js").Task} Task */

/** @typedef {import("./kinds.js").ModelEntry} ModelEntry */
/** @typedef {import("./kinds.js").BetterInput} BetterInput */
/** @typedef {import("./kinds.js").Answer} Answer */
/** @typedef {import("./kinds.js").IdealAnswer} IdealAnswer */
/** @typedef {import("./kinds.js").Method} Method */
/** @typedef {import("./kinds.js").SearchRequest} SearchRequest */
/** @typedef {import("./kinds.js").Frame} Frame */
/** @typedef {import("./kinds.js").Gains} Gains */
/** @typedef {import("./kinds.js").Fooling} Fooling */
/** @typedef {import("./kinds.js").About} About */

// Of the kernel, or of weights that it reads as another network: a server may do without them.
const PAGE_FAILED = ["kernel.failed", "dat.check", "dat.finite"];

export class Site {
  /** Replaceable: called where a network's weights begin to load; what it returns, where they end. */
  onLoading = (/** @type {string} */ _name) => () => {};
  #server;
  #page;
  #builtin;
  /** @type {Set<string>} networks that the kernel has refused, which the server evaluates */
  #refused = new Set();

  /** @param {About} about */
  constructor(about) {
    this.version = about.version;
    this.defaultModel = about.default;
    this.methods = about.methods;
    this.trainFiles = about.train ?? {};
    this.accepts = about.formats?.join(",") ?? ".dat";
    this.models = this.#builtin = about.models;
    this.#server = about.server && about.limits
      ? new Server(about.limits.file, (model) => /** @type {ModelEntry} */ (this.#entry(model)).task)
      : null;
    this.#page = new PageBackend((entry) => this.#fetchWeights(entry));
  }

  get hasServer() {
    return this.#server !== null;
  }

  /** Networks that the server has opened from files. */
  get opened() {
    const isOpened = (/** @type {ModelEntry} */ entry) => !this.#builtin.includes(entry) && !entry.trained;
    return this.hasServer ? this.models.filter(isOpened) : [];
  }

  /**
   * Add a network that the page has trained, in place of the one with the same id.
   * @param {ModelEntry} entry
   * @param {import("../kernel/kernel.js").NetworkParts} network
   */
  addTrained(entry, network) {
    this.#page.add(entry.id, network);
    this.models = [...this.models.filter(({ id }) => id !== entry.id), { ...entry, trained: true }];
  }

  /**
   * @param {string} model
   * @param {Float32Array[]} images
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answer[]>}
   */
  classify(model, images, signal) {
    return this.#answer(model, (backend) => backend.classify(model, images, signal), signal);
  }

  /**
   * @param {string} model
   * @param {number} target
   * @param {AbortSignal} [signal]
   * @returns {Promise<IdealAnswer>}
   */
  ideal(model, target, signal) {
    return this.#answer(model, (backend) => backend.ideal(model, target, signal), signal);
  }

  /**
   * Search, and call `onFrame` with each frame.
   * @param {SearchRequest} request
   * @param {(frame: Frame) => void} onFrame
   * @param {AbortSignal} signal stops the search
   * @returns {Promise<IdealAnswer>}
   */
  search(request, onFrame, signal) {
    return this.#answer(request.model, (backend) => backend.search(request, onFrame, signal), signal);
  }

  /**
   * @param {string} model
   * @param {number} target
   * @param {Float32Array} image binary
   * @param {AbortSignal} [signal]
   * @returns {Promise<Gains>}
   */
  gains(model, target, image, signal) {
    return this.#answer(model, (backend) => backend.gains(model, target, image, signal), signal);
  }

  /**
   * Find few flips that lead to a class.
   * @param {string} model
   * @param {Float32Array} image binary
   * @param {number} target
   * @param {AbortSignal} [signal]
   * @returns {Promise<Fooling>}
   */
  fool(model, image, target, signal) {
    return this.#answer(model, (backend) => backend.fool(model, image, target, signal), signal);
  }

  /**
   * Find the nearest training image; only a server has them.
   * @param {string} model
   * @param {Float32Array} image binary
   * @param {AbortSignal} [signal]
   */
  nearest(model, image, signal) {
    return this.#needServer().nearest(this.#known(model), image, signal);
  }

  /**
   * Encode an animation; only a server does.
   * @param {string} model
   * @param {Uint8Array[]} images greys of the model's images
   * @param {number} fps
   */
  gif(model, images, fps) {
    return this.#needServer().gif(this.#known(model), images, fps);
  }

  /**
   * @param {File} file
   * @param {Record<string, string>} [declared] of its task: shape and classes
   * @returns {Promise<ModelEntry>}
   */
  async openModel(file, declared) {
    const entry = this.#server ? await this.#server.openModel(file, declared) : await this.#openHere(file);
    this.models = [...this.models.filter(({ id }) => id !== entry.id), entry];
    return entry;
  }

  /**
   * List networks again that were opened earlier in this session.
   * @param {ModelEntry[]} entries
   * @returns {Promise<ModelEntry[]>} those that the server no longer has
   */
  async restore(entries) {
    const server = this.#server;
    if (!server) return [];
    this.models = [...this.#builtin, ...entries]; // whose tasks it needs
    const blank = (/** @type {Task} */ task) => [new Float32Array(pixelsOf(task))];
    const found = await Promise.all(entries.map(({ id, task }) => server.classify(id, blank(task)).then(
      () => true,
      (error) => error.status !== 404,
    )));
    this.models = [...this.#builtin, ...entries.filter((_, i) => found[i])];
    return entries.filter((_, i) => !found[i]);
  }

  /**
   * Remove an opened network from the list.
   * @param {ModelEntry} entry
   * @returns {boolean} whether it was one
   */
  removeOpened(entry) {
    const wasOpened = this.opened.includes(entry);
    if (wasOpened) this.models = this.models.filter((other) => other !== entry);
    return wasOpened;
  }

  /**
   * Have a network evaluated by the page or, where that can't, by the server.
   * @template T
   * @param {string} model
   * @param {(backend: PageBackend | Server) => Promise<T>} compute
   * @param {AbortSignal} [signal]
   * @returns {Promise<T>}
   */
  async #answer(model, compute, signal) {
    const server = this.#server;
    const entry = this.#entry(model);
    const isHere = this.#page.has(model) || (entry !== undefined && "weights" in entry);
    if (server && (!isHere || this.#refused.has(model))) return compute(server);
    try {
      if (entry && !this.#page.has(model)) await this.#page.load(/** @type {LocalEntry} */ (entry));
      signal?.throwIfAborted();
      return await compute(this.#page);
    } catch (error) {
      if (!server || !(error instanceof UserError && PAGE_FAILED.includes(error.key))) throw error;
      this.#refused.add(model);
      return compute(server);
    }
  }

  /** @param {File} file */
  async #openHere(file) {
    const { entry, network } = await openDat(file);
    this.#page.add(entry.id, network);
    return entry;
  }

  /** @param {LocalEntry} entry */
  async #fetchWeights({ name, weights }) {
    const done = this.onLoading(name);
    try {
      if (this.#server) return await this.#server.weights(weights);
      const response = await fetch(weights).catch(() => null);
      const buffer = response?.ok ? await response.arrayBuffer().catch(() => null) : null;
      if (!buffer) throw new UserError("file.unreachable", { address: weights });
      return buffer;
    } finally {
      done();
    }
  }

  #needServer() {
    if (!this.#server) throw new Error("this needs a server");
    return this.#server;
  }

  /**
   * A network with the same task that the server has.
   * @param {string} model
   */
  #known(model) {
    const entry = this.#entry(model);
    if (!entry?.trained) return model;
    return this.#builtin.find(({ task }) => isSame(task, entry.task))?.id ?? model;
  }

  /** @param {string} model */
  #entry(model) {
    return this.models.find(({ id }) => id === model);
  }
}

/** Open the site that served the page. */
export async function openSite() {
  return new Site(await (await fetch("site.json")).json());
}
