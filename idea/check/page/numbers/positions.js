// @ts-check
/**
 * The positions of the slider from "as the network wants it" to "without the noise": what is
 * maximised besides the logit, and how it is searched. `bench/slider.py` measures them.
 */

/** @typedef {import("../site/kinds.js").Objective} Objective */
/** @typedef {import("../site/kinds.js").SearchKind} SearchKind */

export const LAST = 4;

// What the prior's weight is multiplied by: for the prior itself, and for the smoothness.
const WITH_PRIOR = [[0, 0], [0.0625, 0.0625], [0.125, 0.125], [0.25, 0.125], [1, 0]];
// Where there is no prior: shares of the mean gain of a flip in a black image.
const SMOOTH = [0, 1 / 24, 1 / 12, 1 / 6, 1 / 3];

/** @type {SearchKind} that of `idea.find` without options */
export const PLAIN = { method: "greedy", every: 200, options: {}, runs: 1 };
/** @type {SearchKind} that of `idea.find` with a prior, but for shorter runs */
export const ANNEALED = { method: "anneal", every: 1000, options: { steps: 30_000 }, runs: 4 };

/**
 * @param {number} position
 * @param {string} prior its name
 * @param {number} weight that is chosen for the network
 * @returns {Objective}
 */
export function withPrior(position, prior, weight) {
  const [ofPrior, ofSmooth] = WITH_PRIOR[position];
  return { smooth: rounded(ofSmooth * weight), prior, prior_weight: rounded(ofPrior * weight) };
}

/**
 * @param {number} position
 * @param {number} gain the mean of flips in a black image
 * @returns {Objective}
 */
export function smoothAlone(position, gain) {
  return { smooth: rounded(SMOOTH[position] * gain), prior: null, prior_weight: 0 };
}

/** @param {number} number */
function rounded(number) {
  return Number(number.toPrecision(2));
}
