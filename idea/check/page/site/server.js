// @ts-check
/** Answers that a server computes; the requests are described in docs/reference/http.md. */

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

/** @typedef {import("./site.js").Frame} Frame */
/** @typedef {import("./site.js").Gains} Gains */
/** @typedef {import("./site.js").Fooling} Fooling */
/** @typedef {import("./site.js").SearchRequest} SearchRequest */
/** @typedef {{flips: number, place: number, label: string | number, image: Float32Array}} Nearest */

const WHITE = 255;

export class Server {
  #mostBytes;
  #taskOf;

  /**
   * @param {number} mostBytes of a network's file
   * @param {(model: string) => Task} taskOf
   */
  constructor(mostBytes, taskOf) {
    this.#mostBytes = mostBytes;
    this.#taskOf = taskOf;
  }

  /** @param {string} address of a network's weights */
  weights(address) {
    return request(address, {});
  }

  /**
   * @param {string} model
   * @param {Float32Array[]} images
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answer[]>}
   */
  async classify(model, images, signal) {
    const body = { model, images: images.map((image) => Array.from(image)) };
    return (await post("api/classify", body, signal)).answers.map(withIndex);
  }

  /**
   * @param {string} model
   * @param {number} index of the class
   * @param {import("./page_backend.js").IdealControl} [control]
   * @returns {Promise<IdealAnswer>}
   */
  async ideal(model, index, { kind, signal, onFrame = () => {} } = {}) {
    if (kind?.objective) {
      const { method, every, options, objective } = kind;
      const request = { model, target: index, method, seed: 0, start: null, every, options, objective };
      return this.search(request, onFrame, signal ?? new AbortController().signal);
    }
    const query = new URLSearchParams({ model, target: this.#taskOf(model).classes[index] });
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
    refuseLarger(file, this.#mostBytes);
    const body = new FormData();
    for (const [name, value] of Object.entries(declared)) body.append(name, value);
    body.append("file", file);
    const response = await request("api/models", { method: "POST", body });
    return received(response.json());
  }

  /**
   * Search, and call `onFrame` with each frame.
   * @param {SearchRequest} settings
   * @param {(frame: Frame) => void} onFrame
   * @param {AbortSignal} signal stops the search
   * @returns {Promise<IdealAnswer>}
   */
  async search({ run: _, objective, ...settings }, onFrame, signal) {
    const start = settings.start && Array.from(settings.start);
    const { prior, prior_weight, smooth } = objective ?? {};
    const ofPrior = prior ? { prior, prior_weight } : {};
    const body = { ...settings, start, smooth, ...ofPrior };
    const response = await request("api/search", asJson(body, signal));
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
   * Some test images, with their classes; none where the server has no data.
   * @param {string} data the name of a data set
   * @param {Task} task its task
   * @param {number} [count] at most
   * @returns {Promise<import("../numbers/trial.js").Examples>}
   */
  async examples(data, task, count) {
    const pixels = pixelsOf(task);
    const query = new URLSearchParams(count ? { data, count: String(count) } : { data });
    const response = await request(`api/examples?${query}`, {});
    const bytes = new Uint8Array(await received(response.arrayBuffer()));
    const labels = Array.from(bytes.subarray(0, bytes.length / (1 + pixels)));
    const begin = (/** @type {number} */ place) => labels.length + place * pixels;
    const images = labels.map((_, place) => Float32Array.from(bytes.subarray(begin(place), begin(place + 1)), (grey) => grey / WHITE));
    return { images, labels, areTest: true };
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
    const { classes } = this.#taskOf(model);
    const indices = found.digits ?? found.labels.map((/** @type {string} */ label) => classes.indexOf(label));
    const [before, after] = [found.before, found.after].map(withIndex);
    return { ...found, before, after, indices };
  }

  /**
   * @param {Task} size of the images
   * @param {Uint8Array[]} images greys
   * @param {number} fps
   * @returns {Promise<Blob>}
   */
  async gif({ height, width }, images, fps) {
    const encoded = images.map((image) => btoa(String.fromCharCode(...image)));
    const response = await request("api/gif", asJson({ height, width, images: encoded, fps }));
    return received(response.blob());
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
