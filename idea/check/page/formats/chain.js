// @ts-check
/**
 * Chains of layers: the common form of all files. Maps are channels first, and flattened in that
 * order.
 */

import { DIGITS } from "../base/task.js";
import { DamagedError, sizeOf } from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {import("./tensor.js").Numbers} Numbers */
/** @typedef {import("../base/task.js").Task} Task */

/**
 * @typedef {{kind: "dense", W: Tensor, b: Numbers}} Dense W (outputs, inputs)
 * @typedef {object} Conv
 * @property {"conv"} kind
 * @property {Tensor} W (outputs, inputs / groups, height, width), as a cross-correlation
 * @property {Numbers} b
 * @property {number[]} strides
 * @property {number[]} pads at the top, on the left, at the bottom, on the right
 * @property {number[]} dilations
 * @property {number} groups
 * @typedef {object} Pool
 * @property {"pool"} kind
 * @property {boolean} average
 * @property {number[]} size
 * @property {number[]} strides
 * @property {number[]} pads
 * @property {boolean} ceil whether a last window may reach over the edge
 * @typedef {{kind: "global", average: boolean}} GlobalPool
 * @typedef {{kind: "affine", scale: Numbers, shift: Numbers}} Affine one number for all values, or
 *   one for each channel or value
 * @typedef {{kind: "activation", name: string}} Activation as idea/files/layers/activations.py
 * @typedef {{kind: "flatten", channelsLast: boolean}} Flatten
 * @typedef {{kind: "reshape", shape: number[]}} Reshape flat values as maps
 * @typedef {{kind: "pad", pads: number[]}} Pad
 * @typedef {Dense | Conv | Pool | GlobalPool | Affine | Activation | Flatten | Reshape | Pad} Layer
 *
 * @typedef {object} Chain
 * @property {Layer[]} layers
 * @property {number[] | null} shape of the input, (pixels) or (channels, height, width)
 * @property {Task | null} [task] that the file has
 * @property {import("../base/language.js").Message[]} [open] what the file leaves open, and how it is taken
 * @property {import("../base/language.js").Message[]} [notes] on how it was read
 */

export const NO_PADS = [0, 0, 0, 0];
/** More values between two layers than this are refused. */
export const MOST_VALUES = 2 ** 24;

/**
 * @param {Tensor} W
 * @param {Numbers} b
 * @param {Partial<Conv>} [more]
 * @returns {Conv}
 */
export function conv(W, b, more = {}) {
  return { kind: "conv", W, b, strides: [1, 1], pads: NO_PADS, dilations: [1, 1], groups: 1, ...more };
}

/** @type {Flatten} */
export const FLATTEN = { kind: "flatten", channelsLast: false };
/** @type {Activation} */
export const RELU = { kind: "activation", name: "relu" };

/**
 * The shapes before the first layer, between layers and after the last.
 * @param {Layer[]} layers
 * @param {number[]} shape
 */
export function shapesOf(layers, shape) {
  const shapes = [shape];
  for (const [place, layer] of layers.entries()) {
    try {
      shapes.push(shapeAfter(layer, shapes[place]));
    } catch (/** @type {any} */ error) {
      if (!(error instanceof DamagedError)) throw error;
      throw new DamagedError("in_layer", { place: place + 1, kind: layer.kind, what: error.found });
    }
  }
  return shapes;
}

/**
 * @param {Layer} layer
 * @param {number[]} shape
 * @returns {number[]}
 */
export function shapeAfter(layer, shape) {
  switch (layer.kind) {
    case "dense":
      require(shape, [layer.W.shape[1]]);
      return [layer.W.shape[0]];
    case "flatten":
      return [sizeOf(shape)];
    case "reshape":
      require([sizeOf(shape)], [sizeOf(layer.shape)]);
      return layer.shape;
    case "affine":
      if (layer.scale.length > 1) require(shape.slice(0, 1), [layer.scale.length]);
      return shape;
    case "activation":
      return shape;
    default:
      return afterMaps(layer, shape);
  }
}

/**
 * @param {Conv | Pool | GlobalPool | Pad} layer
 * @param {number[]} shape
 * @returns {number[]}
 */
function afterMaps(layer, shape) {
  if (shape.length !== 3) throw new DamagedError("maps.flat", { count: sizeOf(shape) });
  const [channels, height, width] = shape;
  if (layer.kind === "global") return [channels];
  const [top, left, bottom, right] = layer.pads;
  const padded = [height + top + bottom, width + left + right];
  if (layer.kind === "pad") return [channels, ...padded];
  if (layer.kind === "pool") return [channels, ...windows(layer, layer.size, shape, padded, layer.ceil)];
  require([channels], [layer.W.shape[1] * layer.groups]);
  const extent = layer.W.shape.slice(2).map((k, axis) => (k - 1) * layer.dilations[axis] + 1);
  return [layer.W.shape[0], ...windows(layer, extent, shape, padded, false)];
}

/**
 * How many windows fit, downwards and across.
 * @param {{strides: number[], pads: number[]}} layer
 * @param {number[]} extent
 * @param {number[]} shape
 * @param {number[]} padded
 * @param {boolean} ceil
 */
function windows({ strides, pads }, extent, [, ...size], padded, ceil) {
  return padded.map((n, axis) => {
    const [k, stride] = [extent[axis], strides[axis]];
    if (n < k) throw new DamagedError("maps.small", { needed: extent.join("×"), size: size.join("×") });
    const count = Math.floor((n - k) / stride) + 1;
    // As in PyTorch and Keras, a further window must begin within the map.
    const further = ceil && (n - k) % stride > 0 && count * stride < size[axis] + pads[axis];
    return count + Number(further);
  });
}

/**
 * @param {number[]} found
 * @param {number[]} expected
 */
function require(found, expected) {
  if (found.join() !== expected.join()) {
    throw new DamagedError("shape", { needed: expected.join("×"), shape: found.join("×") });
  }
}

const [SMALLEST, LARGEST] = [2, 64];

/**
 * The shape of the square images that layers of maps fit: MNIST's, or the only one.
 * @param {Layer[]} layers
 * @returns {number[] | null}
 */
export function squareFor(layers) {
  const fits = (/** @type {number} */ side) => {
    try {
      return shapesOf(layers, [1, side, side]).length > 0;
    } catch {
      return false;
    }
  };
  const found = fits(DIGITS.height) ? [DIGITS.height] : sides().filter(fits);
  return found.length === 1 ? [1, found[0], found[0]] : null;
}

/** The sides of the square images that are tried. */
export function sides() {
  return Array.from({ length: LARGEST - SMALLEST + 1 }, (_, n) => n + SMALLEST);
}
