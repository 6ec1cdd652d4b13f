// @ts-check
/** Building a chain of layers, channels first, from layers in Keras's layouts; see idea/files/keras/builder.py. */

import { FLATTEN, MOST_VALUES, shapeAfter } from "./chain.js";
import { DamagedError, sizeOf, UnsupportedError } from "./tensor.js";

/** @typedef {import("./chain.js").Layer} Layer */
/** @typedef {import("./tensor.js").Numbers} Numbers */
/** @typedef {import("./keras_config.js").KerasLayer} KerasLayer */

/**
 * Numbers in an order of Keras's axes, of lengths that are the whole axis's or 1.
 * @typedef {{shape: number[], data: Numbers}} Spread
 */

export class Builder {
  /** @type {Layer[]} */
  layers = [];
  channelsLast;
  third;
  shape;
  first;
  /** whether maps have no axis for channels in Keras */
  #plane;

  /**
   * @param {number[]} shape of the input, as Keras has it
   * @param {{channelsLast: boolean, third: boolean}} settings whether maps are (height, width,
   *   channels) in Keras, and whether Keras 3 stored the network
   */
  constructor(shape, { channelsLast, third }) {
    if (![1, 2, 3].includes(shape.length) || !shape.every((n) => Number.isInteger(n) && n > 0)) {
      throw new UnsupportedError("image.shape", { shape: shape.join("×") });
    }
    this.channelsLast = channelsLast;
    this.third = third;
    this.#plane = shape.length === 2;
    this.shape = this.first = this.#channelsFirst(shape);
    this.#checkSize();
  }

  /** The shape of the output so far as Keras has it. */
  get kerasShape() {
    if (this.shape.length === 1 || !(this.#plane || this.channelsLast)) return this.shape;
    const [channels, height, width] = this.shape;
    return this.#plane ? [height, width] : [height, width, channels];
  }

  /** @param {Layer} layer */
  add(layer) {
    this.shape = shapeAfter(layer, this.shape);
    this.layers.push(layer);
    this.#checkSize();
  }

  /** The shape as (channels, height, width). */
  maps() {
    if (this.shape.length !== 3 || this.#plane) {
      throw new UnsupportedError("maps.none", { shape: this.kerasShape.join("×") });
    }
    return this.shape;
  }

  /** @param {boolean} channelsLast the order of Keras's axes */
  flatten(channelsLast) {
    if (this.shape.length === 3) this.add({ kind: "flatten", channelsLast: channelsLast && !this.#plane });
  }

  /** @param {number[]} target one of its lengths may be -1 */
  reshape(target) {
    const known = sizeOf(target.filter((n) => n !== -1));
    target = target.map((n) => (n === -1 ? sizeOf(this.shape) / Math.max(1, known) : n));
    if (target.join() === this.kerasShape.join()) return;
    const refused = () => new UnsupportedError("reshape", { shape: target.join("×") });
    if (![1, 2, 3].includes(target.length) || sizeOf(target) !== sizeOf(this.shape)) throw refused();
    this.flatten(this.channelsLast);
    if (target.length === 1) return;
    this.#plane = target.length === 2;
    const shape = this.#channelsFirst(target);
    if (target.length === 3 && this.channelsLast && shape[0] > 1 && shape[1] * shape[2] > 1) throw refused();
    this.add({ kind: "reshape", shape });
  }

  /**
   * Scale and shift the values; both are broadcast to Keras's shape.
   * @param {Spread} scale
   * @param {Spread} shift
   */
  affine(scale, shift) {
    const [scales, shifts] = [scale, shift].map((values) => this.#spread(values));
    const isConstant = (/** @type {Float64Array} */ numbers) => numbers.every((each) => each === numbers[0]);
    if (isConstant(scales) && isConstant(shifts)) {
      this.add({ kind: "affine", scale: scales.slice(0, 1), shift: shifts.slice(0, 1) });
      return;
    }
    const [channels, ...size] = this.shape;
    const area = sizeOf(size);
    const perChannel = (/** @type {Float64Array} */ numbers) => numbers.every((each, n) => each === numbers[n - (n % area)]);
    const taken = (/** @type {Float64Array} */ numbers) => Float64Array.from({ length: channels }, (_, n) => numbers[n * area]);
    if (perChannel(scales) && perChannel(shifts)) {
      this.add({ kind: "affine", scale: taken(scales), shift: taken(shifts) });
      return;
    }
    const { shape } = this;
    this.add(FLATTEN);
    this.add({ kind: "affine", scale: scales, shift: shifts });
    this.add({ kind: "reshape", shape });
  }

  /**
   * The padding of a layer of windows: of "same", the larger half comes last.
   * @param {any} config
   * @param {number[]} extent
   * @param {number[]} strides
   */
  pads({ padding = "valid" }, extent, strides) {
    const [, ...size] = this.maps();
    if (padding === "valid") return [0, 0, 0, 0];
    if (padding !== "same") throw new UnsupportedError("padding", { padding });
    const total = size.map((n, axis) => Math.max((Math.ceil(n / strides[axis]) - 1) * strides[axis] + extent[axis] - n, 0));
    const half = total.map((n) => Math.floor(n / 2));
    return [...half, total[0] - half[0], total[1] - half[1]];
  }

  /** @param {number[]} shape */
  #channelsFirst(shape) {
    if (shape.length === 2) return [1, ...shape];
    return shape.length === 3 && this.channelsLast ? [shape[2], shape[0], shape[1]] : shape;
  }

  /**
   * Values broadcast to Keras's shape, in the order of the chain's axes.
   * @param {Spread} values
   */
  #spread({ shape, data }) {
    const whole = this.kerasShape;
    const lengths = [...new Array(whole.length - shape.length).fill(1), ...shape];
    if (lengths.some((n, axis) => n !== 1 && n !== whole[axis]) || lengths.length > whole.length) {
      throw new DamagedError("array.count", { shape: whole.join("×"), count: data.length });
    }
    // The steps through `data` of Keras's axes, in the order of the chain's.
    const steps = lengths.map((n, axis) => (n === 1 ? 0 : sizeOf(lengths.slice(axis + 1))));
    const turns = whole.length === 3 && this.channelsLast;
    const [axes, sizes] = turns ? [[2, 0, 1], this.shape] : [whole.map((_, axis) => axis), whole];
    return Float64Array.from({ length: sizeOf(sizes) }, (_, n) => {
      let [rest, at] = [n, 0];
      for (let axis = sizes.length - 1; axis >= 0; axis--) {
        at += (rest % sizes[axis]) * steps[axes[axis]];
        rest = Math.floor(rest / sizes[axis]);
      }
      return data[at];
    });
  }

  #checkSize() {
    if (sizeOf(this.shape) > MOST_VALUES) throw new DamagedError("values.many", { most: MOST_VALUES });
  }
}

/**
 * A pair of whole numbers, of which Keras also takes one for both.
 * @param {KerasLayer} layer
 * @param {string} key
 * @param {number | number[]} [usual]
 * @returns {number[]}
 */
export function pair({ config }, key, usual = 1) {
  const value = config[key] ?? usual;
  const both = typeof value === "number" ? [value, value] : value;
  if (!Array.isArray(both) || both.length !== 2 || !both.every((n) => Number.isInteger(n) && n > 0)) {
    throw new DamagedError("option", { option: key, value: String(value) });
  }
  return both;
}
