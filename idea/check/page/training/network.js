// @ts-check
/** A network whose weights TensorFlow.js changes. */

/** @typedef {import("./kinds.js").TensorFlow} TensorFlow */
/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../numbers/weights.js").Shapes} Shapes */

// The order of axes: of a convolution's weights here, as the kernel has them, and as TensorFlow.js does.
const TO_TENSORFLOW = [2, 3, 1, 0];
const FROM_TENSORFLOW = [3, 2, 0, 1];
// Of a dense layer's weights, both ways. (Of weights that it transposes itself, WebAssembly adds the
// last unit's bias to all units, but for the first image.)
const TURNED = [1, 0];

/** @typedef {{W: any, b: any}} Layer variables */

export class TrainedNetwork {
  #tf;
  #task;
  /** @type {(Layer & {pool: boolean})[]} */
  #convolutions;
  /** @type {Layer[]} */
  #layers;

  /**
   * Make one with random weights, uniform as Glorot and Bengio (2010) have them, and biases of 0.
   * @param {TensorFlow} tf
   * @param {Shapes} shapes
   * @param {Task} task
   * @param {() => number} random
   */
  constructor(tf, { convolutions, layers }, task, random) {
    this.#tf = tf;
    this.#task = task;
    const first = (/** @type {number[]} */ shape) => {
      const [outputs, inputs, ...window] = shape;
      const area = window.reduce((product, side) => product * side, 1);
      const limit = Math.sqrt(6 / ((inputs + outputs) * area));
      const values = Float32Array.from({ length: inputs * outputs * area }, () => limit * (2 * random() - 1));
      return tf.tensor(values, shape);
    };
    const bias = (/** @type {number} */ outputs) => tf.variable(tf.zeros([outputs]));
    [this.#convolutions, this.#layers] = tf.tidy(() => [
      convolutions.map(({ shape, pool }) => (
        { W: tf.variable(tf.transpose(first(shape), TO_TENSORFLOW)), b: bias(shape[0]), pool: Boolean(pool) }
      )),
      layers.map((shape) => ({ W: tf.variable(tf.transpose(first(shape), TURNED)), b: bias(shape[0]) })),
    ]);
  }

  /**
   * Take weights in the kernel's order.
   * @param {Float32Array} all
   */
  load(all) {
    const { tidy, tensor, transpose } = this.#tf;
    let at = 0;
    const next = (/** @type {any} */ variable, /** @type {number[]} */ from, /** @type {number[]} */ axes) => {
      const shape = from.map((axis) => variable.shape[axis]);
      const values = all.slice(at, at += variable.size);
      tidy(() => variable.assign(transpose(tensor(values, shape), axes)));
    };
    for (const { W, b } of this.#convolutions) {
      next(W, FROM_TENSORFLOW, TO_TENSORFLOW);
      next(b, [0], [0]);
    }
    for (const { W, b } of this.#layers) {
      next(W, TURNED, TURNED);
      next(b, [0], [0]);
    }
  }

  /** @returns {any[]} what training changes */
  get variables() {
    return [...this.#convolutions, ...this.#layers].flatMap(({ W, b }) => [W, b]);
  }

  /** @param {any} images a tensor of (images, pixels) in 0…1 */
  logits(images) {
    const { tidy, fused, maxPool, reshape, transpose } = this.#tf;
    const { height, width } = this.#task;
    return tidy(() => {
      let values = images;
      if (this.#convolutions.length) values = reshape(values, [-1, height, width, 1]);
      for (const { W, b, pool } of this.#convolutions) {
        values = fused.conv2d({ x: values, filter: W, strides: 1, pad: "valid", bias: b, activation: "relu" });
        if (pool) values = maxPool(values, 2, 2, "valid");
      }
      // The kernel's order: one map after the other.
      if (this.#convolutions.length) values = reshape(transpose(values, [0, 3, 1, 2]), [images.shape[0], -1]);
      for (const [place, { W, b }] of this.#layers.entries()) {
        const activation = place < this.#layers.length - 1 ? "relu" : "linear";
        values = fused.matMul({ a: values, b: W, bias: b, activation });
      }
      return values;
    });
  }

  /**
   * Return all weights in the kernel's order.
   * @returns {Promise<Float32Array<ArrayBuffer>>}
   */
  async weights() {
    const { clone, tidy, transpose } = this.#tf;
    /** @type {any[]} */
    const parts = tidy(() => [
      ...this.#convolutions.flatMap(({ W, b }) => [transpose(W, FROM_TENSORFLOW), clone(b)]),
      ...this.#layers.flatMap(({ W, b }) => [transpose(W, TURNED), clone(b)]),
    ]);
    const values = await Promise.all(parts.map((part) => part.data()));
    for (const part of parts) part.dispose();
    const all = new Float32Array(values.reduce((count, { length }) => count + length, 0));
    let at = 0;
    for (const part of values) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  dispose() {
    for (const variable of this.variables) variable.dispose();
  }
}
