// @ts-check
/** Transforms of a drawing: each takes greys, SIZE by SIZE, and returns new ones. */

import { SIDE } from "../base/image_size.js";
import { SIZE } from "../drawing/strokes.js";

const BLOCKS = SIDE;
const BLOCK = SIZE / BLOCKS;

/** @typedef {Uint8ClampedArray<ArrayBuffer>} Greys */

/**
 * Flip random blocks, each a pixel of the image.
 * @param {Uint8ClampedArray} greys
 * @param {number} count how many blocks
 * @returns {Greys}
 */
export function flipBlocks(greys, count) {
  const result = new Uint8ClampedArray(greys);
  for (const block of sample(BLOCKS * BLOCKS, count)) {
    const corner = Math.floor(block / BLOCKS) * BLOCK * SIZE + (block % BLOCKS) * BLOCK;
    const value = greys[corner + (BLOCK / 2) * (SIZE + 1)] < 128 ? 255 : 0;
    for (let row = 0; row < BLOCK; row++) {
      result.fill(value, corner + row * SIZE, corner + row * SIZE + BLOCK);
    }
  }
  return result;
}

/**
 * @param {Uint8ClampedArray} greys
 * @param {number} right
 * @param {number} down
 * @returns {Greys}
 */
export function shift(greys, right, down) {
  const result = new Uint8ClampedArray(greys.length);
  const from = Math.max(0, -right);
  const to = Math.min(SIZE, SIZE - right);
  for (let row = Math.max(0, -down); row < Math.min(SIZE, SIZE - down); row++) {
    const line = greys.subarray(row * SIZE + from, row * SIZE + to);
    result.set(line, (row + down) * SIZE + from + right);
  }
  return result;
}

/**
 * Rotate about the centre.
 * @param {Uint8ClampedArray} greys
 * @param {number} degrees clockwise
 * @returns {Greys}
 */
export function rotate(greys, degrees) {
  const result = new Uint8ClampedArray(greys.length);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const middle = (SIZE - 1) / 2;
  for (let index = 0; index < greys.length; index++) {
    const x = (index % SIZE) - middle;
    const y = Math.floor(index / SIZE) - middle;
    result[index] = interpolated(greys, middle + cos * x + sin * y, middle - sin * x + cos * y);
  }
  return result;
}

/**
 * Widen strokes by a radius.
 * @param {Uint8ClampedArray} greys
 * @param {number} radius
 * @returns {Greys}
 */
export function thicken(greys, radius) {
  const result = new Uint8ClampedArray(greys);
  const disc = discOf(radius);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      if (isEdge(greys, x, y)) stamp(result, disc, x, y, greys[y * SIZE + x]);
    }
  }
  return result;
}

/**
 * @param {Uint8ClampedArray} greys
 * @param {number} radius
 * @returns {Greys}
 */
export function thin(greys, radius) {
  return inverted(thicken(inverted(greys), radius));
}

/** @param {Uint8ClampedArray} greys */
function inverted(greys) {
  return new Uint8ClampedArray(greys).map((value) => 255 - value);
}

/**
 * Return distinct random numbers below `limit`.
 * @param {number} limit
 * @param {number} count
 */
function sample(limit, count) {
  /** @type {Set<number>} */
  const drawn = new Set();
  while (drawn.size < count) drawn.add(Math.floor(Math.random() * limit));
  return drawn;
}

/**
 * Interpolate the grey at a point bilinearly; black outside.
 * @param {Uint8ClampedArray} greys
 * @param {number} x
 * @param {number} y
 */
function interpolated(greys, x, y) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  const upper = at(greys, left, top) * (1 - right) + at(greys, left + 1, top) * right;
  const lower = at(greys, left, top + 1) * (1 - right) + at(greys, left + 1, top + 1) * right;
  return upper * (1 - down) + lower * down;
}

/**
 * @param {Uint8ClampedArray} greys
 * @param {number} x
 * @param {number} y
 */
function at(greys, x, y) {
  return x >= 0 && x < SIZE && y >= 0 && y < SIZE ? greys[y * SIZE + x] : 0;
}

/**
 * Check whether a pixel is lighter than one of its four neighbours. Only these need to be widened:
 * the discs of the neighbours cover the disc of any other.
 * @param {Uint8ClampedArray} greys
 * @param {number} x
 * @param {number} y
 */
function isEdge(greys, x, y) {
  const index = y * SIZE + x;
  const value = greys[index];
  return (
    (x > 0 && greys[index - 1] < value) ||
    (x < SIZE - 1 && greys[index + 1] < value) ||
    (y > 0 && greys[index - SIZE] < value) ||
    (y < SIZE - 1 && greys[index + SIZE] < value)
  );
}

/**
 * @param {number} radius
 * @returns {[number, number][]} the points of a disc about 0
 */
function discOf(radius) {
  const span = Array.from({ length: 2 * radius + 1 }, (_, index) => index - radius);
  const square = span.flatMap((y) => span.map((x) => /** @type {[number, number]} */ ([x, y])));
  return square.filter(([x, y]) => x * x + y * y <= radius * radius);
}

/**
 * @param {Uint8ClampedArray} greys changed
 * @param {[number, number][]} disc
 * @param {number} x
 * @param {number} y
 * @param {number} value the minimum under the disc afterwards
 */
function stamp(greys, disc, x, y, value) {
  for (const [right, down] of disc) {
    const [column, row] = [x + right, y + down];
    const inside = column >= 0 && column < SIZE && row >= 0 && row < SIZE;
    const index = row * SIZE + column;
    if (inside && greys[index] < value) greys[index] = value;
  }
}
