// @ts-check
/** How few flips fool a network: of some test images of each class. */

import { binaryOf } from "../base/binary.js";
import { pixelsOf } from "../base/task.js";
import { runnerUp } from "../numbers/softmax.js";
import { KernelWorker } from "../site/kernel_worker.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("./kinds.js").Images} Images */

const [TRIED, COUNTED] = [20, 3]; // images of each class, and how many of those that are classified right

export class Robustness {
  #worker = new KernelWorker({ interrupts: false });

  /**
   * Return the mean of the flips that turn an image into the class that comes second.
   * @param {NetworkParts} network
   * @param {Images} images
     * @returns {Promise<number | null>} null if none was fooled
   */
  async flips(network, images) {
    const counts = [];
    for (const some of testImages(images)) {
      /** @type {import("../site/kinds.js").Answer[]} */
      const answers = await this.#worker.run(network, "classify", { images: some.images });
      const right = [...answers.keys()].filter((place) => answers[place].index === some.index);
      for (const place of right.slice(0, COUNTED)) {
        const given = { image: some.images[place], target: runnerUp(answers[place].logits, some.index) };
        /** @type {import("../site/kinds.js").Fooling} */
        const { flips, fooled } = await this.#worker.run(network, "fool", given);
        if (fooled) counts.push(flips.length);
      }
    }
    return counts.length ? counts.reduce((sum, count) => sum + count) / counts.length : null;
  }
}

/**
 * The first test images of each class, in black and white.
 * @param {Images} images
 */
function testImages({ task, greys, labels, training }) {
  const pixels = pixelsOf(task);
  return task.classes.map((_, index) => {
    /** @type {Float32Array[]} */
    const images = [];
    for (let n = training; n < labels.length && images.length < TRIED; n++) {
      if (labels[n] !== index) continue;
      const image = greys.subarray(n * pixels, (n + 1) * pixels);
      images.push(binaryOf(Float32Array.from(image, (grey) => grey / 255)));
    }
    return { index, images };
  });
}
