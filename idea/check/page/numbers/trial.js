// @ts-check
/** Trying networks on real examples: which scale of inputs fits them; see idea/opening/trial.py. */

import { parseInput } from "../formats/input_scale.js";
import { answerOf } from "./softmax.js";

/** @typedef {import("../formats/network.js").Opened["network"]} Network */
/** @typedef {import("../site/kinds.js").BetterInput} BetterInput */

/**
 * Labelled images.
 * @typedef {object} Examples
 * @property {Float32Array[]} images
 * @property {number[]} labels the indices of their classes
 * @property {boolean} [areTest] whether no network was trained on them
 *
 * @typedef {(network: Network, images: Float32Array[]) => Promise<number[][]>} LogitsOf
 * @typedef {{input: string, accuracy: number, loss: number, calibrated: number}} Trial
 */

// For what these are see the module in Python.
const [FEW, FEWEST] = [250, 50];
const [FINE, FAR_BETTER, CONVINCING, HOPELESS] = [0.9, 0.25, 0.5, 0.3];
const [NEARLY_EQUAL, MAYBE_EQUAL, EQUAL_LOSS] = [0.02, 0.1, 0.01];
const TOO_SMALL = 0.6;
const BETTER_FITS = [[0.5, 0.8], [0.25, 1.05]];
const LEAST = -100;
const FACTORS = Array.from({ length: 21 }, (_, n) => 2 ** (n - 10));
const RANGES = ["0..1", "0..255", "-1..1", "0.1307,0.3081", "-0.5..0.5", "0..16"];
/** @type {Record<string, string[]>} those of one data set alone */
const OWN_RANGES = { fashion: ["0.2860,0.3530"] };
const WORDS = ["", "invert,", "transpose,", "transpose,invert,"];

/**
 * Try a network as it is, and with other scales if that isn't fine.
 * @param {LogitsOf} logitsOf
 * @param {Network} network
 * @param {Examples} all
 * @param {string} data the name of the examples' data set
 * @returns {Promise<{accuracy: number, better: BetterInput | null}>} for images in 0…1, and the scale
 *   that fits the network far better, if there is one
 */
export async function tryNetwork(logitsOf, network, all, data) {
  const few = firstOf(all, FEW);
  const now = await tried(logitsOf, network, few, "0..1");
  const { accuracy } = now;
  if (accuracy >= FINE && now.calibrated > TOO_SMALL * now.loss) return { accuracy, better: null };
  /** @type {{input: string, accuracy: number}[]} */
  const screened = [];
  for (const words of WORDS.slice(0, network.height === network.width ? WORDS.length : 2)) {
    for (const range of [...RANGES, ...(OWN_RANGES[data] ?? [])]) screened.push(await classified(logitsOf, network, firstOf(few, FEWEST), words + range));
    if (mostOf(screened) >= FINE) break;
  }
  const least = Math.max(HOPELESS, mostOf(screened) - MAYBE_EQUAL);
  /** @type {Trial[]} */
  const trials = [];
  for (const each of screened) {
    if (each.accuracy >= least) trials.push(await tried(logitsOf, network, few, each.input));
  }
  const best = trials.length ? chosen(trials, now) : null;
  return { accuracy, better: best && { input: best.input, accuracy: best.accuracy, accuracy_now: accuracy, loss: best.loss, loss_now: now.loss } };
}

/** @param {{accuracy: number}[]} trials */
function mostOf(trials) {
  return Math.max(...trials.map(({ accuracy }) => accuracy));
}

/**
 * @param {Trial[]} trials
 * @param {Trial} now
 * @returns {Trial | null}
 */
function chosen(trials, now) {
  const best = bestOf(trials);
  if (best.accuracy >= Math.max(now.accuracy + FAR_BETTER, CONVINCING)) return best;
  const fitting = trials.filter((trial) => fitsBetter(trial, now));
  return fitting.length ? bestOf(fitting) : null;
}

/**
 * Whether a scale classifies as well, with logits that fit the classes far better.
 * @param {Trial} trial
 * @param {Trial} now
 */
function fitsBetter({ accuracy, loss, calibrated }, now) {
  if (accuracy < Math.max(now.accuracy - NEARLY_EQUAL, CONVINCING)) return false;
  return BETTER_FITS.some(([share, shape]) => loss <= share * now.loss && calibrated <= shape * now.calibrated);
}

/**
 * The best: of nearly equal accuracies the least loss, of equal ones the least scale.
 * @param {Trial[]} trials
 */
function bestOf(trials) {
  const nearly = trials.filter(({ accuracy }) => accuracy >= mostOf(trials) - NEARLY_EQUAL);
  const least = Math.min(...nearly.map(({ loss }) => loss));
  const scaleOf = (/** @type {Trial} */ { input }) => Math.abs(parseInput(input).scale);
  return nearly.filter(({ loss }) => loss <= least + EQUAL_LOSS).reduce((one, other) => (scaleOf(other) < scaleOf(one) ? other : one));
}

/**
 * @param {LogitsOf} logitsOf
 * @param {Network} network
 * @param {Examples} examples
 * @param {string} input
 * @returns {Promise<Trial>}
 */
async function tried(logitsOf, network, examples, input) {
  const { logits, accuracy } = await classified(logitsOf, network, examples, input);
  if (!logits) return { input, accuracy, loss: Infinity, calibrated: Infinity };
  const losses = FACTORS.map((factor) => logLoss(logits, examples.labels, factor));
  return { input, accuracy, loss: logLoss(logits, examples.labels, 1), calibrated: Math.min(...losses) };
}

/**
 * Logits and accuracy with a scale of inputs; no logits where the network can't have that scale.
 * @param {LogitsOf} logitsOf
 * @param {Network} network
 * @param {Examples} examples
 * @param {string} input
 */
async function classified(logitsOf, network, { images, labels }, input) {
  const { transpose, ...scale } = parseInput(input);
  const changed = scaledNetwork(network, scale);
  if (!changed) return { input, logits: null, accuracy: 0 };
  const logits = await logitsOf(changed, transpose ? images.map((image) => turned(image, network)) : images);
  const right = logits.filter((row, n) => row.indexOf(Math.max(...row)) === labels[n]).length;
  return { input, logits, accuracy: right / labels.length };
}

/**
 * A network for images in 0…1 whose inputs are scaled and shifted first; null if zeros around the
 * images would have to be shifted, too.
 * @param {Network} network
 * @param {{scale: number, shift: number}} input
 * @returns {Network | null}
 */
function scaledNetwork(network, { scale, shift }) {
  const [first] = network.convolutions;
  if (shift && first?.pads?.some(Boolean)) return null;
  const [outputs, ...inputs] = first?.shape ?? network.layers[0];
  const row = inputs.reduce((size, n) => size * n, 1);
  const weights = Float32Array.from(network.weights);
  for (let out = 0; out < outputs; out++) {
    let sum = 0;
    for (let n = out * row; n < (out + 1) * row; n++) {
      sum += weights[n];
      weights[n] *= scale;
    }
    weights[outputs * row + out] += shift * sum;
  }
  return { ...network, weights };
}

/**
 * @param {number[][]} logits
 * @param {number[]} labels
 * @param {number} factor
 */
function logLoss(logits, labels, factor) {
  const losses = logits.map((row, n) => {
    const own = Math.log(answerOf(row.map((logit) => factor * logit)).probabilities[labels[n]]);
    return -Math.max(own, LEAST);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/**
 * An image with rows and columns exchanged.
 * @param {Float32Array} image
 * @param {{height: number, width: number}} size
 */
function turned(image, { height, width }) {
  return Float32Array.from(image, (_, n) => image[(n % height) * width + Math.floor(n / height)]);
}

/**
 * @param {Examples} examples
 * @param {number} count
 */
function firstOf({ images, labels }, count) {
  return { images: images.slice(0, count), labels: labels.slice(0, count) };
}
