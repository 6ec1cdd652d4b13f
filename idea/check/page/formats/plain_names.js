// @ts-check
/** Matrices and biases whose names are anybody's: W1, b1, …, arr_0, …; see idea/files/weights/plain_names.py. */

import { DIGITS, pixelsOf } from "../base/task.js";
import { recognise } from "./named_arrays.js";
import { filled, transposed, UnsupportedError } from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {Map<string, Tensor>} Arrays */

const MOST_PERMUTED = 7;
const WORDS = /weights?|kernels?|coefs?|theta|bias(?:es)?|intercepts?/gi;
const CURVES = /loss|acc|hist|score|epoch/i;
const LETTERS = /(?<![a-z])[wb](?![a-z])/gi;

/**
 * Return the network of matrices, all (inputs, outputs) or all (outputs, inputs), and of biases.
 * @param {Arrays} arrays
 * @param {Task | null} task
 * @param {boolean} ordered
 */
export function plainNetwork(arrays, task, ordered) {
  const used = new Map([...arrays].filter(([name, { shape, isInteger }]) =>
    shape.length > 0 && !(shape.length < 2 && isInteger) && !CURVES.test(name)));
  const matrices = new Map([...used].filter(([, array]) => isMatrix(array)));
  const biases = new Map([...used].filter(([name]) => !matrices.has(name)));
  const usual = [...used.values()].every(({ shape }) => [1, 2, 4].includes(shape.length));
  const turnedToo = [matrices, new Map([...matrices].map(([name, array]) => [name, outputsFirst(array)]))];
  for (const order of usual ? orders(matrices) : []) {
    for (const [turned, arrays] of turnedToo.entries()) {
      const oriented = new Map(order.map((name) => [name, /** @type {Tensor} */ (arrays.get(name))]));
      const layers = withBiases(oriented, biases);
      if (layers && doChain([...oriented.values()], task)) {
        return recognise(turned ? flattenedFirst(layers) : layers, task, ordered);
      }
    }
  }
  throw new UnsupportedError("arrays.plain");
}

/** @param {Tensor} array */
function isMatrix({ shape }) {
  return shape.length === 4 || (shape.length === 2 && Math.min(...shape) > 1);
}

/**
 * The order of the names, and then all others of dense layers alone.
 * @param {Arrays} matrices
 * @returns {Iterable<string[]>}
 */
function orders(matrices) {
  const names = [...matrices.keys()];
  if (!names.length) return [];
  const dense = [...matrices.values()].every(({ shape }) => shape.length === 2);
  return dense && names.length <= MOST_PERMUTED ? permutations(names) : [names];
}

/**
 * @param {string[]} names
 * @returns {Generator<string[]>}
 */
function* permutations(names) {
  if (names.length < 2) yield names;
  else for (const [place, name] of names.entries()) {
    const others = [...names.slice(0, place), ...names.slice(place + 1)];
    for (const rest of permutations(others)) yield [name, ...rest];
  }
}

/**
 * Whether matrices lead from pixels to classes, of which there are fewer.
 * @param {Tensor[]} matrices
 * @param {Task | null} task
 */
function doChain(matrices, task) {
  const shapes = matrices.map(({ shape }) => shape);
  const [first, last] = [shapes[0], shapes[shapes.length - 1]];
  const inner = shapes.slice(1).every((then, place) => {
    const before = shapes[place];
    if (before.length === 4 && then.length === 2) return then[1] % Math.max(1, before[0]) === 0;
    return before.length === then.length && then[1] === before[0];
  });
  if (!inner || last.length !== 2 || (task && last[0] !== task.classes.length)) return false;
  if (first.length === 4) return first[1] === 1;
  return task ? first[1] === pixelsOf(task) : first[1] === pixelsOf(DIGITS) || first[1] > last[0];
}

/**
 * The layers with the names of a state_dict; null if a bias doesn't fit.
 * @param {Arrays} matrices
 * @param {Arrays} biases
 * @returns {Arrays | null}
 */
function withBiases(matrices, biases) {
  if (biases.size && biases.size !== matrices.size) return null;
  const byKey = new Map([...biases].map(([name, array]) => [keyOf(name), array]));
  const isNamed = [...matrices.keys()].every((name) => byKey.has(keyOf(name)));
  const inTurn = [...biases.values()];
  const layers = new Map();
  for (const [place, [name, W]] of [...matrices].entries()) {
    const found = isNamed ? byKey.get(keyOf(name)) : inTurn[place];
    const data = found?.data ?? filled(W.shape[0]);
    if (data.length !== W.shape[0]) return null;
    layers.set(`${name}.weight`, W).set(`${name}.bias`, { ...found, shape: [data.length], data });
  }
  return layers;
}

/** @param {string} name what those of a layer's matrix and bias have in common */
function keyOf(name) {
  return name.replaceAll("_", " ").replace(WORDS, "").replace(LETTERS, "").replace(/^[ ./]+|[ ./]+$/g, "");
}

/**
 * A kernel with its outputs in front, and then its inputs.
 * @param {Tensor} array
 * @returns {Tensor}
 */
export function outputsFirst(array) {
  const axes = array.shape.length === 4 ? [3, 2, 0, 1] : array.shape.length === 2 ? [1, 0] : null;
  return axes ? { ...transposed(array, axes), isInteger: array.isInteger } : array;
}

/**
 * Arrays, outputs first, whose maps are flattened channels first, not last. That concerns the inputs
 * of one dense layer: the one whose inputs are no other's outputs.
 * @param {Arrays} arrays
 * @returns {Arrays}
 */
export function flattenedFirst(arrays) {
  const all = [...arrays];
  const convs = all.filter(([, { shape }]) => shape.length === 4).map(([, { shape }]) => shape);
  const dense = all.filter(([, { shape }]) => shape.length === 2);
  if (!convs.length) return arrays;
  const inner = convs.map((shape) => shape[1]);
  // Of the convolutions, the last is the one that no other follows.
  const maps = [...convs].reverse().find(([outputs]) => !inner.includes(outputs))?.[0] ?? convs[convs.length - 1][0];
  const outputs = dense.map(([, { shape }]) => shape[0]);
  const first = dense.find(([, { shape }]) => !outputs.includes(shape[1]));
  if (!first) return arrays;
  const [name, W] = first;
  const [rows, inputs] = W.shape;
  const side = Math.round(Math.sqrt(inputs / Math.max(1, maps)));
  if (maps * side ** 2 !== inputs) throw new UnsupportedError("dense.inputs", { inputs, maps });
  const { data } = transposed({ shape: [rows, side, side, maps], data: W.data }, [0, 3, 1, 2]);
  return new Map(all.map(([each, array]) => [each, each === name ? { ...W, data } : array]));
}
