// @ts-check
/** Real images of a network's data set: in the page where the site holds them, or by the server. */

/** @typedef {import("./kinds.js").ModelEntry} ModelEntry */
/** @typedef {import("./server.js").Server} Server */
/** @typedef {import("./training_images.js").TrainingImages} TrainingImages */

export class RealImages {
  #training;
  #server;
  #entry;
  #listed;

  /**
   * @param {TrainingImages} training
   * @param {Server | null} server
   * @param {(model: string) => ModelEntry} entry
   * @param {(model: string) => string} listed a network of the same data set that the server knows
   */
  constructor(training, server, entry, listed) {
    this.#training = training;
    this.#server = server;
    this.#entry = entry;
    this.#listed = listed;
  }

  /**
   * Whether the nearest to an image can be found.
   * @param {string} model
   */
  hasNearest(model) {
    const { data } = this.#entry(model);
    if (!data) return false;
    return this.#server !== null || this.#training.has(data);
  }

  /**
   * Find the nearest training image.
   * @param {string} model
   * @param {Float32Array} image binary
   * @param {AbortSignal} [signal]
   * @returns {Promise<import("./server.js").Nearest>}
   */
  async nearest(model, image, signal) {
    const { data, task } = this.#entry(model);
    if (data && this.#training.has(data)) return this.#training.nearest(data, task, image, signal);
    if (!this.#server) throw new Error("this needs a server");
    return this.#server.nearest(this.#listed(model), image, signal);
  }

  /**
   * Some images, or none where the data set isn't known or isn't here.
   * @param {string} model
   * @param {number} count at most
   * @returns {Promise<import("../numbers/trial.js").Examples>}
   */
  async examples(model, count) {
    const { data, task } = this.#entry(model);
    if (data && this.#training.has(data)) return this.#training.examples(data, task, count);
    if (data && this.#server) return this.#server.examples(data, task, count);
    return { images: [], labels: [] };
  }
}
