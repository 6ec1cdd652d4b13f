// @ts-check
/** Ideals that follow a network while it learns: each search goes on from the image before. */

import { bytesOf } from "../base/binary.js";
import { answerOf } from "./softmax.js";

/** @typedef {import("../kernel/kernel.js").Network} Network */

/**
 * @typedef {object} Climb
 * @property {Float32Array[]} starts an image for each class
 *
 * @typedef {object} Climbed
 * @property {Float32Array} image
 * @property {Uint8Array} greys the same, 0…255
 * @property {number} energy the logit of its class
 * @property {number} index the class that the network sees
 */

/**
 * @param {Network} network
 * @param {Climb} given
 * @returns {Climbed[]}
 */
export function climb(network, { starts }) {
  const images = starts.map((start, target) => {
    const state = network.state(start, { target });
    try {
      state.search({ method: "greedy" });
      return state.image;
    } finally {
      state.free();
    }
  });
  return network.logits(images).map((logits, target) => ({
    image: images[target],
    greys: bytesOf(images[target]),
    energy: logits[target],
    index: answerOf(logits).index,
  }));
}
