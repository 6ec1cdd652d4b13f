// @ts-check
/**
 * Networks and their answers: those that the kernel evaluates are computed in the page, others by
 * the server, if there is one.
 */

import { pixelsOf } from "../base/task.js";
import { UserError } from "../base/user_error.js";
import { download, readAll } from "./download.js";
import { dataOf, listedLike } from "./listed.js";
import { Openings } from "./openings.js";
import { OwnNetworks } from "./own_networks.js";
import { PageBackend } from "./page_backend.js";
import { received } from "./request.js";
import { bytesOf, Priors } from "./priors.js";
import { Server } from "./server.js";
import { TrainingImages } from "./training_images.js";
import { countOf } from "../numbers/weights.js";

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
  /**
   * Replaceable: called where something begins to load, with the key of a text and its name.
   * @type {(text: string, name: string) => import("./download.js").Loading}
   */
  onLoading = () => ({ progress: () => {}, end: () => {} });
  #server;
  #page;
  #priors;
  #builtin;
  #training;
  #own;
  #openings;
  /** @type {Set<string>} networks that the kernel has refused, which the server evaluates */
  #refused = new Set();

  /** @param {About} about */
  constructor(about) {
    this.version = about.version;
    this.defaultModel = about.default;
    this.methods = about.methods;
    this.links = { "foot.project": about.project, "foot.licence": about.licence };
    this.join = about.join ?? null;
    this.trainFiles = about.train ?? {};
    this.models = this.#builtin = about.models;
    this.#server = about.server && about.limits
      ? new Server(about.limits.file, (model) => /** @type {ModelEntry} */ (this.#entry(model)).task)
      : null;
    this.#training = new TrainingImages(about.training ?? {}, (title) => this.onLoading("nearest.loading", title));
    this.#priors = new Priors(about.priors ?? [], (prior) =>
      this.#fetchFile(prior.name, prior.values, bytesOf(prior)));
    this.#page = new PageBackend((entry) => this.#fetchFile(entry.name, entry.weights, 4 * countOf(entry)), this.#priors);
    this.#own = new OwnNetworks(this.#page, (task) => dataOf(task, this.#builtin), this.#server ?? this.#training);
    this.#openings = new Openings(this.#own, this.#server, about);
    this.accepts = this.#openings.accepts.join(",");
  }

  get hasServer() {
    return this.#server !== null;
  }

  /** Networks that the server has opened from files. */
  get opened() {
    const isOpened = (/** @type {ModelEntry} */ entry) =>
      !this.#builtin.includes(entry) && !this.#own.has(entry) && !entry.trained;
    return this.models.filter(isOpened);
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
   * @param {import("./page_backend.js").IdealControl} [control]
   * @returns {Promise<IdealAnswer>}
   */
  ideal(model, target, control) {
    return this.#answer(model, (backend) => backend.ideal(model, target, control), control?.signal);
  }

  /**
   * Whether the page evaluates a network, so that it costs a server nothing.
   * @param {ModelEntry} entry
   */
  isEvaluatedHere(entry) {
    const { id } = entry;
    return (this.#page.has(id) || "weights" in entry) && !(this.hasServer && this.#refused.has(id));
  }

  /**
   * How many ideals of a network may be searched at a time.
   * @param {ModelEntry} entry
   */
  lanes(entry) {
    return this.isEvaluatedHere(entry) ? this.#page.lanes : 1;
  }

  /**
   * Return the name of the prior for a network, or null if there is none whose weight is known or
   * can be found.
   * @param {ModelEntry} entry
   */
  priorFor(entry) {
    const canWeigh = entry.prior_weight || this.isEvaluatedHere(entry);
    return canWeigh ? this.#priors.nameFor(entry.task) : null;
  }

  /**
   * Have the page compute what a server doesn't, for a network that it evaluates.
   * @template T
   * @param {string} model
   * @param {(page: PageBackend) => Promise<T>} compute
   * @param {AbortSignal} [signal]
   */
  inPage(model, compute, signal) {
    return this.#answer(model, () => compute(this.#page), signal);
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
   * Whether the training images of a network are known here.
   * @param {string} model
   */
  hasNearest(model) {
    const data = this.#entry(model)?.data ?? null;
    return data !== null && (this.hasServer || this.#training.has(data));
  }

  /**
   * Find the nearest training image, in the page where the site holds them.
   * @param {string} model
   * @param {Float32Array} image binary
   * @param {AbortSignal} [signal]
   * @returns {Promise<import("./server.js").Nearest>}
   */
  async nearest(model, image, signal) {
    const { data, task } = /** @type {ModelEntry} */ (this.#entry(model));
    if (data && this.#training.has(data)) return this.#training.nearest(data, task, image, signal);
    return this.#needServer().nearest(this.#listed(model), image, signal);
  }

  /**
   * Encode an animation; only a server does.
   * @param {string} model
   * @param {Uint8Array[]} images greys of the model's images
   * @param {number} fps
   */
  gif(model, images, fps) {
    return this.#needServer().gif(/** @type {ModelEntry} */ (this.#entry(model)).task, images, fps);
  }

  /**
   * Open a network: in the page or, where that can't, by the server.
   * @param {File} file
   * @param {Record<string, string>} [declared] of its task: shape and classes
   * @param {File[]} [others] that were opened with it, and may hold its numbers
   * @returns {Promise<ModelEntry>}
   */
  async openModel(file, declared = {}, others = []) {
    const entry = await this.#openings.open(file, declared, others);
    Object.assign(entry, { isFile: true, declared });
    this.models = [...this.models.filter(({ id }) => id !== entry.id), entry];
    return entry;
  }

  /**
   * Whether a network is kept in the browser, for later visits.
   * @param {string} model
   */
  isKept(model) {
    return this.#own.isKept(model);
  }

  /**
   * Forget a network that is kept in the browser.
   * @param {string} model
   */
  async forget(model) {
    this.models = this.models.filter(({ id }) => id !== model);
    await this.#own.forget(model);
  }

  /** List the networks that were kept in earlier visits. */
  async restoreKept() {
    await this.#own.restore();
    this.models = [...this.models, ...this.#own.entries.map((entry) => ({ ...entry, isFile: true }))];
  }

  /**
   * What evaluates a network.
   * @param {string} model
   * @returns {"page" | "server" | "onnx"} `onnx`: the server, by ONNX Runtime
   */
  evaluator(model) {
    const entry = /** @type {ModelEntry} */ (this.#entry(model));
    if (this.isEvaluatedHere(entry)) return "page";
    return entry.network === "ONNX" ? "onnx" : "server";
  }

  /**
   * The shapes of a network's weights, or null of one that has others than the kernel's.
   * @param {string} model
   * @returns {Promise<Pick<import("../kernel/kernel.js").NetworkParts, "convolutions" | "layers"> | null>}
   */
  async shapes(model) {
    const entry = this.#entry(model);
    if (entry && "layers" in entry) return /** @type {LocalEntry} */ (entry);
    return this.#page.has(model) ? this.#page.shapes(model) : null;
  }

  /**
   * List networks again that were opened earlier in this session.
   * @param {ModelEntry[]} entries
   * @returns {Promise<ModelEntry[]>} those that the server no longer has
   */
  async restore(entries) {
    const server = this.#server;
    if (!server) return [];
    const known = this.models;
    this.models = [...known, ...entries]; // whose tasks it needs
    const blank = (/** @type {Task} */ task) => [new Float32Array(pixelsOf(task))];
    const found = await Promise.all(entries.map(({ id, task }) => server.classify(id, blank(task)).then(
      () => true,
      (error) => error.status !== 404,
    )));
    this.models = [...known, ...entries.filter((_, i) => found[i])];
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
    const entry = this.#entry(model);
    const server = this.#own.has(entry) ? null : this.#server;
    if (server && (!this.#isHere(model) || this.#refused.has(model))) return compute(server);
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

  /**
   * A network that the server knows, of the same data set, for one that the page has opened.
   * @param {string} model
   */
  #listed(model) {
    const entry = /** @type {ModelEntry} */ (this.#entry(model));
    return this.#own.has(entry) || entry.trained ? listedLike(entry, this.#builtin).id : model;
  }

  /**
   * @param {string} name what is loaded
   * @param {string} address
   * @param {number} size in bytes
   */
  async #fetchFile(name, address, size) {
    const loading = this.onLoading("model.loading", name);
    try {
      if (!this.#server) return await download(address, size, loading);
      return await received(readAll(await this.#server.weights(address), size, loading));
    } finally {
      loading.end();
    }
  }

  #needServer() {
    if (!this.#server) throw new Error("this needs a server");
    return this.#server;
  }

  /**
   * Whether the page has a network's weights, or knows where they are.
   * @param {string} model
   */
  #isHere(model) {
    const entry = this.#entry(model);
    return this.#page.has(model) || (entry !== undefined && "weights" in entry);
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
