// @ts-check
/**
 * Networks and their answers: those that the kernel evaluates are computed in the page, others by
 * the server, if there is one.
 */

import { UserError } from "../base/user_error.js";
import { download, readAll } from "./download.js";
import { dataOf, listedLike } from "./listed.js";
import { Networks } from "./networks.js";
import { Openings } from "./openings.js";
import { OwnNetworks } from "./own_networks.js";
import { PageBackend } from "./page_backend.js";
import { received } from "./request.js";
import { bytesOf, Priors } from "./priors.js";
import { RealImages } from "./real_images.js";
import { Server } from "./server.js";
import { TrainingImages } from "./training_images.js";
import { countOf } from "../numbers/weights.js";

/** @typedef {import("./page_backend.js").LocalEntry} LocalEntry */
/** @typedef {import("./kinds.js").ModelEntry} ModelEntry */
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
const NOT_FOUND = 404;

export class Site {
  /**
   * Replaceable: called where something begins to load, with the key of a text and its name.
   * @type {(text: string, name: string) => import("./download.js").Loading}
   */
  onLoading = () => ({ progress: () => {}, end: () => {} });
  #server;
  #page;
  #priors;
  #own;
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
    this.#server = about.server && about.limits
      ? new Server(about.limits.file, (model) => this.#known(model).task)
      : null;
    const training = new TrainingImages(about.training ?? {}, (title) => this.onLoading("nearest.loading", title));
    this.#priors = new Priors(about.priors ?? [], (prior) =>
      this.#fetchFile("prior", prior.name, prior.values, bytesOf(prior)));
    this.#page = new PageBackend((entry) => this.#fetchFile("network", entry.name, entry.weights, 4 * countOf(entry)), this.#priors);
    this.#own = new OwnNetworks(this.#page, (task) => dataOf(task, about.models), this.#server ?? training);
    this.images = new RealImages(training, this.#server, (model) => this.#known(model), (model) => this.#listed(model));
    const openings = new Openings(this.#own, this.#server, about);
    this.accepts = openings.accepts.join(",");
    const parts = { page: this.#page, server: this.#server, own: this.#own, openings };
    this.networks = new Networks(about.models, parts);
  }

  /**
   * All networks, in the order of the list.
   * @returns {ModelEntry[]}
   */
  get models() {
    return this.networks.all;
  }

  get hasServer() {
    return this.#server !== null;
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
   * Classify many images, perhaps by another network than that of the drawing.
   * @param {string} model
   * @param {Float32Array[]} images
   * @param {AbortSignal} signal
   * @returns {Promise<Answer[]>}
   */
  classifyAside(model, images, signal) {
    return this.#answer(model, (backend) => backend.classifyAside(model, images, signal), signal);
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
   * Load the prior of a task; null if there is none.
   * @param {import("../base/task.js").Task} task
   */
  async priorOf(task) {
    const name = this.#priors.nameFor(task);
    return name === null ? null : this.#priors.load(name);
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
   * Encode an animation; only a server does.
   * @param {string} model
   * @param {Uint8Array[]} images greys of the model's images
   * @param {number} fps
   */
  gif(model, images, fps) {
    if (!this.#server) throw new Error("this needs a server");
    return this.#server.gif(this.#known(model).task, images, fps);
  }

  /**
   * What evaluates a network.
   * @param {string} model
   * @returns {"page" | "server" | "onnx"} `onnx`: the server, by ONNX Runtime
   */
  evaluator(model) {
    const entry = this.#known(model);
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
   * Have a network evaluated by the page or, where that can't, by the server.
   * @template T
   * @param {string} model
   * @param {(backend: PageBackend | Server) => Promise<T>} compute
   * @param {AbortSignal} [signal]
   * @returns {Promise<T>}
   */
  async #answer(model, compute, signal) {
    const entry = this.#entry(model);
    if (!entry) throw new UserError("model.gone"); // it was forgotten a moment ago
    const server = this.#own.has(entry) ? null : this.#server;
    if (server && !this.isEvaluatedHere(entry)) return askedFor(model, compute(server));
    try {
      if (!this.#page.has(model)) await this.#page.load(/** @type {LocalEntry} */ (entry));
      signal?.throwIfAborted();
      return await compute(this.#page);
    } catch (error) {
      if (!server || !(error instanceof UserError && PAGE_FAILED.includes(error.key))) throw error;
      this.#refused.add(model);
      return askedFor(model, compute(server));
    }
  }

  /**
   * A network that the server knows, of the same data set, for one that the page has opened.
   * @param {string} model
   */
  #listed(model) {
    const entry = this.#known(model);
    return this.#own.has(entry) ? listedLike(entry, this.networks.builtin).id : model;
  }

  /**
   * @param {"network" | "prior"} kind of what is loaded
   * @param {string} name
   * @param {string} address
   * @param {number} size in bytes
   */
  async #fetchFile(kind, name, address, size) {
    const loading = this.onLoading("model.loading", name);
    try {
      if (!this.#server) return await download(address, size, loading, new UserError(`file.${kind}`, { name }));
      return await received(readAll(await this.#server.weights(address), size, loading));
    } finally {
      loading.end();
    }
  }

  /** @param {string} model that is listed */
  #known(model) {
    return /** @type {ModelEntry} */ (this.#entry(model));
  }

  /**
   * @param {string} model
   * @returns {ModelEntry | undefined}
   */
  #entry(model) {
    return this.networks.entry(model);
  }
}

/**
 * What a server computes, or its error, which has the network's id where that is why.
 * @template T
 * @param {string} model
 * @param {Promise<T>} computed
 * @returns {Promise<T>}
 */
async function askedFor(model, computed) {
  try {
    return await computed;
  } catch (error) {
    if (error instanceof UserError && error.status === NOT_FOUND) error.missingModel = model;
    throw error;
  }
}

/** Open the site that served the page. */
export async function openSite() {
  return new Site(await (await fetch("site.json")).json());
}
