// @ts-check
/** The nodes for maps: convolutions and pools; see idea/files/onnx/map_nodes.py. */

import { conv } from "./chain.js";
import { Layout } from "./onnx_layout.js";
import { floatsAt } from "./onnx_linear.js";
import { filled, UnsupportedError } from "./tensor.js";

/** @typedef {import("./onnx.js").Trail} Trail */
/** @typedef {import("./onnx.js").Step} Step */
/** @typedef {import("./onnx_nodes.js").Handler} Handler */

/** @type {Handler} */
function convolution(trail, step) {
  const W = floatsAt(step, 1);
  if (W.shape.length !== 4 || step.place) throw new UnsupportedError("conv.shape", { shape: W.shape.join("×") });
  trail.requireMaps(step.op);
  const [strides, dilations] = [pairAt(step, "strides"), pairAt(step, "dilations")];
  const extent = W.shape.slice(2).map((k, axis) => (k - 1) * dilations[axis] + 1);
  const b = step.inputs[2] ? floatsAt(step, 2).data : filled(W.shape[0]);
  const pads = padsOf(trail, step, extent, strides);
  trail.append(conv(W, b, { strides, pads, dilations, groups: step.attributes.get("group") ?? 1 }));
  trail.layout = Layout.of(trail.shape);
}

/** @type {Handler} */
function pool(trail, step) {
  trail.requireMaps(step.op);
  const [size, strides] = [pairAt(step, "kernel_shape"), pairAt(step, "strides")];
  if (pairAt(step, "dilations").join() !== "1,1") throw new UnsupportedError("node.dilations", { op: step.op });
  const pads = padsOf(trail, step, size, strides);
  trail.append({ kind: "pool", average: step.op !== "MaxPool", size, strides, pads, ceil: Boolean(step.attributes.get("ceil_mode")) });
  trail.layout = Layout.of(trail.shape);
}

/**
 * @param {Step} step
 * @param {string} name
 * @returns {number[]}
 */
function pairAt({ attributes }, name) {
  const found = attributes.get(name) ?? [1, 1];
  if (found.length !== 2) throw new UnsupportedError("node.axes", { option: name, count: found.length });
  return found;
}

/**
 * The rows and columns that are added, which `auto_pad` may leave to the shapes.
 * @param {Trail} trail
 * @param {Step} step
 * @param {number[]} extent
 * @param {number[]} strides
 * @returns {number[]}
 */
function padsOf(trail, { attributes }, extent, strides) {
  const mode = attributes.get("auto_pad") ?? "NOTSET";
  if (mode === "NOTSET") return attributes.get("pads") ?? [0, 0, 0, 0];
  if (mode === "VALID") return [0, 0, 0, 0];
  const total = trail.shape.slice(1).map((n, axis) => Math.max((Math.ceil(n / strides[axis]) - 1) * strides[axis] + extent[axis] - n, 0));
  const small = total.map((n) => Math.floor(n / 2));
  const large = total.map((n, axis) => n - small[axis]);
  return mode === "SAME_UPPER" ? [...small, ...large] : [...large, ...small];
}

/** @type {Handler} */
function globalPool(trail, step) {
  trail.requireMaps(step.op);
  trail.append({ kind: "global", average: step.op !== "GlobalMaxPool" });
  trail.layout = Layout.of([...trail.shape, 1, 1]);
}

/** @type {Handler} the mean or maximum of each map, over the axes of its pixels */
function reduce(trail, step) {
  const axes = step.inputs[1] ? Array.from(step.inputs[1].data) : step.attributes.get("axes") ?? [];
  const { shape, isOrdered } = trail.layout;
  const pixels = axes.map((/** @type {number} */ axis) => (axis + shape.length) % shape.length).sort();
  if (trail.shape.length !== 3 || shape.length !== 4 || !isOrdered || pixels.join() !== "2,3") {
    throw new UnsupportedError("node.maps", { op: step.op });
  }
  trail.append({ kind: "global", average: step.op !== "ReduceMax" });
  trail.layout = Layout.of(step.attributes.get("keepdims") === 0 ? trail.shape : [...trail.shape, 1, 1]);
}

/** @type {Record<string, Handler>} */
export const MAPS = {
  AveragePool: pool,
  Conv: convolution,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  MaxPool: pool,
  ReduceMax: reduce,
  ReduceMean: reduce,
};
