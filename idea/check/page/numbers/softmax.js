// @ts-check
/** From logits to answers. */

/** @typedef {import("../site/site.js").Answer} Answer */

/**
 * @param {ArrayLike<number>} logits
 * @returns {Answer}
 */
export function answerOf(logits) {
  const list = Array.from(logits);
  const largest = Math.max(...list);
  const index = list.indexOf(largest);
  const shares = list.map((logit) => Math.exp(logit - largest)); // so that none overflows
  const sum = shares.reduce((a, b) => a + b, 0);
  const probabilities = shares.map((share) => share / sum);
  return { index, probability: probabilities[index], logits: list, probabilities };
}

/**
 * Return the index of the largest value but one.
 * @param {number[]} values logits or probabilities
 * @param {number} index that of the largest
 */
export function runnerUp(values, index) {
  const others = values.map((value, other) => (other === index ? -Infinity : value));
  return others.indexOf(Math.max(...others));
}
