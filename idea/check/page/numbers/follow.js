// @ts-check
/** What ideals climb to in a network that learns, by the slider of noise: its logits grow meanwhile. */

import { climb } from "./climb.js";
import { smoothAlone, withPrior } from "./positions.js";
import { chosenWeight, followedWeight, spread } from "./prior_weight.js";

/** @typedef {import("../kernel/kernel.js").Network} Network */
/** @typedef {import("./climb.js").Climbed} Climbed */
/** @typedef {import("./prior_weight.js").Prior} Prior */

const TRIAL_STEPS = 5000; // fewer than for a network that stays as it is

/**
 * @typedef {object} Follow
 * @property {Float32Array[]} starts an image for each class
 * @property {number} position of the slider
 * @property {Prior | null} prior
 * @property {number | null} scale what an earlier call has returned
 * @property {boolean} weighs whether the scale may need to change
 * @property {number} steps of annealing
 * @property {number} seed
 *
 * @typedef {object} Followed
 * @property {Climbed[]} ideals
 * @property {number | null} scale the prior's weight or, without one, the mean gain of a flip
 * @property {{smooth: number, priorWeight: number} | null} objective
 */

/**
 * @param {Network} network
 * @param {Follow} given
 * @returns {Followed}
 */
export function follow(network, { starts, position, prior, scale: before, weighs, ...annealing }) {
  if (position === 0) return { ideals: climb(network, { starts }), scale: before, objective: null };
  const isNew = weighs || before === null;
  const scale = !isNew ? before : prior ? weightOf(network, prior, before) : meanGain(network);
  const { smooth, prior_weight: priorWeight } = prior ? withPrior(position, "", scale) : smoothAlone(position, scale);
  const objective = { smooth, priorWeight };
  return { ideals: climb(network, { starts, objective, prior, ...annealing }), scale, objective };
}

/**
 * @param {Network} network
 * @param {Prior} prior
 * @param {number | null} before
 */
function weightOf(network, prior, before) {
  if (before === null) return chosenWeight(network, prior, TRIAL_STEPS);
  return followedWeight(network, prior, before, TRIAL_STEPS);
}

/**
 * The mean size of the gains of flips in a black image, over some of the classes.
 * @param {Network} network
 */
function meanGain(network) {
  const black = new Float32Array(network.pixels);
  const means = spread(network.classes).map((target) => {
    const state = network.state(black, { target });
    const gains = state.gains();
    state.free();
    return gains.reduce((size, gain) => size + Math.abs(gain), 0) / gains.length;
  });
  return means.reduce((sum, mean) => sum + mean, 0) / means.length;
}
