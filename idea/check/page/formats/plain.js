// @ts-check
/** The networks among chains of layers that the kernel evaluates; see idea/files/layers/plain.py. */

import { folded } from "./folding.js";
import { sizeOf, UnsupportedError } from "./tensor.js";

/** @typedef {import("./chain.js").Chain} Chain */
/** @typedef {import("./chain.js").Layer} Layer */
/** @typedef {import("./chain.js").Conv} Conv */
/** @typedef {import("./chain.js").Dense} Dense */
/** @typedef {import("../kernel/kernel.js").Pool} Pooling */

/**
 * A linear layer, and what follows it.
 * @typedef {{layer: Dense | Conv, relu: boolean, pool: Pooling | null}} Part
 */

// Activations that never decrease: after the last layer they keep the order of the classes.
const INCREASING = [
  "identity", "relu", "leaky_relu", "elu", "selu", "celu", "clip", "sigmoid", "hard_sigmoid", "tanh",
  "softplus", "softsign", "exponential", "softmax", "log_softmax",
];
// Those of a single output whose halves are those of what they are applied to.
const CROSSING = ["sigmoid", "hard_sigmoid", "tanh", "softsign", "identity"];

/**
 * Return the linear layers of a chain that is an MLP, or convolutions followed by dense layers.
 * @param {Chain} chain
 * @param {number[]} shape of the input
 * @returns {Part[]}
 */
export function plainParts({ layers }, shape) {
  /** @type {Part[]} */
  const parts = [];
  for (const layer of folded(withoutTail(layers), shape)) take(layer, parts);
  const last = parts.at(-1);
  if (!last || last.relu || !parts.slice(0, -1).every(({ relu }) => relu)) {
    throw new UnsupportedError("relu");
  }
  const firstDense = parts.findIndex(({ layer }) => layer.kind === "dense");
  if (firstDense < 0) throw new UnsupportedError("dense.none");
  if (parts.slice(firstDense).some(({ layer }) => layer.kind === "conv")) {
    throw new UnsupportedError("conv.late");
  }
  const maps = shape.length === 3 ? shape[0] : 1;
  if (maps !== 1) throw new UnsupportedError("channels", { maps });
  return parts;
}

/**
 * Leave out the softmax or sigmoid after the logits, and whatever else never decreases.
 * @param {Layer[]} layers
 */
function withoutTail(layers) {
  const outputs = [...layers].reverse().find(({ kind }) => kind === "dense" || kind === "conv");
  const single = outputs && "b" in outputs && outputs.b.length === 1;
  const names = single ? CROSSING : INCREASING;
  let end = layers.length;
  for (; end > 0; end--) {
    const layer = layers[end - 1];
    const isFlat = layer.kind === "flatten" && layers[end - 2]?.kind === "dense";
    if (!isFlat && !(layer.kind === "activation" && names.includes(layer.name))) break;
  }
  return layers.slice(0, end);
}

/**
 * Add a layer to those before.
 * @param {Layer} layer
 * @param {Part[]} parts
 */
function take(layer, parts) {
  const last = parts.at(-1);
  if (layer.kind === "dense" || (layer.kind === "conv" && isPlain(layer))) {
    parts.push({ layer, relu: false, pool: null });
  } else if (last && layer.kind === "activation" && layer.name === "relu") {
    last.relu = true;
  } else if (last && layer.kind === "pool" && canFollow(layer, last)) {
    last.pool = { size: layer.size, strides: layer.strides, average: layer.average };
  } else if (!isNothing(layer, parts.length === 0)) {
    throw refused(layer, parts.length === 0);
  }
}

/**
 * Whether a pool is one that a part can take; an average comes after the ReLU.
 * @param {import("./chain.js").Pool} layer
 * @param {Part} part
 */
function canFollow(layer, part) {
  const whole = !layer.pads.some(Boolean) && !layer.ceil;
  return whole && part.layer.kind === "conv" && part.pool === null && (!layer.average || part.relu);
}

/** @param {Conv} layer whether it is one of the kernel's: each window reads a cell */
function isPlain({ W, pads, dilations, groups }) {
  const [, , height, width] = W.shape;
  const [top, left, bottom, right] = pads;
  const within = Math.max(top, bottom) < height && Math.max(left, right) < width;
  return sizeOf(dilations) === 1 && groups === 1 && within;
}

/**
 * Whether a layer changes neither the values nor their order.
 * @param {Layer} layer
 * @param {boolean} isFirst
 */
function isNothing(layer, isFirst) {
  if (layer.kind === "reshape") return isFirst && layer.shape[0] === 1;
  return layer.kind === "flatten" || (layer.kind === "activation" && layer.name === "identity");
}

/**
 * @param {Layer} layer
 * @param {boolean} isFirst
 */
function refused(layer, isFirst) {
  const error = errorOf(layer);
  return isFirst ? new UnsupportedError("before", { what: error.found }) : error;
}

/** @param {Layer} layer that isn't one of the kernel's */
function errorOf(layer) {
  switch (layer.kind) {
    case "conv": return new UnsupportedError("plain.conv", { size: layer.W.shape.slice(2).join("×") });
    case "pool": return new UnsupportedError("plain.pool", { size: layer.size.join("×") });
    case "activation": return new UnsupportedError("plain.activation", { name: layer.name });
    default: return new UnsupportedError("plain.layer", { kind: layer.kind });
  }
}
