// @ts-check
/** Images that are shaken more and more, and when a network's answer breaks. */

import { bytesOf } from "../base/binary.js";
import { rotate, shift } from "../numbers/transforms.js";
import { generator, permutation } from "../training/random.js";

/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {"noise" | "rotate" | "shift"} Shaking */

/** @type {Shaking[]} */
export const SHAKINGS = ["noise", "rotate", "shift"];
/** Steps of strength besides 0. */
export const STEPS = 10;
/** In place of a step: the answer never breaks. */
export const NEVER = STEPS + 1;
/** Of a digit whose step is predicted exactly. */
const MOST_POINTS = 10;
/** Of digits in a game. */
export const ROUNDS = 5;

const POINTS_PER_STEP = 2;
// At the last step: half of the pixels are inverted, a quarter turn and a bit, more than a third of the width.
const [MOST_NOISE, MOST_DEGREES, MOST_SHIFT] = [0.5, 100, 5 / 14];
/** @type {[number, number][]} right and down */
const DIRECTIONS = [[1, 0], [0, 1], [-1, 0], [0, -1]];

/**
 * How strong a step is, in its unit: percent of the pixels, degrees, or pixels.
 * @param {Shaking} shaking
 * @param {number} step
 * @param {Task} task
 */
export function strengthOf(shaking, step, { width }) {
  const share = step / STEPS;
  if (shaking === "noise") return Math.round(100 * MOST_NOISE * share);
  if (shaking === "rotate") return Math.round(MOST_DEGREES * share);
  return Math.round(10 * MOST_SHIFT * width * share) / 10;
}

/**
 * Return an image shaken by a step. Each further step inverts pixels besides those of the step before.
 * @param {Float32Array} image in 0…1
 * @param {Task} task
 * @param {Shaking} shaking
 * @param {number} step
 * @param {number} seed which pixels, which direction
 * @returns {Float32Array<ArrayBuffer>}
 */
export function shaken(image, task, shaking, step, seed) {
  const strength = strengthOf(shaking, step, task);
  if (strength === 0) return Float32Array.from(image);
  const random = generator(seed);
  if (shaking === "noise") {
    const result = Float32Array.from(image);
    const count = Math.round((strength / 100) * image.length);
    for (const pixel of permutation(image.length, random).subarray(0, count)) result[pixel] = 1 - result[pixel];
    return result;
  }
  const [greys, paper] = [new Uint8ClampedArray(bytesOf(image)), { height: task.height, width: task.width, cell: 1 }];
  if (shaking === "rotate") return inShares(rotate(greys, paper, random() < 0.5 ? strength : -strength));
  const [right, down] = DIRECTIONS[Math.floor(random() * DIRECTIONS.length)];
  // By parts of a pixel: a mixture of the two whole ones next to it.
  const whole = Math.floor(strength);
  const [less, more] = [whole, whole + 1].map((by) => inShares(shift(greys, paper, right * by, down * by)));
  return less.map((grey, pixel) => grey + (strength - whole) * (more[pixel] - grey));
}

/** @param {Uint8ClampedArray} greys */
function inShares(greys) {
  return Float32Array.from(greys, (grey) => grey / 255);
}

/**
 * The first step whose answer is another than the first.
 * @param {number[]} answers the indices of the classes, step by step from 0
 */
export function breaksAt(answers) {
  const step = answers.findIndex((index) => index !== answers[0]);
  return step < 0 ? NEVER : step;
}

/**
 * @param {number} predicted the step
 * @param {number} broken the step
 */
export function predictionPoints(predicted, broken) {
  return Math.max(0, MOST_POINTS - POINTS_PER_STEP * Math.abs(predicted - broken));
}

/**
 * @param {number[]} answers the indices of classes
 * @param {number[]} labels
 */
export function shareRight(answers, labels) {
  return answers.filter((index, place) => index === labels[place]).length / labels.length;
}
