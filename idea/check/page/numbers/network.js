// @ts-check
/** The multi-layer perceptron 784-units-units-10, and its file of bare floats, `.dat`. */

import { DIGITS as TASK, pixelsOf } from "../base/task.js";
import { UserError } from "../base/user_error.js";

// Files of bare floats are for this task alone.
const [PIXELS, DIGITS] = [pixelsOf(TASK), TASK.classes.length];

/**
 * @typedef {object} Layer
 * @property {Float32Array} columns its matrix W (n_out, n_in), column by column
 * @property {Float32Array} b (n_out,)
 */

export class Network {
  /** @param {Layer[]} layers three, with ReLU between them */
  constructor(layers) {
    this.layers = layers;
  }

  /** How many units each hidden layer has. */
  get units() {
    return this.layers[0].b.length;
  }

  get shape() {
    return `${PIXELS}-${this.units}-${this.units}-${DIGITS}`;
  }

  /**
   * Compute the logits of an image, summing in double precision.
   * @param {ArrayLike<number>} image 784 in 0…1
   * @returns {Float64Array} ten logits
   */
  logits(image) {
    let h = image;
    for (const [number, layer] of this.layers.entries()) {
      h = forward(layer, number ? Float64Array.from(h, (a) => Math.max(a, 0)) : h);
    }
    return /** @type {Float64Array} */ (h);
  }
}

/**
 * Sum only the columns of nonzero inputs: most pixels are black, many units inactive.
 * @param {Layer} layer
 * @param {ArrayLike<number>} h its inputs
 */
export function forward({ columns, b }, h) {
  const a = Float64Array.from(b);
  for (let j = 0; j < h.length; j++) if (h[j] !== 0) addColumn(a, columns, j, h[j]);
  return a;
}

/**
 * @param {Float64Array} a added to, (n_out,)
 * @param {Float32Array} columns
 * @param {number} j which one
 * @param {number} times
 */
export function addColumn(a, columns, j, times) {
  const start = j * a.length;
  for (let k = 0; k < a.length; k++) a[k] += times * columns[start + k];
}

/**
 * Read a file: for each layer its W row by row, then its b; little-endian, as are all machines that
 * browsers run on. The size determines the number of units.
 * @param {ArrayBuffer} buffer
 * @param {string} name the file's, for the error
 * @returns {Network}
 */
export function parseDat(buffer, name) {
  const units = unitsOf(buffer.byteLength, name);
  const shapes = [
    [units, PIXELS],
    [units, units],
    [DIGITS, units],
  ];
  let start = 0;
  const take = (/** @type {number} */ count) => {
    start += 4 * count;
    return new Float32Array(buffer, start - 4 * count, count);
  };
  return new Network(
    shapes.map(([rows, columns], index) => {
      const W = take(rows * columns);
      const b = take(rows);
      checkFinite(W, `l${index + 1}/W`, columns, name);
      checkFinite(b, `l${index + 1}/b`, 0, name);
      return { columns: transposed(W, rows, columns), b: b.slice() };
    }),
  );
}

/** @param {number} units */
function bytesOf(units) {
  return 4 * ((PIXELS + 1) * units + (units + 1) * units + (units + 1) * DIGITS);
}

/**
 * Solve `bytesOf(units) = size`, or throw the sizes there are.
 * @param {number} size
 * @param {string} name
 */
function unitsOf(size, name) {
  // bytesOf(u) = 4·(u² + 796u + 10), so u = sqrt(size/4 + 398² - 10) - 398.
  const half = (PIXELS + 2 + DIGITS) / 2;
  const root = Math.floor(Math.sqrt(Math.max(0, Math.floor(size / 4) + half ** 2 - DIGITS)));
  const units = Math.max(1, root - half);
  if (size === bytesOf(units)) return units;
  throw new UserError("dat.size", {
    name,
    size,
    units,
    below: bytesOf(units),
    next: units + 1,
    above: bytesOf(units + 1),
    usual: bytesOf(PIXELS),
  });
}

/**
 * @param {Float32Array} array
 * @param {string} label its name in the file
 * @param {number} columns how many it has; 0 where it is no matrix
 * @param {string} name the file's
 */
function checkFinite(array, label, columns, name) {
  const bad = array.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const place = columns ? `${Math.floor(bad / columns)}, ${bad % columns}` : String(bad);
  throw new UserError("dat.finite", { name, place: `${label}[${place}]`, value: `${array[bad]}` });
}

/**
 * @param {Float32Array} matrix (rows, columns), row by row
 * @param {number} rows
 * @param {number} columns
 */
export function transposed(matrix, rows, columns) {
  const turned = new Float32Array(matrix.length);
  for (let row = 0, from = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = matrix[from++];
  }
  return turned;
}
