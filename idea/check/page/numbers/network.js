// @ts-check
/** Networks that the page evaluates itself: convolutions, then dense layers, with ReLU between them. */

import { DIGITS } from "../base/task.js";
import { convolve } from "./convolution.js";

/** @typedef {import("./convolution.js").Convolution} Convolution */

/**
 * @typedef {object} Layer
 * @property {Float32Array} columns its matrix W (n_out, n_in), column by column
 * @property {Float32Array} b (n_out,)
 */

export class Network {
  #size;

  /**
   * @param {Layer[]} layers
   * @param {Convolution[]} convolutions
   * @param {{height: number, width: number}} size of the images; only convolutions need it
   */
  constructor(layers, convolutions = [], size = DIGITS) {
    this.layers = layers;
    this.convolutions = convolutions;
    this.#size = size;
  }

  /** How many units the first hidden layer has. */
  get units() {
    return this.layers[0].b.length;
  }

  /** The sizes of an MLP's layers, such as "784-16-16-10". */
  get shape() {
    const inputs = this.layers[0].columns.length / this.units;
    return [inputs, ...this.layers.map(({ b }) => b.length)].join("-");
  }

  /**
   * Compute the logits of an image, summing in double precision.
   * @param {ArrayLike<number>} image in 0…1
   * @returns {Float64Array}
   */
  logits(image) {
    let maps = { values: image, ...this.#size };
    for (const convolution of this.convolutions) maps = convolve(convolution, maps);
    let h = maps.values;
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
