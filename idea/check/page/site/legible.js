// @ts-check
/** Searches whose ideas one can read, without a model of what is usual. */

import { isMnist, pixelsOf } from "../base/task.js";

/** @typedef {import("./site.js").Site} Site */
/** @typedef {import("./site.js").SearchRequest} SearchRequest */
/** @typedef {import("../base/task.js").Task} Task */

// MNIST's digits were scaled to fit the 20 by 20 pixels in the middle.
const MARGIN = 4;
// What two neighbours that differ cost, as a share of what a pixel contributes to the energy of the plain
// ideal, times the side of images: outlines grow with it, but the number of pixels with its square.
const STIFFNESS = 0.1;
// Of 24 seeds that with the clearest fives of the bundled networks.
const [METHOD, SEED, EVERY] = ["anneal", 4, 100];

/**
 * A search for a smooth image, whose penalty suits the network's logits.
 * @param {Site} site
 * @param {string} model
 * @param {Task} task
 * @param {number} target
 * @param {AbortSignal} signal
 * @returns {Promise<SearchRequest>}
 */
export async function legibleSearch(site, model, task, target, signal) {
  const ideal = await site.ideal(model, target, signal);
  const [{ logits }] = await site.classify(model, [new Float32Array(pixelsOf(task))], signal);
  const share = (ideal.energy - logits[target]) / pixelsOf(task);
  const smooth = STIFFNESS * share * Math.sqrt(pixelsOf(task));
  const objective = { smooth, frozen: isMnist(task) ? margins(task) : undefined };
  return { model, target, method: METHOD, seed: SEED, start: null, every: EVERY, objective };
}

/**
 * The pixels outside the middle of an image.
 * @param {Task} task
 */
function margins({ height, width }) {
  const isOutside = (/** @type {number} */ at, /** @type {number} */ length) =>
    at < MARGIN || at >= length - MARGIN;
  return Array.from({ length: height * width }, (_, pixel) =>
    isOutside(pixel % width, width) || isOutside(Math.floor(pixel / width), height),
  );
}
