// @ts-check
/** The game of fooling a network: what flips and hints cost, and what beats the machine. */

/** @typedef {import("../site/kinds.js").Fooling} Fooling */

/** What as many flips as the machine's are worth. */
const PAR = 10;
// As a share of the logits: far above that of the kernel.
const ROUNDING = 1e-5;
// Of classes that the machine turns an image into: of many, those that come next.
const MOST_RIVALS = 9;

/**
 * Count the pixels that differ.
 * @param {ArrayLike<number>} before
 * @param {ArrayLike<number>} after
 */
export function flipsBetween(before, after) {
  return Array.from(before).reduce((count, value, pixel) => count + (value === after[pixel] ? 0 : 1), 0);
}

/**
 * The points of flips and hints that fool a network: a hint costs as much as a flip.
 * @param {number} machine how many flips the machine needs
 * @param {{flips: number, hints: number}} spent
 */
export function pointsOf(machine, { flips, hints }) {
  return Math.max(0, PAR + machine - flips - hints);
}

/**
 * @param {number} machine
 * @param {{flips: number, hints: number}} spent
 * @returns {"fewer" | "equal" | "more"} than the machine's flips
 */
export function comparedTo(machine, { flips, hints }) {
  const spent = flips + hints;
  if (spent === machine) return "equal";
  return spent < machine ? "fewer" : "more";
}

/**
 * The classes that the machine turns an image into, the likeliest first.
 * @param {number[]} logits of the image
 * @param {number} most
 */
export function rivalsOf(logits, most = MOST_RIVALS) {
  const order = [...logits.keys()].sort((a, b) => logits[b] - logits[a]);
  return order.slice(1, 1 + most);
}

/**
 * The better of two results of the machine: that which fools by fewer flips.
 * @param {Fooling | null} one
 * @param {Fooling} other
 */
export function fewer(one, other) {
  if (!other.fooled) return one;
  return one && one.flips.length <= other.flips.length ? one : other;
}

/**
 * Whether a single flip changes the answer, or may do so within the rounding of gains.
 * @param {number[]} logits of the image
 * @param {number[][]} gains of all flips, by class
 */
export function isOneEnough(logits, gains) {
  const first = logits.indexOf(Math.max(...logits));
  const rounding = ROUNDING * (1 + Math.max(...logits.map(Math.abs)));
  return gains[first].some((lost, pixel) => gains.some((gained, index) =>
    index !== first && logits[index] + gained[pixel] > logits[first] + lost - rounding));
}

/**
 * The flip that brings another class nearest to the present one: the largest gain of the difference.
 * @param {number[]} towards the gains of the other class's logit
 * @param {number[]} away those of the present one's
 */
export function hintOf(towards, away) {
  const gains = towards.map((gain, pixel) => gain - away[pixel]);
  return gains.indexOf(Math.max(...gains));
}
