// @ts-check
/** Keras's normalisations, and other layers that scale and shift; see idea/files/keras/scaling.py. */

import { DamagedError, UnsupportedError } from "./tensor.js";

/** @typedef {import("./keras_builder.js").Builder} Builder */
/** @typedef {import("./keras_config.js").KerasLayer} KerasLayer */
/** @typedef {import("./tensor.js").Numbers} Numbers */

const LEAST_DEVIATION = 1e-7;

/**
 * @param {Builder} builder
 * @param {KerasLayer} layer
 */
export function batchNorm(builder, { name, config, arrays }) {
  const [isScaled, isCentred] = [config.scale ?? true, config.center ?? true];
  const data = arrays.map((array) => array.data);
  if (data.length !== 2 + Number(isScaled) + Number(isCentred)) throw new DamagedError("layer.arrays", { layer: name, count: data.length });
  const gamma = isScaled ? data.shift() : null;
  const beta = isCentred ? data.shift() : null;
  const [mean, variance] = data;
  const scale = Float64Array.from(variance, (each, n) => (gamma?.[n] ?? 1) / Math.sqrt(each + (config.epsilon ?? 1e-3)));
  const shift = scale.map((each, n) => (beta?.[n] ?? 0) - mean[n] * each);
  const axes = axesOf(builder, config.axis ?? -1);
  builder.affine(along(builder, scale, axes), along(builder, shift, axes));
}

/**
 * @param {Builder} builder
 * @param {KerasLayer} layer
 */
export function normalization(builder, { config, arrays }) {
  const [mean, variance] = arrays.length
    ? arrays.map(({ data }) => data)
    : [config.mean, config.variance].map((value) => (value == null ? null : [value].flat(Infinity)));
  if (!mean || !variance) throw new DamagedError("normalization");
  // As in Keras, a deviation isn't smaller than epsilon.
  const deviation = Float64Array.from(variance, (each) => Math.max(Math.sqrt(each), LEAST_DEVIATION));
  const scale = config.invert ? deviation : deviation.map((each) => 1 / each);
  const shift = Float64Array.from(mean, (each, n) => (config.invert ? each : -each / deviation[n]));
  const axes = config.axis === null ? [] : axesOf(builder, config.axis ?? -1);
  builder.affine(along(builder, scale, axes), along(builder, shift, axes));
}

/**
 * @param {Builder} builder
 * @param {KerasLayer} layer
 */
export function rescaling(builder, { config: { scale, offset = 0 } }) {
  const [scales, shifts] = [scale, offset].map((value) => [value].flat(Infinity));
  builder.affine({ shape: [scales.length], data: scales }, { shape: [shifts.length], data: shifts });
}

/**
 * Write x + n, x - n, x * n or x / n.
 * @param {Builder} builder
 * @param {KerasLayer} layer
 */
export function operator(builder, { kind, config: { operand } }) {
  if (operand === undefined) throw new UnsupportedError("node.variables", { op: kind });
  const scale = kind === "Multiply" ? operand : /Divide$/.test(kind) ? 1 / operand : 1;
  const shift = kind === "Add" ? operand : kind === "Subtract" ? -operand : 0;
  builder.affine({ shape: [1], data: [scale] }, { shape: [1], data: [shift] });
}

/**
 * Axes of Keras's shape, given their numbers in a batch's.
 * @param {Builder} builder
 * @param {number | number[]} axis
 */
function axesOf(builder, axis) {
  const rank = builder.kerasShape.length + 1;
  return [axis].flat().map((each) => (((each % rank) + rank) % rank) - 1);
}

/**
 * Numbers in a shape that broadcasts along the given axes.
 * @param {Builder} builder
 * @param {Numbers} data
 * @param {number[]} axes
 */
function along(builder, data, axes) {
  if (data.length === 1) return { shape: [1], data };
  return { shape: builder.kerasShape.map((n, axis) => (axes.includes(axis) ? n : 1)), data };
}
