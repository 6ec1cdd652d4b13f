// @ts-check
/** Greedy search: one pixel after the other, each set to the better of 0 and 1. */

import { answerOf } from "./softmax.js";
import { State } from "./state.js";

/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("../site/site.js").IdealAnswer} IdealAnswer */

/**
 * Sweep over the pixels in order, set each to the better of 0 and 1; to 1 on a tie. A sweep that
 * changes nothing is the last.
 * @param {Network} network
 * @param {number} target
 * @param {ArrayLike<number>} start in 0…1
 * @param {number} sweeps at most so many
 * @returns {IdealAnswer}
 */
export function greedy(network, target, start, sweeps = 5) {
  const began = performance.now();
  const state = new State(network, target, start);
  let changed = true;
  for (let sweep = 0; sweep < sweeps && changed; sweep++) {
    changed = false;
    for (let pixel = 0; pixel < state.image.length; pixel++) {
      const better = state.advantage(pixel) >= 0 ? 1 : 0;
      if (state.image[pixel] === better) continue;
      state.set(pixel, better);
      changed = true;
    }
  }
  const answer = answerOf(network.logits(state.image));
  const flat = state.isFlat();
  return {
    ...answer,
    index: target,
    probability: answer.probabilities[target],
    image: Float32Array.from(state.image),
    energy: answer.logits[target],
    flat,
    locally_optimal: !flat && (!changed || state.isOptimal()),
    evaluations: state.evaluations,
    seconds: (performance.now() - began) / 1000,
    finished: true,
  };
}
