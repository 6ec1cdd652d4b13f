// @ts-check
/** Windows that slide over a picture: the highest value and the mean in each. */

/**
 * @typedef {object} Picture
 * @property {Float32Array} values row by row
 * @property {number} height
 * @property {number} width
 */

/**
 * Return the highest value of each square that has at least a corner on the picture, so far as it
 * lies on it. The first square has but its last pixel there, the last but its first.
 * @param {Picture} picture
 * @param {number} side the squares'
 * @returns {Picture} larger than the picture by side - 1 each way
 */
export function highest(picture, side) {
  return windowExtreme(windowExtreme(picture, side, side - 1, 1), side, side - 1, 1);
}

/**
 * Return the lowest value of each square that lies wholly on the picture.
 * @param {Picture} picture
 * @param {number} side the squares'
 * @returns {Picture} smaller than the picture by side - 1 each way
 */
export function lowest(picture, side) {
  return windowExtreme(windowExtreme(picture, side, 0, -1), side, 0, -1);
}

/**
 * Slide a window down the columns, which become the rows of what is returned.
 *
 * The columns are cut into blocks as long as the window, which so covers the end of one block, its
 * head, and the beginning of the next, its tail. For both there are running maxima, whatever the
 * window's length (van Herk, Gil and Werman). All columns go together, to read memory in order.
 * @param {Picture} picture
 * @param {number} side the window's
 * @param {number} margin by how much it may reach beyond the ends
 * @param {1 | -1} sign whether to pick the highest, or the lowest: the highest of the negative
 * @returns {Picture}
 */
function windowExtreme({ values, height, width }, side, margin, sign) {
  const fromStart = scaled(values, sign);
  const toEnd = fromStart.slice();
  for (let y = 1; y < height; y++) {
    if (y % side) maxInPlace(fromStart, y * width, -width, width);
  }
  for (let y = height - 1; y > 0; y--) {
    if (y % side) maxInPlace(toEnd, (y - 1) * width, width, width);
  }
  const lastBlock = height - 1 - ((height - 1) % side);
  const windows = height + 2 * margin - side + 1;
  const found = new Float32Array(windows * width);
  for (let window = 0; window < windows; window++) {
    const first = window - margin;
    const last = Math.min(first + side, height) - 1;
    // One that begins above the picture is but a tail, one in the last block but a head.
    const head = first < 0 ? row(fromStart, last, width) : row(toEnd, first, width);
    const tail = first < lastBlock ? row(fromStart, last, width) : head;
    writeMax(head, tail, sign, found, window, windows);
  }
  return { values: found, height: width, width: windows };
}

/**
 * @param {Float32Array} values
 * @param {number} y
 * @param {number} width
 */
function row(values, y, width) {
  return values.subarray(y * width, (y + 1) * width);
}

// Millions of values pass through these loops, so they are plain:
// Math.max handles −0 and NaN, which is slower.

/**
 * @param {Float32Array} values
 * @param {number} factor
 */
function scaled(values, factor) {
  const products = new Float32Array(values.length);
  for (let at = 0; at < products.length; at++) products[at] = factor * values[at];
  return products;
}

/**
 * Raise each value of a row to that of the row above or below.
 * @param {Float32Array} values
 * @param {number} start the row's
 * @param {number} step to the other row
 * @param {number} width
 */
function maxInPlace(values, start, step, width) {
  for (let at = start; at < start + width; at++) {
    const value = values[at];
    const other = values[at + step];
    values[at] = value > other ? value : other;
  }
}

/**
 * Write the higher value of each pair into a column.
 * @param {Float32Array} head
 * @param {Float32Array} tail
 * @param {number} sign a factor of what is written
 * @param {Float32Array} found
 * @param {number} start the column's
 * @param {number} step to its next entry
 */
function writeMax(head, tail, sign, found, start, step) {
  for (let x = 0, to = start; x < head.length; x++, to += step) {
    const value = head[x];
    const other = tail[x];
    found[to] = sign * (value > other ? value : other);
  }
}

/**
 * Return the mean of the square around each pixel; the picture's edges are extended.
 * @param {Picture} picture
 * @param {number} side the squares'
 * @returns {Float64Array} row by row
 */
export function localMean({ values, height, width }, side) {
  const turned = meanDown(values, height, width, Math.max(1, side));
  return meanDown(turned, width, height, Math.max(1, side));
}

/**
 * Slide a window down each column, which becomes a row. By differences of sums, in this order, so
 * that all is rounded as numpy does.
 * @param {Float32Array | Float64Array} values
 * @param {number} height
 * @param {number} width
 * @param {number} side the window's
 */
function meanDown(values, height, width, side) {
  const before = Math.floor(side / 2);
  const sums = new Float64Array(height + side);
  const means = new Float64Array(width * height);
  for (let x = 0; x < width; x++) {
    for (let y = 1; y < sums.length; y++) {
      const row = Math.min(Math.max(y - 1 - before, 0), height - 1);
      sums[y] = sums[y - 1] + values[row * width + x];
    }
    for (let y = 0; y < height; y++) means[x * height + y] = (sums[y + side] - sums[y]) / side;
  }
  return means;
}
