// @ts-check
/** Where the values of a chain of layers lie in a variable of a graph, for one image; see idea/files/onnx/layout.py. */

import { MOST_VALUES } from "./chain.js";
import { sizeOf, transposed, UnsupportedError } from "./tensor.js";

export class Layout {
  shape;
  indices;
  batch;

  /**
   * @param {number[]} shape of the variable, in which the images' axis has the length 1
   * @param {ArrayLike<number>} indices for each number of the variable, its place in the chain
   * @param {number} [batch] the axis of the images
   */
  constructor(shape, indices, batch = 0) {
    this.shape = shape;
    this.indices = indices;
    this.batch = batch;
  }

  /**
   * The layout of values in order.
   * @param {number[]} shape without the axis of the images
   */
  static of(shape) {
    const size = sizeOf(shape);
    if (size > MOST_VALUES) throw new UnsupportedError("values", { count: size });
    return new Layout([1, ...shape], Float64Array.from({ length: size }, (_, n) => n));
  }

  get isOrdered() {
    const { indices } = this;
    if (this.batch !== 0) return false;
    for (let n = 0; n < indices.length; n++) if (indices[n] !== n) return false;
    return true;
  }

  /** @param {number[] | undefined} axes */
  transposed(axes) {
    const order = axes ?? this.shape.map((_, axis) => this.shape.length - 1 - axis);
    const { shape, data } = transposed({ shape: this.shape, data: Float64Array.from(this.indices) }, order);
    return new Layout(shape, data, order.indexOf(this.batch));
  }

  /**
   * @param {ArrayLike<number>} given
   * @param {boolean} allowZero
   * @param {number | null} images their fixed number, which stands for the one image here
   */
  reshaped(given, allowZero, images) {
    const sizes = Array.from(given);
    if (sizes[0] === images) sizes[0] = 1;
    for (const [axis, size] of sizes.entries()) if (size === 0 && !allowZero) sizes[axis] = this.shape[axis];
    const known = sizeOf(sizes.filter((n) => n !== -1));
    const whole = sizes.map((n) => (n === -1 ? this.indices.length / known : n));
    const fits = sizeOf(whole) === this.indices.length && whole.every((n) => Number.isInteger(n));
    if (this.batch !== 0 || whole[0] !== 1 || !fits) throw new UnsupportedError("node.images", { op: "Reshape" });
    return new Layout(whole, this.indices);
  }

  /** @param {number} axis */
  flattened(axis) {
    const split = axis < 0 ? axis + this.shape.length : axis;
    if (split === 0) throw new UnsupportedError("node.images", { op: "Flatten" });
    const rows = sizeOf(this.shape.slice(0, split));
    return this.reshaped([rows, this.indices.length / rows], true, null);
  }

  /** @param {number[] | undefined} axes */
  squeezed(axes) {
    const rank = this.shape.length;
    const removed = axes
      ? axes.map((axis) => (axis + rank) % rank)
      : this.shape.map((_, axis) => axis).filter((axis) => this.shape[axis] === 1 && axis !== this.batch);
    if (removed.includes(this.batch) || removed.some((axis) => this.shape[axis] !== 1)) {
      throw new UnsupportedError("node.images", { op: "Squeeze" });
    }
    const before = removed.filter((axis) => axis < this.batch).length;
    return new Layout(this.shape.filter((_, axis) => !removed.includes(axis)), this.indices, this.batch - before);
  }

  /** @param {number[]} axes */
  unsqueezed(axes) {
    const count = this.shape.length + axes.length;
    const added = axes.map((axis) => (axis + count) % count);
    const kept = Array.from({ length: count }, (_, axis) => axis).filter((axis) => !added.includes(axis));
    const shape = Array.from({ length: count }, (_, axis) => (added.includes(axis) ? 1 : this.shape[kept.indexOf(axis)]));
    return new Layout(shape, this.indices, kept[this.batch]);
  }
}
