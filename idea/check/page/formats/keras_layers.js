// @ts-check
/** Keras's layers as a chain of layers; see idea/files/keras/layers.py. */

import { DIGITS } from "../base/task.js";
import { conv } from "./chain.js";
import { activationNamed, activationOf, ACTIVATION_LAYERS } from "./keras_activations.js";
import { Builder, pair } from "./keras_builder.js";
import { batchNorm, normalization, operator, rescaling } from "./keras_scaling.js";
import { DamagedError, filled, transposed, UnsupportedError } from "./tensor.js";

/** @typedef {import("./keras_config.js").KerasLayer} KerasLayer */
/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {(builder: Builder, layer: KerasLayer) => void} Writer */

// The layers that do nothing when a trained network is used.
const NOTHING = /^(ActivityRegularization|AlphaDropout|Dropout|Gaussian(Dropout|Noise)|Identity|InputLayer|SpatialDropout[12]D|Random(Brightness|Contrast|Flip|Height|Rotation|Shear|Translation|Width|Zoom))$/;

/** @type {Record<string, Writer>} */
const WRITERS = {
  Dense: dense,
  Conv2D: convolution,
  Convolution2D: convolution,
  MaxPooling2D: pool,
  AveragePooling2D: pool,
  GlobalMaxPooling2D: globalPool,
  GlobalAveragePooling2D: globalPool,
  Flatten: flatten,
  Reshape: (builder, { config }) => builder.reshape(config.target_shape),
  ZeroPadding2D: pad,
  BatchNormalization: batchNorm,
  Normalization: normalization,
  Rescaling: rescaling,
  TrueDivide: operator,
  Divide: operator,
  Multiply: operator,
  Subtract: operator,
  Add: operator,
};

/**
 * @param {KerasLayer[]} layers in order, with their arrays
 * @param {(number | null)[] | null} shape of an image, as Keras has it; what is null is open
 * @param {boolean} third whether Keras 3 stored the network, not an older version
 * @returns {import("./chain.js").Chain}
 */
export function chainOf(layers, shape, third) {
  const builder = new Builder(knownShape(layers, shape), { channelsLast: channelsLast(layers, shape), third });
  for (const layer of layers) add(builder, layer);
  return { layers: builder.layers, shape: builder.first };
}

/**
 * The shape of an image; what is open is as for MNIST, or as the first array has it.
 * @param {KerasLayer[]} layers
 * @param {(number | null)[] | null} shape
 * @returns {number[]}
 */
function knownShape(layers, shape) {
  if (shape && !shape.includes(null)) return /** @type {number[]} */ (shape);
  const first = layers.find(({ arrays }) => arrays.length)?.arrays[0];
  if (first?.shape.length === 2 && (!shape || shape.length === 1)) return [first.shape[0]];
  const sides = [DIGITS.height, DIGITS.width];
  const given = shape ?? [null, null, first?.shape.length === 4 ? first.shape[2] : 1];
  return given.map((n) => n ?? sides.shift() ?? 1);
}

/**
 * The order of axes that the layers name; Dense alone have one channel anyhow.
 * @param {KerasLayer[]} layers
 * @param {(number | null)[] | null} shape
 */
function channelsLast(layers, shape) {
  const named = layers.filter(({ kind }) => kind !== "Flatten").map(({ config }) => config.data_format).filter(Boolean);
  if (!named.length) return !(shape?.length === 3 && shape[0] === 1 && shape[2] !== 1);
  if (new Set(named).size > 1) throw new UnsupportedError("channels.mixed");
  return named[0] !== "channels_first";
}

/**
 * @param {Builder} builder
 * @param {KerasLayer} layer
 */
function add(builder, layer) {
  const { kind, name, config } = layer;
  if (NOTHING.test(kind)) return;
  const activate = (/** @type {import("./chain.js").Activation | null} */ found) => found && builder.add(found);
  if (ACTIVATION_LAYERS.includes(kind)) {
    activate(activationOf(layer, builder.third));
    return;
  }
  if (!Object.hasOwn(WRITERS, kind)) throw new UnsupportedError("layer", { kind: kind.slice(0, 60), layer: name.slice(0, 60) });
  WRITERS[kind](builder, layer);
  if (config.activation !== undefined) activate(activationNamed(config.activation, builder.third));
}

/** @type {Writer} */
function dense(builder, layer) {
  const { W, b } = kernels(layer, 2);
  if (builder.shape.length === 1) {
    builder.add({ kind: "dense", W: transposed(W, [1, 0]), b });
    return;
  }
  builder.maps(); // of the channels of each pixel
  if (!builder.channelsLast) throw new UnsupportedError("dense.axis");
  const turned = transposed(W, [1, 0]);
  builder.add(conv({ shape: [...turned.shape, 1, 1], data: turned.data }, b));
}

/** @type {Writer} */
function convolution(builder, layer) {
  const { W, b } = kernels(layer, 4);
  const [strides, dilations] = [pair(layer, "strides"), pair(layer, "dilation_rate")];
  const groups = Number(layer.config.groups ?? 1);
  const extent = W.shape.slice(0, 2).map((k, axis) => (k - 1) * dilations[axis] + 1);
  const pads = builder.pads(layer.config, extent, strides);
  builder.add(conv(transposed(W, [3, 2, 0, 1]), b, { strides, pads, dilations, groups }));
}

/**
 * The kernel of a layer, of so many axes, and its bias or zeros.
 * @param {KerasLayer} layer
 * @param {number} axes
 */
function kernels({ name, config, arrays }, axes) {
  const isBiased = config.use_bias ?? true;
  if (arrays.length !== 1 + Number(isBiased)) throw new DamagedError("layer.arrays", { layer: name, count: arrays.length });
  const [W, bias] = arrays;
  if (W.shape.length !== axes) throw new DamagedError("layer.kernel", { layer: name, found: W.shape.length, needed: axes });
  const outputs = W.shape[axes - 1];
  const b = isBiased ? bias.data : filled(outputs);
  if (b.length !== outputs) throw new DamagedError("layer.bias", { layer: name, found: b.length, needed: outputs });
  return { W, b };
}

/** @type {Writer} */
function pool(builder, layer) {
  const size = pair(layer, "pool_size", 2);
  const strides = pair(layer, "strides", size);
  const pads = builder.pads(layer.config, size, strides);
  builder.add({ kind: "pool", average: !layer.kind.startsWith("Max"), size, strides, pads, ceil: false });
}

/** @type {Writer} */
function globalPool(builder, { kind, config }) {
  const [channels] = builder.maps();
  builder.add({ kind: "global", average: !kind.includes("Max") });
  if (config.keepdims) builder.reshape(builder.channelsLast ? [1, 1, channels] : [channels, 1, 1]);
}

/** @type {Writer} */
function flatten(builder, { config }) {
  // Keras brings channels to the end if Flatten's own setting says that they are first.
  builder.flatten(builder.channelsLast || config.data_format === "channels_first");
}

/** @type {Writer} */
function pad(builder, { config: { padding } }) {
  builder.maps();
  const [rows, columns] = (typeof padding === "number" ? [padding, padding] : padding)
    .map((/** @type {any} */ side) => (typeof side === "number" ? [side, side] : side));
  const pads = [rows[0], columns[0], rows[1], columns[1]];
  if (!pads.every((n) => Number.isInteger(n) && n >= 0)) throw new DamagedError("padding.value", { pads: pads.join(", ") });
  builder.add({ kind: "pad", pads });
}
