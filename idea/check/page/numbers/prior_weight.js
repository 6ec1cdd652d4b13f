// @ts-check
/** The weight of a prior for a network, found as by idea/core/prior_weight.py. */

/** @typedef {import("../kernel/kernel.js").Network} Network */

/**
 * @typedef {object} Prior
 * @property {number} hidden units
 * @property {Float32Array} values weights (hidden, pixels), visible biases, hidden biases
 * @property {number[]} typical for each class what log p of most real images exceeds
 */

const STEPS = 40_000; // of each trial's annealing
const MOST_CLASSES = 6;
const FIRST = 0.25; // weight
const BISECTIONS = 3; // of a factor of 2
const DOUBLINGS = 12;
const MOST_RAISES = 4; // by a factor of √2, at a time

/**
 * Return the weight with which ideals are about as probable as real images.
 * @param {Network} network
 * @param {Prior} prior
 * @param {number} [steps] of each trial
 * @param {number[]} [targets] some of the classes
 */
export function chosenWeight(network, prior, steps = STEPS, targets = spread(network.classes)) {
  const isEnough = trial(network, prior, steps, targets);
  let [low, high] = bracket(isEnough);
  for (let n = 0; n < BISECTIONS; n++) {
    const middle = Math.sqrt(low * high);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return Number(high.toPrecision(2));
}

/**
 * Return a prior for a network of two other classes: of those, no real images are known.
 * @param {Prior} prior
 * @returns {Prior}
 */
export function priorOfTwo(prior) {
  const usual = median(prior.typical);
  return { ...prior, typical: [usual, usual] };
}

/**
 * Return the weight for a network that has learned since an earlier weight was chosen: that one, or a
 * neighbouring one, by a trial or two.
 * @param {Network} network
 * @param {Prior} prior
 * @param {number} before
 * @param {number} [steps] of each trial
 */
export function followedWeight(network, prior, before, steps = STEPS) {
  const isEnough = trial(network, prior, steps, spread(network.classes));
  let weight = before;
  for (let n = 0; n < MOST_RAISES && !isEnough(weight); n++) weight *= Math.SQRT2;
  if (weight === before && isEnough(weight / 2)) weight /= Math.SQRT2;
  return weight;
}

/**
 * Return what tries a weight: whether ideals are as probable with it as real images.
 * @param {Network} network
 * @param {Prior} prior
 * @param {number} steps
 * @param {number[]} targets
 * @returns {(weight: number) => boolean}
 */
function trial(network, prior, steps, targets) {
  network.setPrior(prior);
  return (weight) => median(targets.map((target) => lead(network, prior, target, weight, steps))) >= 0;
}

/**
 * Return some of the classes, evenly.
 * @param {number} classes
 */
export function spread(classes) {
  const count = Math.min(classes, MOST_CLASSES);
  const places = Array.from({ length: count }, (_, n) => Math.round((n * (classes - 1)) / Math.max(1, count - 1)));
  return [...new Set(places)];
}

/**
 * Return a weight that is too small, and twice that, which is not.
 * @param {(weight: number) => boolean} isEnough
 */
function bracket(isEnough) {
  let weight = FIRST;
  const enough = isEnough(weight);
  for (let n = 0; n < DOUBLINGS; n++) {
    const following = enough ? weight / 2 : weight * 2;
    if (isEnough(following) !== enough) return [Math.min(weight, following), Math.max(weight, following)];
    weight = following;
  }
  return [weight, weight];
}

/**
 * By how much an ideal's log p exceeds that of typical real images.
 * @param {Network} network
 * @param {Prior} prior
 * @param {number} target
 * @param {number} priorWeight
 * @param {number} steps
 */
function lead(network, prior, target, priorWeight, steps) {
  const state = network.state(new Float32Array(network.pixels), { target, priorWeight });
  try {
    state.search({ method: "anneal", seed: target, fromNoise: true, every: steps, options: { steps } });
    return logProbability(prior, state.image) - prior.typical[target];
  } finally {
    state.free();
  }
}

/**
 * Return log p of an image but for a constant.
 * @param {Prior} prior
 * @param {Float32Array} image
 */
function logProbability({ hidden, values }, image) {
  const [pixels, visible] = [image.length, hidden * image.length];
  let sum = 0;
  for (let pixel = 0; pixel < pixels; pixel++) sum += values[visible + pixel] * image[pixel];
  for (let unit = 0; unit < hidden; unit++) {
    let input = values[visible + pixels + unit];
    for (let pixel = 0; pixel < pixels; pixel++) input += values[unit * pixels + pixel] * image[pixel];
    sum += Math.max(input, 0) + Math.log1p(Math.exp(-Math.abs(input)));
  }
  return sum;
}

/** @param {number[]} numbers */
function median(numbers) {
  const [sorted, half] = [[...numbers].sort((a, b) => a - b), numbers.length / 2];
  return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
}
