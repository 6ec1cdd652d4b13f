// @ts-check
/** From pictures to images of a task. Step by step what idea/files/preprocess.py does. */

import { DIGITS, isMnist } from "../base/task.js";
import { SHARE, findInk, highestOf, isDarkOnLight } from "./ink.js";
import { reduce, resize } from "./resize.js";
import { highest } from "./slide.js";

/** @typedef {import("./slide.js").Picture} Picture */
/** @typedef {import("../base/task.js").Task} Task */

// MNIST's authors scaled each digit to fit 20 by 20 pixels, and shifted it by whole pixels until
// its centre of mass was the image's.
const FIT = 20;
const CENTRE = DIGITS.height / 2;
// What is larger is averaged down to this longer side first: noise falls, and time.
const LONGEST = 500;
// Strokes are drawn at least so wide, in pixels of the image.
const STROKE = 2;

/**
 * Return the image that a drawing is, taken as it is: the share of bright pixels in each block.
 * @param {Uint8Array | Uint8ClampedArray} greys row by row
 * @param {number} width a multiple of the image's
 * @param {number} height a multiple of the image's
 * @param {Task} task
 * @returns {Float32Array} in 0…1
 */
export function asDrawn(greys, width, height, task) {
  const image = new Float32Array(task.height * task.width);
  const [across, down] = [width / task.width, height / task.height];
  for (let pixel = 0; pixel < image.length; pixel++) {
    const top = Math.floor(pixel / task.width) * down;
    const left = (pixel % task.width) * across;
    let bright = 0;
    for (let y = top; y < top + down; y++) {
      for (let x = left; x < left + across; x++) if (greys[y * width + x] >= 128) bright++;
    }
    image[pixel] = bright / (across * down);
  }
  return image;
}

/**
 * Find what a picture shows, and make it an image of a task: like MNIST's digits, or of the size.
 * @param {Float32Array} greys row by row, in 0…1, 1 is white
 * @param {number} width
 * @param {number} height
 * @param {boolean | null} invert whether the picture is dark on light; null: find it out
 * @param {Task} task
 * @returns {{image: Float32Array, inverted: boolean, box: [number, number, number, number]}}
 *   numbers in 0…1, the strongest ink 1; whether it was dark on light; what became the image: left,
 *   top, right, bottom, the latter two exclusive, of a picture of more than 500 pixels to a few
 */
export function prepare(greys, width, height, invert, task) {
  const factor = Math.ceil(Math.max(width, height) / LONGEST);
  const picture = { values: greys, height, width };
  const { ink, inverted } = inkIn(factor > 1 ? reduce(picture, factor) : picture, invert, task);
  const { cut, left, top } = withoutMargins(ink);
  return {
    image: isMnist(task) ? placeByMass(fit(widen(cut), FIT, FIT)) : placeByBox(cut, task),
    inverted,
    box: [
      left * factor,
      top * factor,
      Math.min((left + cut.width) * factor, width),
      Math.min((top + cut.height) * factor, height),
    ],
  };
}

/**
 * Find the ink in a picture, and leave it where it is.
 * @param {Float32Array} greys row by row, in 0…1, 1 is white
 * @param {number} width
 * @param {number} height
 * @param {boolean | null} invert as in `prepare`
 * @param {Task} task
 * @returns {{ink: Float32Array, inverted: boolean}} ink in 0…1, the strongest 1
 */
export function inkOf(greys, width, height, invert, task) {
  const { ink, inverted } = inkIn({ values: greys, height, width }, invert, task);
  const strongest = highestOf(ink.values);
  return { ink: ink.values.map((value) => value / strongest), inverted };
}

/**
 * @param {Picture} light
 * @param {boolean | null} invert
 * @param {Task} task
 */
function inkIn(light, invert, task) {
  const inverted = invert ?? isDarkOnLight(light);
  return { ink: findInk(inverted ? light : negative(light), !isMnist(task)), inverted };
}

/** @param {Picture} light */
function negative({ values, height, width }) {
  const dark = picture(height, width);
  for (let at = 0; at < values.length; at++) dark.values[at] = 1 - values[at];
  return dark;
}

/** @param {Picture} ink */
function withoutMargins({ values, height, width }) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      if (!values[pixel]) continue;
      if (y < top) top = y;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      bottom = y + 1;
    }
  }
  const cut = picture(bottom - top, right - left);
  for (let y = top; y < bottom; y++) {
    const row = values.subarray(y * width + left, y * width + right);
    cut.values.set(row, (y - top) * cut.width);
  }
  return { cut, left, top };
}

/**
 * Make strokes as wide as MNIST's thinnest, or a thin line would be averaged away.
 * @param {Picture} ink
 */
function widen(ink) {
  const { values, height, width } = ink;
  const least = Math.fround(Math.fround(SHARE) * highestOf(values));
  const across = width + 2;
  const stroke = new Uint8Array((height + 2) * across); // an empty frame around it
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (values[at] > least) stroke[(y + 1) * across + x + 1] = 1;
    }
  }
  let [area, edges] = [0, 0];
  for (let at = 0; at + across < stroke.length; at++) {
    area += stroke[at];
    edges += (stroke[at] ^ stroke[at + 1]) + (stroke[at] ^ stroke[at + across]);
  }
  // A stroke's area is its length times its width, its outline twice its length. Counting the
  // pixels' edges overrates outlines by 4/π, on average over all directions.
  const wide = (2 * area) / ((edges * Math.PI) / 4);
  const more = roundToEven((STROKE * Math.max(height, width)) / FIT - wide);
  return more > 0 ? highest(ink, more + 1) : ink;
}

/**
 * Scale to the largest size of the same proportions that fits, and the strongest ink to 1.
 * @param {Picture} ink
 * @param {number} height
 * @param {number} width
 */
function fit(ink, height, width) {
  const scale = Math.min(height / ink.height, width / ink.width);
  const side = (/** @type {number} */ before) => Math.max(1, roundToEven(before * scale));
  const small = resize(ink, side(ink.height), side(ink.width));
  const values = small.values.map((value) => Math.min(Math.max(value, 0), 1));
  const strongest = highestOf(values);
  return { ...small, values: values.map((value) => value / strongest) };
}

/**
 * Place with the centre of mass in the middle, or as near to it as cuts off no ink.
 * @param {Picture} ink
 */
function placeByMass(ink) {
  const { values, height, width } = ink;
  let [sum, down, across] = [0, 0, 0];
  values.forEach((value, pixel) => {
    sum += value;
    down += value * Math.floor(pixel / width);
    across += value * (pixel % width);
  });
  // A symmetric digit's centre may lie just between two pixels: let no rounding decide.
  const placed = (/** @type {number} */ centre) =>
    roundToEven(Math.round((CENTRE - centre) * 1e6) / 1e6);
  const corner = (/** @type {number} */ centre, /** @type {number} */ size) =>
    Math.min(Math.max(placed(centre), 0), DIGITS.height - size);
  return placeAt(ink, corner(down / sum, height), corner(across / sum, width), DIGITS);
}

/**
 * Scale to the image's size and place in the middle.
 * @param {Picture} ink
 * @param {Task} task
 */
function placeByBox(ink, task) {
  const small = fit(ink, task.height, task.width);
  const corner = (/** @type {number} */ whole, /** @type {number} */ size) =>
    Math.floor((whole - size) / 2);
  const top = corner(task.height, small.height);
  return placeAt(small, top, corner(task.width, small.width), task);
}

/**
 * @param {Picture} ink
 * @param {number} top
 * @param {number} left
 * @param {Task} task
 */
function placeAt({ values, height, width }, top, left, task) {
  const image = new Float32Array(task.height * task.width);
  for (let y = 0; y < height; y++) {
    const row = values.subarray(y * width, (y + 1) * width);
    image.set(row, (top + y) * task.width + left);
  }
  return image;
}

/**
 * @param {number} height
 * @param {number} width
 * @returns {Picture}
 */
function picture(height, width) {
  return { values: new Float32Array(height * width), height, width };
}

/** @param {number} x of two equally near whole numbers, the even one is taken */
function roundToEven(x) {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
