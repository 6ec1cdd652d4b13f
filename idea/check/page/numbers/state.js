// @ts-check
/** The state of a search: an image that is changed pixel by pixel, with the gains of changes. */

import { addColumn, forward, transposed } from "./network.js";

/** @typedef {import("./network.js").Network} Network */

// Relative to the sum of the energy's terms; a smaller difference can be a rounding error.
const TIE_TOLERANCE = 1e-10;

/**
 * An image, with what is needed to compute quickly how the energy changes with a pixel.
 *
 * The second layer's units are of two kinds. Those that are so far from zero that the change can't
 * switch them give, all together, `slopes` times the change of each unit of the first layer. Only
 * the few others are looked at one by one.
 */
export class State {
  /**
   * @param {Network} network
   * @param {number} target the class whose logit is the energy
   * @param {ArrayLike<number>} image
   */
  constructor(network, target, image) {
    const [first, second, last] = network.layers;
    const units = network.units;
    this.network = network;
    this.target = target;
    this.image = Float64Array.from(image);
    this.evaluations = 0;
    this.first = first.columns;
    this.second = second.columns;
    this.rows = transposed(second.columns, units, units);
    this.out = Float64Array.from({ length: units }, (_, k) => last.columns[k * last.b.length + target]);
    this.norms = Float64Array.from({ length: units }, (_, k) => norm(this.rows, k * units, units));
    this.a1 = forward(first, image);
    this.a2 = forward(second, this.a1.map((a) => Math.max(a, 0)));
    const size = this.a2.reduce((sum, a, k) => sum + Math.abs(a * this.out[k]), 0);
    this.tieTolerance = TIE_TOLERANCE * size;
    this.slopes = new Float64Array(units);
    this.a2.forEach((a, k) => a > 0 && addColumn(this.slopes, this.rows, k, this.out[k]));
    // Of the change being examined: which units of the first layer change, and by how much.
    this.changedUnits = new Int32Array(units);
    this.unitChanges = new Float64Array(units);
    this.count = 0;
  }

  /**
   * Return the energy with a pixel at 1 minus that with it at 0.
   * @param {number} pixel
   */
  advantage(pixel) {
    const was = this.image[pixel];
    const advantage = this.gain(pixel, 1 - was) - this.gain(pixel, -was);
    if (advantage === 0 || Math.abs(advantage) > this.tieTolerance) return advantage;
    return this.energyWith(pixel, 1) - this.energyWith(pixel, 0);
  }

  /**
   * Return the gain of changing a pixel.
   * @param {number} pixel
   * @param {number} step
   */
  gain(pixel, step) {
    if (step === 0) return 0;
    this.evaluations++;
    const { a2, norms, slopes, changedUnits, unitChanges, out } = this;
    this.computeChanges(pixel, step);
    let [gain, square] = [0, 0];
    for (let n = 0; n < this.count; n++) {
      gain += slopes[changedUnits[n]] * unitChanges[n];
      square += unitChanges[n] * unitChanges[n];
    }
    const length = Math.sqrt(square);
    for (let k = 0; k < a2.length; k++) {
      const a = a2[k];
      // By the inequality of Cauchy and Schwarz the unit can't be moved by more.
      if (Math.abs(a) > length * norms[k]) continue;
      const after = a + this.secondLayerChange(k);
      if (after > 0 !== a > 0) gain += out[k] * Math.abs(after);
    }
    return gain;
  }

  /**
   * Compute the changes of the first layer's units.
   * @param {number} pixel
   * @param {number} step
   */
  computeChanges(pixel, step) {
    const { first, a1, changedUnits, unitChanges } = this;
    const start = pixel * a1.length;
    let count = 0;
    for (let j = 0; j < a1.length; j++) {
      const before = a1[j];
      const after = before + step * first[start + j];
      const change = (after > 0 ? after : 0) - (before > 0 ? before : 0);
      changedUnits[count] = j;
      unitChanges[count] = change;
      if (change !== 0) count++;
    }
    this.count = count;
  }

  /**
   * Return the change of a unit of the second layer that results from them.
   * @param {number} k
   */
  secondLayerChange(k) {
    const { rows, changedUnits, unitChanges, count } = this;
    const start = k * this.a2.length;
    let sum = 0;
    for (let n = 0; n < count; n++) sum += rows[start + changedUnits[n]] * unitChanges[n];
    return sum;
  }

  /**
   * @param {number} pixel
   * @param {number} value
   */
  set(pixel, value) {
    const step = value - this.image[pixel];
    const before = Float64Array.from(this.a2);
    this.computeChanges(pixel, step);
    this.image[pixel] = value;
    addColumn(this.a1, this.first, pixel, step);
    for (let n = 0; n < this.count; n++) {
      addColumn(this.a2, this.second, this.changedUnits[n], this.unitChanges[n]);
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

  /** Whether no flip changes the energy. */
  isFlat() {
    return this.image.every((_, pixel) => this.advantage(pixel) === 0);
  }

  /**
   * Evaluate the whole network: equal energies are equal to the bit.
   * @param {number} pixel
   * @param {number} value
   */
  energyWith(pixel, value) {
    const image = this.image.slice();
    image[pixel] = value;
    return this.network.logits(image)[this.target];
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
