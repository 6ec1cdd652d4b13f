// @ts-check
/** Resizing as Pillow does it with floats. */

/** @typedef {import("./slide.js").Picture} Picture */

/**
 * Average squares of pixels to one each; at the right and at the bottom, what there is of them.
 * @param {Picture} picture
 * @param {number} factor the squares' side
 * @returns {Picture}
 */
export function reduce({ values, height, width }, factor) {
  const [rows, columns] = [Math.ceil(height / factor), Math.ceil(width / factor)];
  const means = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const bottom = Math.min((row + 1) * factor, height);
    for (let column = 0; column < columns; column++) {
      const right = Math.min((column + 1) * factor, width);
      let sum = 0;
      for (let y = row * factor; y < bottom; y++) {
        for (let x = column * factor; x < right; x++) sum += values[y * width + x];
      }
      const area = (bottom - row * factor) * (right - column * factor);
      means[row * columns + column] = sum * (1 / area);
    }
  }
  return { values: means, height: rows, width: columns };
}

/**
 * Resize with Hamming's window: it averages over the area that becomes a pixel, and has no negative
 * weights.
 * @param {Picture} picture
 * @param {number} height
 * @param {number} width
 * @returns {Picture}
 */
export function resize(picture, height, width) {
  const { values } = picture;
  const wide = new Float32Array(picture.height * width);
  alongRows(values, picture.width, wide, width, picture.height);
  const small = new Float32Array(height * width);
  downColumns(wide, picture.height, small, height, width);
  return { values: small, height, width };
}

/**
 * @param {Float32Array} from
 * @param {number} before a row's length
 * @param {Float32Array} to
 * @param {number} after that of the new ones
 * @param {number} rows
 */
function alongRows(from, before, to, after, rows) {
  windows(before, after).forEach(({ first, weights }, x) => {
    for (let y = 0; y < rows; y++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += from[y * before + first + k] * weights[k];
      to[y * after + x] = sum;
    }
  });
}

/**
 * @param {Float32Array} from
 * @param {number} before a column's length
 * @param {Float32Array} to
 * @param {number} after that of the new ones
 * @param {number} columns
 */
function downColumns(from, before, to, after, columns) {
  windows(before, after).forEach(({ first, weights }, y) => {
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += from[(first + k) * columns + x] * weights[k];
      to[y * columns + x] = sum;
    }
  });
}

/**
 * Return which pixels become each new one, with what weights; their sum is 1.
 * @param {number} before the length
 * @param {number} after the new length
 */
function windows(before, after) {
  const scale = before / after;
  const reach = Math.max(scale, 1);
  return Array.from({ length: after }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(Math.trunc(centre - reach + 0.5), 0);
    const end = Math.min(Math.trunc(centre + reach + 0.5), before);
    const weights = Float64Array.from({ length: end - first }, (_, k) =>
      hamming((k + first - centre + 0.5) * (1 / reach)),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** @param {number} x in window halves */
function hamming(x) {
  if (x === 0) return 1;
  const angle = Math.abs(x) * Math.PI;
  if (angle >= Math.PI) return 0;
  return (Math.sin(angle) / angle) * (Math.fround(0.54) + Math.fround(0.46) * Math.cos(angle));
}
