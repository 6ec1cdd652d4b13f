// @ts-check
/** Ideals that follow a network while it learns: each search goes on from the image before. */

import { bytesOf } from "../base/binary.js";
import { answerOf } from "./softmax.js";

/** @typedef {import("../kernel/kernel.js").Network} Network */
/** @typedef {import("./prior_weight.js").Prior} Prior */

/**
 * @typedef {object} Climb
 * @property {Float32Array[]} starts an image for each class
 * @property {{smooth: number, priorWeight: number} | null} [objective] null: the logit
 * @property {Prior | null} [prior]
 * @property {number} [steps] with which an objective is annealed
 * @property {number} [seed] of that
 *
 * @typedef {object} Climbed
 * @property {Float32Array} image
 * @property {Uint8Array} greys the same, 0…255
 * @property {number} energy the logit of its class
 * @property {number} index the class that the network sees
 */

/**
 * Climb on; with an objective, which a climb alone leaves with fragments, also anneal, and take the
 * better of both.
 * @param {Network} network
 * @param {Climb} given
 * @returns {Climbed[]}
 */
export function climb(network, { starts, objective = null, prior = null, steps = 0, seed = 0 }) {
  if (prior) network.setPrior(prior);
  const images = starts.map((start, target) => {
    const goal = { target, ...objective };
    const climbed = found(network, start, goal, { method: "greedy" });
    if (!objective) return climbed.image;
    const annealed = found(network, start, goal, { method: "anneal", options: { steps }, seed });
    return (annealed.energy > climbed.energy ? annealed : climbed).image;
  });
  return network.logits(images).map((logits, target) => ({
    image: images[target],
    greys: bytesOf(images[target]),
    energy: logits[target],
    index: answerOf(logits).index,
  }));
}

/**
 * @param {Network} network
 * @param {Float32Array} start
 * @param {{target: number, smooth?: number, priorWeight?: number}} goal
 * @param {import("../kernel/state.js").SearchSettings} settings
 */
function found(network, start, goal, settings) {
  const state = network.state(start, goal);
  try {
    state.search(settings);
    return { image: state.image, energy: state.exactEnergy };
  } finally {
    state.free();
  }
}
