// @ts-check
/** The site with a server behind it; its requests are described in docs/reference/http.md. */

import { events } from "./events.js";
import { refuseLarger } from "../base/large.js";
import { pixelsOf } from "../base/task.js";
import {
  asJson, CLOSED_EARLY, errorFromResponse, fromBase64, post, received, request, withImage,
} from "./request.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("./site.js").ModelEntry} ModelEntry */
/** @typedef {import("./site.js").Answer} Answer */
/** @typedef {import("./site.js").IdealAnswer} IdealAnswer */
/** @typedef {import("../base/task.js").Task} Task */

/**
 * @typedef {object} Method
 * @property {string} about in English
 * @property {Record<string, number>} options its own, with their defaults
 */

/**
 * @typedef {object} SearchRequest
 * @property {string} model
 * @property {number} target
 * @property {string} method
 * @property {number} seed
 * @property {Float32Array | null} start null for noise
 * @property {number} every steps between two frames
 */

/**
 * @typedef {object} Frame
 * @property {number} step
 * @property {number} steps
 * @property {number} energy
 * @property {Uint8Array} image greys, 0…255
 */

/** @typedef {{pixel: number, gain: number}} BestFlip */
/** @typedef {{energy: number, gains: number[], best: BestFlip | null}} GainParts */
/** @typedef {Answer & GainParts} Gains */
/** @typedef {{flips: number, place: number, label: string | number, image: Float32Array}} Nearest */

/** @typedef {{file: number}} Limits `file` in bytes; others are not used here */

/**
 * @typedef {object} Fooling
 * @property {number[]} flips pixels, in order
 * @property {boolean} fooled
 * @property {Answer} before
 * @property {Answer} after
 * @property {number[]} indices the predicted class after each flip
 * @property {number[]} margins the target's logit minus the largest other, after each flip
 */

export class Server {
  hasServer = /** @type {const} */ (true);
  #builtin;

  /**
   * @param {{version: string, default: string, models: ModelEntry[],
   *   methods: Record<string, Method>, formats: string[], limits: Limits}} about as in site.json
   */
  constructor(about) {
    this.version = about.version;
    this.models = about.models;
    this.defaultModel = about.default;
    this.methods = about.methods;
    this.accepts = about.formats.join(",");
    this.limits = about.limits;
    this.#builtin = about.models;
  }

  /** Networks that were opened from files. */
  get opened() {
    return this.models.filter((entry) => !this.#builtin.includes(entry));
  }

  /**
   * List networks again that were opened earlier in this session.
   * @param {ModelEntry[]} entries
   * @returns {Promise<ModelEntry[]>} those that the server no longer has
   */
  async restore(entries) {
    const blank = (/** @type {Task} */ task) => [new Float32Array(pixelsOf(task))];
    const found = await Promise.all(entries.map(({ id, task }) => this.classify(id, blank(task)).then(
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
   * @param {string} model
   * @param {Float32Array[]} images
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answer[]>}
   */
  async classify(model, images, signal) {
    const body = { model, images: images.map((image) => Array.from(image)) };
    return (await post("api/judge", body, signal)).answers.map(withIndex);
  }

  /**
   * @param {string} model
   * @param {number} index of the class
   * @param {AbortSignal} [signal]
   * @returns {Promise<IdealAnswer>}
   */
  async ideal(model, index, signal) {
    const query = new URLSearchParams({ model, target: this.#task(model).classes[index] });
    const response = await request(`api/ideal?${query}`, { signal });
    const ideal = await received(response.json(), signal);
    return { ...withImage(ideal), index };
  }

  /**
   * @param {File} file
   * @param {Record<string, string>} declared of its task: shape and classes
   * @returns {Promise<ModelEntry>}
   */
  async openModel(file, declared = {}) {
    refuseLarger(file, this.limits.file);
    const body = new FormData();
    for (const [name, value] of Object.entries(declared)) body.append(name, value);
    body.append("file", file);
    const response = await request("api/models", { method: "POST", body });
    const entry = await received(response.json());
    this.models = [...this.models.filter(({ id }) => id !== entry.id), entry];
    return entry;
  }

  /**
   * Search, and call `onFrame` with each frame.
   * @param {SearchRequest} settings
   * @param {(frame: Frame) => void} onFrame
   * @param {AbortSignal} signal stops the search
   * @returns {Promise<IdealAnswer>}
   */
  async search(settings, onFrame, signal) {
    const start = settings.start && Array.from(settings.start);
    const response = await request("api/search", asJson({ ...settings, start }, signal));
    for await (const { type, data } of events(response, signal)) {
      if (type === "frame") onFrame({ ...data, image: fromBase64(data.image) });
      else if (type === "ideal") return { ...withImage(data), index: settings.target };
      else throw errorFromResponse(data);
    }
    throw new UserError(CLOSED_EARLY);
  }

  /**
   * @param {string} model
   * @param {number} target
   * @param {Float32Array} image binary
   * @param {AbortSignal} [signal]
   * @returns {Promise<Gains>}
   */
  async gains(model, target, image, signal) {
    const body = { model, target, image: Array.from(image) };
    return withIndex(await post("api/gains", body, signal));
  }

  /**
   * @param {string} model
   * @param {Float32Array} image binary
   * @param {AbortSignal} [signal]
   * @returns {Promise<Nearest>}
   */
  async nearest(model, image, signal) {
    return withImage(await post("api/nearest", { model, image: Array.from(image) }, signal));
  }

  /**
   * @param {string} model
   * @param {Float32Array} image binary
   * @param {number} target
   * @param {AbortSignal} [signal]
   * @returns {Promise<Fooling>}
   */
  async fool(model, image, target, signal) {
    const found = await post("api/fool", { model, image: Array.from(image), target }, signal);
    const { classes } = this.#task(model);
    const indices = found.digits ?? found.labels.map((/** @type {string} */ label) => classes.indexOf(label));
    const [before, after] = [found.before, found.after].map(withIndex);
    return { ...found, before, after, indices };
  }

  /**
   * @param {string} model
   * @param {Uint8Array[]} images greys of the model's images
   * @param {number} fps
   * @returns {Promise<Blob>}
   */
  async gif(model, images, fps) {
    const encoded = images.map((image) => btoa(String.fromCharCode(...image)));
    const response = await request("api/gif", asJson({ model, images: encoded, fps }));
    return received(response.blob());
  }

  /** @param {string} model */
  #task(model) {
    const entry = this.models.find(({ id }) => id === model);
    return /** @type {ModelEntry} */ (entry).task;
  }
}

/**
 * Add the index of the predicted class, which responses name in different ways.
 * @template {{logits: number[]}} T
 * @param {T} answer
 * @returns {T & {index: number}}
 */
function withIndex(answer) {
  return { ...answer, index: answer.logits.indexOf(Math.max(...answer.logits)) };
}
