// @ts-check
/**
 * Trained networks as TensorFlow.js saves its own: `NAME.json`, which describes the layers, and
 * `NAME.weights.bin` beside it, all numbers. https://js.tensorflow.org/api/latest/#tf.loadLayersModel
 */

import { transposed } from "../formats/tensor.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {{name: string, shape: number[], values: Float32Array}} Named */

const GENERATOR = "TensorFlow.js tfjs-layers v4.22.0"; // whose form this is
const CHANNELS = { data_format: "channels_last" };
const PLAIN = { padding: "valid", ...CHANNELS };

/**
 * @param {NetworkParts} network
 * @param {string} name without a suffix
 * @returns {{name: string, blob: Blob}[]} both files
 */
export function tfjsOf(network, name) {
  const { layers, arrays } = described(network);
  const config = { class_name: "Sequential", config: { name: "sequential", layers } };
  const weights = arrays.map(({ name, shape }) => ({ name, shape, dtype: "float32" }));
  const file = `${name}.weights.bin`;
  const model = {
    format: "layers-model",
    generatedBy: GENERATOR,
    convertedBy: null,
    modelTopology: { ...config, keras_version: "tfjs-layers 4.22.0", backend: "tensor_flow.js" },
    weightsManifest: [{ paths: [file], weights }],
  };
  const numbers = arrays.map(({ values }) => Float32Array.from(values));
  return [
    { name: `${name}.json`, blob: new Blob([JSON.stringify(model)], { type: "application/json" }) },
    { name: file, blob: new Blob(numbers, { type: "application/octet-stream" }) },
  ];
}

/** @param {NetworkParts} network */
function described({ height, width, convolutions = [], layers: shapes, weights }) {
  /** @type {object[]} */
  const layers = [];
  /** @type {Named[]} */
  const arrays = [];
  const all = Float32Array.from(weights);
  let at = 0;
  const next = (/** @type {number} */ count) => all.subarray(at, at += count);
  const add = (/** @type {string} */ kind, /** @type {Record<string, unknown> & {name: string}} */ config) => {
    const input = layers.length ? {} : { batch_input_shape: [null, height, width, ...(convolutions.length ? [1] : [])] };
    layers.push({ class_name: kind, config: { ...config, ...input, trainable: true, dtype: "float32" } });
  };
  for (const [place, { shape, pool }] of convolutions.entries()) {
    const [outputs, , ...window] = shape;
    const name = `conv${place + 1}`;
    const common = { filters: outputs, kernel_size: window, strides: [1, 1], dilation_rate: [1, 1], ...PLAIN };
    add("Conv2D", { name, ...common, activation: "relu", use_bias: true });
    const kernel = next(shape.reduce((product, side) => product * side, 1));
    arrays.push(turned(`${name}/kernel`, shape, kernel, [2, 3, 1, 0]));
    arrays.push({ name: `${name}/bias`, shape: [outputs], values: next(outputs) });
    if (pool) add("MaxPooling2D", { name: `pool${place + 1}`, pool_size: [2, 2], strides: [2, 2], ...PLAIN });
  }
  add("Flatten", { name: "flatten", ...(convolutions.length ? CHANNELS : {}) });
  for (const [place, [outputs, inputs]] of shapes.entries()) {
    const name = `dense${place + 1}`;
    const activation = place < shapes.length - 1 ? "relu" : "linear";
    add("Dense", { name, units: outputs, activation, use_bias: true });
    // TensorFlow.js flattens maps pixel by pixel, the kernel one map after the other.
    const maps = place === 0 ? convolutions.at(-1)?.shape[0] ?? 1 : 1;
    const kernel = turned(`${name}/kernel`, [outputs, maps, inputs / maps], next(outputs * inputs), [2, 1, 0]);
    arrays.push({ ...kernel, shape: [inputs, outputs] });
    arrays.push({ name: `${name}/bias`, shape: [outputs], values: next(outputs) });
  }
  return { layers, arrays };
}

/**
 * Reorder the axes of an array.
 * @param {string} name
 * @param {number[]} shape
 * @param {Float32Array} data
 * @param {number[]} axes in their new order
 * @returns {Named}
 */
function turned(name, shape, data, axes) {
  const found = transposed({ shape, data }, axes);
  return { name, shape: found.shape, values: Float32Array.from(found.data) };
}
