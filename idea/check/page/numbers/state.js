// @ts-check
/** What a search changes pixel by pixel, knowing of each change what it gains. */

import { addColumn, forward, transposed } from "./network.js";

/** @typedef {import("./network.js").Network} Network */

// Of all that adds up to the energy; less than this can be mere rounding.
const DOUBT = 1e-10;

/**
 * An image, with what is needed to tell quickly how the energy changes with a pixel.
 *
 * The second layer's units are of two kinds. Those that are so far from zero that the change can't
 * switch them give, all together, `slopes` times the change of each unit of the first layer. Only
 * the few others are looked at one by one.
 */
export class State {
  /**
   * @param {Network} network
   * @param {number} digit
   * @param {ArrayLike<number>} image
   */
  constructor(network, digit, image) {
    const [first, second, last] = network.layers;
    const units = network.units;
    this.network = network;
    this.digit = digit;
    this.image = Float64Array.from(image);
    this.evaluations = 0;
    this.first = first.columns;
    this.second = second.columns;
    this.rows = transposed(second.columns, units, units);
    this.out = Float64Array.from({ length: units }, (_, k) => last.columns[k * 10 + digit]);
    this.norms = Float64Array.from({ length: units }, (_, k) => norm(this.rows, k * units, units));
    this.a1 = forward(first, image);
    this.a2 = forward(second, this.a1.map((a) => Math.max(a, 0)));
    this.doubt = DOUBT * this.a2.reduce((sum, a, k) => sum + Math.abs(a * this.out[k]), 0);
    this.slopes = new Float64Array(units);
    this.a2.forEach((a, k) => a > 0 && addColumn(this.slopes, this.rows, k, this.out[k]));
    // What the change that is being looked at makes of the first layer: which units, by how much.
    this.moved = new Int32Array(units);
    this.moves = new Float64Array(units);
    this.count = 0;
  }

  /**
   * Give the energy with a pixel at 1 minus that with it at 0.
   * @param {number} pixel
   */
  advantage(pixel) {
    const was = this.image[pixel];
    const advantage = this.gain(pixel, 1 - was) - this.gain(pixel, -was);
    if (advantage === 0 || Math.abs(advantage) > this.doubt) return advantage;
    return this.energyWith(pixel, 1) - this.energyWith(pixel, 0);
  }

  /**
   * Give by how much the energy grows with a pixel.
   * @param {number} pixel
   * @param {number} step
   */
  gain(pixel, step) {
    if (step === 0) return 0;
    this.evaluations++;
    const { a2, norms, slopes, moved, moves, out } = this;
    this.move(pixel, step);
    let [gain, square] = [0, 0];
    for (let n = 0; n < this.count; n++) {
      gain += slopes[moved[n]] * moves[n];
      square += moves[n] * moves[n];
    }
    const length = Math.sqrt(square);
    for (let k = 0; k < a2.length; k++) {
      const a = a2[k];
      // By the inequality of Cauchy and Schwarz the unit can't be moved by more.
      if (Math.abs(a) > length * norms[k]) continue;
      const after = a + this.push(k);
      if (after > 0 !== a > 0) gain += out[k] * Math.abs(after);
    }
    return gain;
  }

  /**
   * Note how the first layer's units change.
   * @param {number} pixel
   * @param {number} step
   */
  move(pixel, step) {
    const { first, a1, moved, moves } = this;
    const start = pixel * a1.length;
    let count = 0;
    for (let j = 0; j < a1.length; j++) {
      const before = a1[j];
      const after = before + step * first[start + j];
      const change = (after > 0 ? after : 0) - (before > 0 ? before : 0);
      moved[count] = j;
      moves[count] = change;
      if (change !== 0) count++;
    }
    this.count = count;
  }

  /**
   * Give how far the noted changes move a unit of the second layer.
   * @param {number} k
   */
  push(k) {
    const { rows, moved, moves, count } = this;
    const start = k * this.a2.length;
    let sum = 0;
    for (let n = 0; n < count; n++) sum += rows[start + moved[n]] * moves[n];
    return sum;
  }

  /**
   * @param {number} pixel
   * @param {number} value
   */
  set(pixel, value) {
    const step = value - this.image[pixel];
    const before = Float64Array.from(this.a2);
    this.move(pixel, step);
    this.image[pixel] = value;
    addColumn(this.a1, this.first, pixel, step);
    for (let n = 0; n < this.count; n++) {
      addColumn(this.a2, this.second, this.moved[n], this.moves[n]);
    }
    this.a2.forEach((a, k) => {
      if (a > 0 === before[k] > 0) return;
      addColumn(this.slopes, this.rows, k, a > 0 ? this.out[k] : -this.out[k]);
    });
  }

  /** Whether no flip makes the energy larger. */
  isOptimal() {
    return this.image.every((value, pixel) => {
      const advantage = this.advantage(pixel);
      return value === 1 ? advantage >= 0 : advantage <= 0;
    });
  }

  /**
   * Ask the network itself: equal energies come out equal to the bit.
   * @param {number} pixel
   * @param {number} value
   */
  energyWith(pixel, value) {
    const image = this.image.slice();
    image[pixel] = value;
    return this.network.logits(image)[this.digit];
  }
}

/**
 * @param {Float32Array} values
 * @param {number} start
 * @param {number} count
 */
function norm(values, start, count) {
  let square = 0;
  for (let n = start; n < start + count; n++) square += values[n] * values[n];
  return Math.sqrt(square);
}
