// @ts-check
/** Ink: telling it from what it is written on. Step by step what idea/files/ink.py does. */

import { UserError } from "../base/user_error.js";
import { quantiles } from "./quantiles.js";
import { highest, localMean, lowest } from "./slide.js";
import { clearSpecks } from "./specks.js";

/** @typedef {import("./slide.js").Picture} Picture */

// Ink is what differs from the background by this share of the strongest ink, and by so many times
// the noise; there is none if the strongest is less than the last two.
export const SHARE = 0.2;
const NOISE = 4;
const LEAST_NOISE = 8;
const LEAST = 0.06;
// More noise than this, a grey level of 255, and neighbours are averaged.
const CLEAN = 0.004;

/**
 * Compare how far the greys reach to both sides of the border's, but for slow changes.
 * @param {Picture} light in 0…1, 1 is white
 * @returns {boolean} whether they reach farther to the dark side, where the ink is then
 */
export function isDarkOnLight(light) {
  const { values, height, width } = light;
  const mean = localMean(light, Math.floor(Math.max(height, width) / 2));
  const rest = mean.map((value, pixel) => values[pixel] - value);
  const border = borderOf(rest, height, width);
  border.sort((a, b) => a - b);
  const median = (border[border.length / 2 - 1] + border[border.length / 2]) / 2;
  const [low, high] = rest.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
  return median > (low + high) / 2;
}

/**
 * Return how much darker than the background each pixel of a digit is, and 0 elsewhere.
 * @param {Picture} light in 0…1, 1 is white; the digit is dark
 * @param {boolean} filled whether it may be any object, on a background as bright as the lighter
 *   part of the border
 * @returns {Picture} in 0…1, something above 0
 */
export function findInk(light, filled) {
  const measure = filled ? measureFilled : measureStrokes;
  let { rest, level, noise } = measure(light);
  if (noise > CLEAN) {
    const values = Float32Array.from(localMean(light, 3));
    ({ rest, level, noise } = measure({ ...light, values }));
  }
  const strongest = highestOf(rest.values) - level;
  const needed = Math.max(LEAST, LEAST_NOISE * noise);
  if (strongest < needed) {
    throw new UserError("ink.none", { needed: needed.toFixed(2), found: strongest.toFixed(2) });
  }
  const ink = darker(rest, Math.fround(level + Math.max(NOISE * noise, SHARE * strongest)));
  clearSpecks(ink);
  return withEdges(ink, rest, Math.fround(level));
}

/**
 * @param {ArrayLike<number>} values
 * @param {number} height
 * @param {number} width
 */
function borderOf(values, height, width) {
  const border = [];
  for (let x = 0; x < width; x++) border.push(values[x], values[(height - 1) * width + x]);
  for (let y = 0; y < height; y++) border.push(values[y * width], values[y * width + width - 1]);
  return border;
}

/**
 * Return how much darker than the background each pixel is, and the background's own mean and
 * standard deviation.
 * @param {Picture} light
 */
function measureStrokes(light) {
  const rest = darkness(light);
  return { rest, ...levelAndNoise(rest.values) };
}

/**
 * Do the same for an object of any width, which may touch half of the border.
 * @param {Picture} light
 */
function measureFilled({ values, height, width }) {
  const border = Float32Array.from(borderOf(values, height, width));
  const [middle, high] = quantiles(border, [0.75, 0.875]);
  const rest = { values: new Float32Array(values.length), height, width };
  for (let at = 0; at < values.length; at++) rest.values[at] = middle - values[at];
  return { rest, level: 0, noise: (high - middle) / (1.15 - 0.674) };
}

// Large arrays are walked through by plain loops: those take a fraction of the time of map().

/**
 * Keep what is above a level.
 * @param {Picture} rest
 * @param {number} least
 * @returns {Picture}
 */
function darker({ values, height, width }, least) {
  const kept = new Float32Array(values.length);
  for (let at = 0; at < kept.length; at++) if (values[at] > least) kept[at] = values[at];
  return { values: kept, height, width };
}

/**
 * Return how much darker each pixel is than the background.
 *
 * That is the picture with all wiped out that is dark and narrower than half the longer side: a
 * morphological closing. Each pixel gets the lowest, over the squares around it, of a square's
 * highest pixel. What is dark and reaches the border counts as going on beyond it.
 * @param {Picture} light
 * @returns {Picture}
 */
function darkness(light) {
  const side = Math.max(3, Math.floor(Math.max(light.height, light.width) / 2));
  const { values, height, width } = light;
  const lightest = highestOf(values);
  const rest = isPlain(light, side, lightest)
    ? new Float32Array(values.length).fill(lightest)
    : lowest(highest(light, side), side).values;
  for (let at = 0; at < rest.length; at++) rest[at] -= values[at];
  return { values: rest, height, width };
}

/**
 * Detect quickly, for most such pictures and no others, that the background is a single colour.
 *
 * The background is the lightest colour if each square has a pixel of it. Of those at the border
 * each has a corner of the picture, or as much of an edge as a square is long. All others cross the
 * middle row, and the middle column. So it is enough to look for dark runs of that length.
 * @param {Picture} light
 * @param {number} side the squares', half the longer side
 * @param {number} lightest
 */
function isPlain({ values, height, width }, side, lightest) {
  const [right, bottom] = [width - 1, (height - 1) * width];
  if ([0, right, bottom, bottom + right].some((corner) => values[corner] < lightest)) return false;
  const isBroken = (/** @type {number} */ start, /** @type {number} */ step, count = 0) => {
    let run = 0;
    for (let at = start; count > 0 && run < side; count--, at += step) {
      run = values[at] < lightest ? run + 1 : 0;
    }
    return run < side;
  };
  const row = (/** @type {number} */ start) => isBroken(start, 1, width);
  const column = (/** @type {number} */ start) => isBroken(start, width, height);
  const [middle, centre] = [Math.floor(height / 2) * width, Math.floor(width / 2)];
  return row(0) && row(bottom) && column(0) && column(right) && (row(middle) || column(centre));
}

/**
 * Estimate where the background lies, and its standard deviation, if it is a normal one.
 *
 * From its lowest part alone: ink can be half of a picture that was cut close.
 * @param {Float32Array} rest
 */
function levelAndNoise(rest) {
  const [low, high] = quantiles(rest, [0.05, 0.15]); // 1.645 and 1.036 deviations below the mean
  const noise = (high - low) / (1.645 - 1.036);
  return { level: high + 1.036 * noise, noise };
}

/**
 * Add what touches ink: a stroke's edge is paler than ink has to be, and belongs to it.
 * @param {Picture} ink
 * @param {Picture} rest
 * @param {number} level of the background in that
 * @returns {Picture}
 */
function withEdges(ink, rest, level) {
  const { height, width } = ink;
  const whole = new Float32Array(height * width);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      if (!ink.values[pixel]) continue;
      for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, height - 1); row++) {
        for (let column = Math.max(x - 1, 0); column <= Math.min(x + 1, width - 1); column++) {
          const near = row * width + column;
          whole[near] = Math.max(rest.values[near] - level, 0);
        }
      }
    }
  }
  return { values: whole, height, width };
}

/** @param {Float32Array} values */
export function highestOf(values) {
  let highest = -Infinity;
  for (let at = 0; at < values.length; at++) if (values[at] > highest) highest = values[at];
  return highest;
}
