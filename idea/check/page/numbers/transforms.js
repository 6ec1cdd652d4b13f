// @ts-check
/** Transforms of a drawing: each takes the greys of a canvas and returns new ones. */

/** @typedef {Uint8ClampedArray<ArrayBuffer>} Greys */
/** @typedef {import("../drawing/strokes.js").Paper} Paper */

/**
 * Flip random blocks, each a pixel of the image.
 * @param {Uint8ClampedArray} greys
 * @param {Paper} paper
 * @param {number} count how many blocks
 * @returns {Greys}
 */
export function flipBlocks(greys, { width, height, cell }, count) {
  const result = new Uint8ClampedArray(greys);
  const [columns, rows] = [width / cell, height / cell];
  const middle = Math.floor(cell / 2) * (width + 1);
  for (const block of sample(columns * rows, count)) {
    const corner = Math.floor(block / columns) * cell * width + (block % columns) * cell;
    const value = greys[corner + middle] < 128 ? 255 : 0;
    for (let row = 0; row < cell; row++) {
      result.fill(value, corner + row * width, corner + row * width + cell);
    }
  }
  return result;
}

/**
 * @param {Uint8ClampedArray} greys
 * @param {Paper} paper
 * @param {number} right
 * @param {number} down
 * @returns {Greys}
 */
export function shift(greys, { width, height }, right, down) {
  const result = new Uint8ClampedArray(greys.length);
  const from = Math.max(0, -right);
  const to = Math.max(from, Math.min(width, width - right));
  for (let row = Math.max(0, -down); row < Math.min(height, height - down); row++) {
    const line = greys.subarray(row * width + from, row * width + to);
    if (line.length > 0) result.set(line, (row + down) * width + from + right);
  }
  return result;
}

/**
 * Rotate about the centre.
 * @param {Uint8ClampedArray} greys
 * @param {Paper} paper
 * @param {number} degrees clockwise
 * @returns {Greys}
 */
export function rotate(greys, paper, degrees) {
  const result = new Uint8ClampedArray(greys.length);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [across, down] = [(paper.width - 1) / 2, (paper.height - 1) / 2];
  for (let index = 0; index < greys.length; index++) {
    const x = (index % paper.width) - across;
    const y = Math.floor(index / paper.width) - down;
    const [left, top] = [across + cos * x + sin * y, down - sin * x + cos * y];
    result[index] = interpolated(greys, paper, left, top);
  }
  return result;
}

/**
 * Widen strokes by a radius.
 * @param {Uint8ClampedArray} greys
 * @param {Paper} paper
 * @param {number} radius
 * @returns {Greys}
 */
export function thicken(greys, paper, radius) {
  const result = new Uint8ClampedArray(greys);
  const disc = discOf(radius);
  const { width, height } = paper;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (isEdge(greys, paper, x, y)) stamp(result, paper, disc, x, y, greys[y * width + x]);
    }
  }
  return result;
}

/**
 * @param {Uint8ClampedArray} greys
 * @param {Paper} paper
 * @param {number} radius
 * @returns {Greys}
 */
export function thin(greys, paper, radius) {
  return inverted(thicken(inverted(greys), paper, radius));
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
 * @param {Paper} paper
 * @param {number} x
 * @param {number} y
 */
function interpolated(greys, paper, x, y) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  const at = (/** @type {number} */ column, /** @type {number} */ row) =>
    isInside(paper, column, row) ? greys[row * paper.width + column] : 0;
  const upper = at(left, top) * (1 - right) + at(left + 1, top) * right;
  const lower = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right;
  return upper * (1 - down) + lower * down;
}

/**
 * @param {Paper} paper
 * @param {number} x
 * @param {number} y
 */
function isInside({ width, height }, x, y) {
  return x >= 0 && x < width && y >= 0 && y < height;
}

/**
 * Check whether a pixel is lighter than one of its four neighbours. Only these need to be widened:
 * the discs of the neighbours cover the disc of any other.
 * @param {Uint8ClampedArray} greys
 * @param {Paper} paper
 * @param {number} x
 * @param {number} y
 */
function isEdge(greys, { width, height }, x, y) {
  const index = y * width + x;
  const value = greys[index];
  return (
    (x > 0 && greys[index - 1] < value) ||
    (x < width - 1 && greys[index + 1] < value) ||
    (y > 0 && greys[index - width] < value) ||
    (y < height - 1 && greys[index + width] < value)
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
 * @param {Paper} paper
 * @param {[number, number][]} disc
 * @param {number} x
 * @param {number} y
 * @param {number} value the minimum under the disc afterwards
 */
function stamp(greys, paper, disc, x, y, value) {
  for (const [right, down] of disc) {
    const [column, row] = [x + right, y + down];
    const index = row * paper.width + column;
    if (isInside(paper, column, row) && greys[index] < value) greys[index] = value;
  }
}
