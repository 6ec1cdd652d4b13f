// @ts-check
/** The linear nodes: scales and shifts, and products with matrices; see idea/files/onnx/linear_nodes.py. */

import { Layout } from "./onnx_layout.js";
import { filled, sizeOf, tensor, transposed, UnsupportedError } from "./tensor.js";

/** @typedef {import("./onnx.js").Trail} Trail */
/** @typedef {import("./onnx.js").Step} Step */
/** @typedef {import("./onnx_nodes.js").Handler} Handler */
/** @typedef {import("./tensor.js").Tensor} Tensor */

const ONE = tensor([1], [1]);
const ZERO = tensor([1], [0]);

/**
 * The constant at a place, which must be of floats.
 * @param {Step} step
 * @param {number} place
 * @returns {Tensor}
 */
export function floatsAt({ op, inputs }, place) {
  const found = inputs[place];
  if (!found || found.isInteger) throw new UnsupportedError("node.floats", { op });
  return found;
}

/**
 * @param {Tensor} array
 * @param {(number: number) => number} change
 * @returns {Tensor}
 */
function changed({ shape, data }, change) {
  return { shape, data: Float64Array.from(data, change) };
}

/**
 * Append a scale and shift of arrays that are broadcast to the graph's variable.
 * @param {Trail} trail
 * @param {Tensor} scale
 * @param {Tensor} shift
 */
function scaleAndShift(trail, scale, shift) {
  const { shape, indices } = trail.layout;
  const [scales, shifts] = [scale, shift].map((array) => {
    const ordered = new Float64Array(indices.length);
    const at = broadcast(array, shape);
    for (let n = 0; n < indices.length; n++) ordered[indices[n]] = at(n);
    return ordered;
  });
  const [channels, ...size] = trail.shape;
  const area = trail.shape.length === 3 ? sizeOf(size) : 1;
  const perChannel = (/** @type {Float64Array} */ all) => all.every((each, n) => each === all[n - (n % area)]);
  const taken = (/** @type {Float64Array} */ all) => Float64Array.from({ length: channels }, (_, n) => all[n * area]);
  const isConstant = (/** @type {Float64Array} */ all) => all.every((each) => each === all[0]);
  if (isConstant(scales) && isConstant(shifts)) {
    trail.append({ kind: "affine", scale: scales.slice(0, 1), shift: shifts.slice(0, 1) });
  } else if (perChannel(scales) && perChannel(shifts)) {
    trail.append({ kind: "affine", scale: taken(scales), shift: taken(shifts) });
  } else { // of each pixel, which one of maps can't be
    trail.flatten();
    trail.append({ kind: "affine", scale: scales, shift: shifts });
  }
}

/**
 * The number of an array for each of a shape's that it is broadcast to.
 * @param {Tensor} array
 * @param {number[]} shape
 * @returns {(n: number) => number}
 */
function broadcast({ shape: own, data }, shape) {
  const lengths = [...new Array(Math.max(0, shape.length - own.length)).fill(1), ...own];
  if (lengths.length !== shape.length || lengths.some((n, axis) => n !== 1 && n !== shape[axis])) {
    throw new UnsupportedError("node.shapes", { op: "–", one: own.join("×"), other: shape.join("×") });
  }
  const steps = lengths.map((n, axis) => (n === 1 ? 0 : sizeOf(lengths.slice(axis + 1))));
  return (n) => {
    let [rest, at] = [n, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (rest % shape[axis]) * steps[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return data[at];
  };
}

/**
 * Append the dense layer of a product of the variable and a matrix, in either order.
 * @param {Trail} trail
 * @param {Step} step
 * @param {Tensor} matrix
 */
function product(trail, step, matrix) {
  const { shape, batch, indices } = trail.layout;
  const axis = shape.length - (step.place === 0 ? 1 : 2); // that is summed over
  const W = matrix.shape.length === 2 && step.place === 0 ? transposed(matrix, [1, 0]) : matrix;
  const [rows, columns] = W.shape;
  if (W.shape.length !== 2 || axis < 0 || axis === batch || indices.length !== shape[axis] || columns !== shape[axis]) {
    throw new UnsupportedError("node.shapes", { one: shape.join("×"), other: matrix.shape.join("×") });
  }
  const data = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let n = 0; n < columns; n++) data[row * columns + indices[n]] = W.data[row * columns + n];
  }
  trail.flatten();
  trail.append({ kind: "dense", W: tensor([rows, columns], data), b: filled(rows) });
  const after = shape.map((n, other) => (other === axis ? rows : n));
  trail.layout = new Layout(after, Float64Array.from({ length: rows }, (_, n) => n), batch);
}

/** @type {Handler} */
function gemm(trail, step) {
  const [alpha, beta] = [step.attributes.get("alpha") ?? 1, step.attributes.get("beta") ?? 1];
  const [ours, theirs] = step.place === 0 ? ["transA", "transB"] : ["transB", "transA"];
  if (step.place > 1) throw new UnsupportedError("node.variables", { op: "Gemm" });
  if (step.attributes.get(ours)) trail.layout = trail.layout.transposed([1, 0]);
  const matrix = floatsAt(step, 1 - step.place);
  product(trail, step, step.attributes.get(theirs) ? transposed(matrix, [1, 0]) : matrix);
  if (alpha !== 1) scaleAndShift(trail, tensor([1], [alpha]), ZERO);
  if (step.inputs[2] && beta) scaleAndShift(trail, ONE, changed(floatsAt(step, 2), (number) => number * beta));
}

/** @type {Handler} */
function batchNormalization(trail, step) {
  if (step.attributes.get("training_mode") || trail.layout.batch || step.place) {
    throw new UnsupportedError("node.training", { op: "BatchNormalization" });
  }
  const [gain, bias, mean, variance] = [1, 2, 3, 4].map((place) => floatsAt(step, place).data);
  const scale = Float64Array.from(gain, (each, n) => each / Math.sqrt(variance[n] + (step.attributes.get("epsilon") ?? 1e-5)));
  const shape = [1, gain.length, ...new Array(Math.max(0, trail.layout.shape.length - 2)).fill(1)];
  scaleAndShift(trail, { shape, data: scale }, { shape, data: scale.map((each, n) => bias[n] - mean[n] * each) });
}

/** @type {Record<string, Handler>} */
export const LINEAR = {
  Add: (trail, step) => scaleAndShift(trail, ONE, floatsAt(step, 1 - step.place)),
  BatchNormalization: batchNormalization,
  Div: (trail, step) => {
    const by = floatsAt(step, 1);
    if (step.place || by.data.includes(0)) throw new UnsupportedError("node.division");
    scaleAndShift(trail, changed(by, (number) => 1 / number), ZERO);
  },
  Gemm: gemm,
  MatMul: (trail, step) => product(trail, step, floatsAt(step, 1 - step.place)),
  Mul: (trail, step) => scaleAndShift(trail, floatsAt(step, 1 - step.place), ZERO),
  Neg: (trail) => scaleAndShift(trail, tensor([1], [-1]), ZERO),
  Sub: (trail, step) => {
    const other = floatsAt(step, 1 - step.place);
    if (step.place) scaleAndShift(trail, tensor([1], [-1]), other);
    else scaleAndShift(trail, ONE, changed(other, (number) => -number));
  },
};
