// @ts-check
/** Specks: groups of ink that are small against the largest. */

/** @typedef {import("./slide.js").Picture} Picture */

// Groups of ink with less than this share of the largest one's are specks. Gaps are measured in
// cells, so many along the longer side.
const SPECK = 0.1;
const CELLS = 48;

/**
 * Clear all specks.
 * @param {Picture} ink none below 0; changed in place
 */
export function clearSpecks(ink) {
  const { values, height, width } = ink;
  const side = Math.ceil(Math.max(height, width) / CELLS);
  const [rows, columns] = [Math.ceil(height / side), Math.ceil(width / side)];
  const cells = new Float64Array(rows * columns);
  for (let y = 0, pixel = 0; y < height; y++) {
    const row = Math.floor(y / side) * columns;
    for (let x = 0; x < width; x++, pixel++) {
      if (values[pixel]) cells[row + Math.floor(x / side)] += values[pixel];
    }
  }
  const sizes = groupSizes(cells, rows, columns);
  const least = SPECK * sizes.reduce((a, b) => Math.max(a, b), 0);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / side) * columns;
    for (let column = 0; column < columns; column++) {
      if (!sizes[row + column] || sizes[row + column] >= least) continue;
      const end = y * width + Math.min((column + 1) * side, width);
      values.fill(0, y * width + column * side, end);
    }
  }
}

/**
 * Return for each cell how much ink there is in its group: what touches, also across corners.
 * @param {Float64Array} cells
 * @param {number} rows
 * @param {number} columns
 */
function groupSizes(cells, rows, columns) {
  const sizes = new Float64Array(cells.length);
  const seen = cells.map((ink) => (ink > 0 ? 0 : 1));
  for (let first = 0; first < cells.length; first++) {
    if (seen[first]) continue;
    const group = [first];
    seen[first] = 1;
    let size = 0;
    for (const cell of group) {
      size += cells[cell];
      for (const near of around(cell, rows, columns)) {
        if (!seen[near]) group.push(near);
        seen[near] = 1;
      }
    }
    for (const cell of group) sizes[cell] = size;
  }
  return sizes;
}

/**
 * @param {number} cell
 * @param {number} rows
 * @param {number} columns
 */
function* around(cell, rows, columns) {
  const [row, column] = [Math.floor(cell / columns), cell % columns];
  for (let y = Math.max(row - 1, 0); y <= Math.min(row + 1, rows - 1); y++) {
    for (let x = Math.max(column - 1, 0); x <= Math.min(column + 1, columns - 1); x++) {
      yield y * columns + x;
    }
  }
}
