// @ts-check
/** From logits to answers. */

/** @typedef {import("../site/site.js").Answer} Answer */

/**
 * @param {ArrayLike<number>} logits ten
 * @returns {Answer}
 */
export function answerOf(logits) {
  const list = Array.from(logits);
  const largest = Math.max(...list);
  const digit = list.indexOf(largest);
  const shares = list.map((logit) => Math.exp(logit - largest)); // so that none overflows
  const sum = shares.reduce((a, b) => a + b, 0);
  const probabilities = shares.map((share) => share / sum);
  return { digit, probability: probabilities[digit], logits: list, probabilities };
}

/**
 * Return the digit with the largest value but one.
 * @param {number[]} values logits or probabilities
 * @param {number} digit the one with the largest
 */
export function runnerUp(values, digit) {
  const others = values.map((value, other) => (other === digit ? -Infinity : value));
  return others.indexOf(Math.max(...others));
}
