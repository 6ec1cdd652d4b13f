// @ts-check
/** The training images that a static site holds: loaded when the nearest is first wanted. */

import { pixelsOf } from "../base/task.js";
import { UserError } from "../base/user_error.js";
import { isMnist } from "../base/task.js";
import { download } from "./download.js";
import { once } from "./once.js";

/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("./download.js").Loading} Loading */
/** @typedef {import("./server.js").Nearest} Nearest */
/** @typedef {import("./nearest.worker.js").Found} Found */

/**
 * The images of a data set, and where they lie.
 * @typedef {object} TrainingEntry
 * @property {string} address
 * @property {string} title
 * @property {number} count
 * @property {number} bytes of the file
 */

const EXAMPLES = 250;

export class TrainingImages {
  #entries;
  #onLoading;
  /** @type {Map<string, Promise<Searcher>>} by data set */
  #searchers = new Map();

  /**
   * @param {Record<string, TrainingEntry>} entries by data set
   * @param {(title: string) => Loading} onLoading
   */
  constructor(entries, onLoading) {
    this.#entries = entries;
    this.#onLoading = onLoading;
  }

  /** @param {string | null} data the name of a data set */
  has(data) {
    return data !== null && data in this.#entries;
  }

  /**
   * Find the training image that differs in the fewest pixels; of equals the first.
   * @param {string} data
   * @param {Task} task
   * @param {Float32Array} image binary
   * @param {AbortSignal} [signal]
   * @returns {Promise<Nearest>}
   */
  async nearest(data, task, image, signal) {
    const searcher = await once(this.#searchers, data, () => this.#load(data, pixelsOf(task)));
    signal?.throwIfAborted();
    const { label, ...found } = /** @type {Found} */ (await searcher.ask({ image }));
    signal?.throwIfAborted();
    return { ...found, label: isMnist(task) ? label : task.classes[label] };
  }

  /**
   * Some of the images, with their classes.
   * @param {string} data
   * @param {Task} task
   * @param {number} [count] at most
   * @returns {Promise<import("../numbers/trial.js").Examples>}
   */
  async examples(data, task, count = EXAMPLES) {
    const searcher = await once(this.#searchers, data, () => this.#load(data, pixelsOf(task)));
    return searcher.ask({ count });
  }

  /**
   * @param {string} data
   * @param {number} pixels
   */
  async #load(data, pixels) {
    const { address, title, count, bytes } = this.#entries[data];
    const loading = this.#onLoading(title);
    try {
      const numbers = await unpacked(await download(address, bytes, loading)).catch(() => null);
      if (numbers?.byteLength !== count * (1 + Math.ceil(pixels / 8))) {
        throw new UserError("data.damaged", { address });
      }
      return new Searcher(numbers, count, pixels);
    } finally {
      loading.end();
    }
  }
}

/** A worker that holds the images. */
class Searcher {
  #worker = new Worker(new URL("nearest.worker.js", import.meta.url), { type: "module" });
  /** @type {Promise<unknown>} settled when all earlier searches are */
  #last = Promise.resolve();

  /**
   * @param {ArrayBuffer} numbers
   * @param {number} count
   * @param {number} pixels
   */
  constructor(numbers, count, pixels) {
    this.#worker.postMessage({ numbers, size: [count, pixels] }, [numbers]);
  }

  /**
   * @param {{image: Float32Array} | {count: number}} request for the nearest, or for some
   * @returns {Promise<any>}
   */
  ask(request) {
    const answer = this.#last.then(() => this.#exchange(request));
    this.#last = answer.catch(() => {});
    return answer;
  }

  /**
   * @param {object} request
   * @returns {Promise<any>}
   */
  #exchange(request) {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => resolve(data);
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new UserError("fail.unknown", { text: event.message ?? "" }));
      };
      this.#worker.postMessage(request);
    });
  }
}

/**
 * @param {ArrayBuffer} bytes compressed, unless the server's headers had the browser unpack them
 * @returns {Promise<ArrayBuffer>}
 */
async function unpacked(bytes) {
  const [first, second] = new Uint8Array(bytes);
  if (first !== 0x1f || second !== 0x8b) return bytes;
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
