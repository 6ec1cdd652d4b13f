// @ts-check
/** Named arrays as the layers that they belong to; see idea/files/weights/parts.py. */

import { DIGITS, pixelsOf } from "../base/task.js";
import { DamagedError, filled, UnsupportedError } from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {import("./tensor.js").Numbers} Numbers */
/** @typedef {import("./chain.js").Affine} Affine */
/** @typedef {import("../base/task.js").Task} Task */

/**
 * A convolution or dense layer.
 * @typedef {object} Linear
 * @property {string} name with the dot after it
 * @property {Tensor} W
 * @property {Numbers} b
 * @property {Affine | null} norm
 * @property {boolean | null} late whether the activation comes before the norm; null: unknown
 * @property {number | null} between how many layers without arrays follow; null: unknown
 *
 * @typedef {{name: string, affine: Affine}} Norm a batch normalisation
 * @typedef {Linear | Norm} Part
 */

const LEAVES = ["running_mean", "running_var", "weight", "bias"];
const EPSILON = 1e-5;
const [DEEPEST, MOST_PERMUTED] = [200, 8];

/** @param {Linear} linear */
export function isConv({ W }) {
  return W.shape.length === 4;
}

/**
 * The layers of a file's arrays, in the file's order; null if one is left over.
 * @param {Map<string, Tensor>} arrays
 * @returns {Part[] | null}
 */
export function partsOf(arrays) {
  /** @type {Map<string, Map<string, Tensor>>} */
  const modules = new Map();
  for (const [name, array] of arrays) {
    if (array.shape.length === 0) continue; // a counter
    const leaf = LEAVES.find((each) => name.endsWith(each));
    if (!leaf) return null;
    const module = name.slice(0, name.length - leaf.length);
    modules.set(module, (modules.get(module) ?? new Map()).set(leaf, array));
  }
  const parts = [...modules].map(([name, leaves]) => partOf(name, leaves));
  return parts.every((part) => part !== null) ? /** @type {Part[]} */ (parts) : null;
}

/**
 * @param {string} name
 * @param {Map<string, Tensor>} leaves
 * @returns {Part | null}
 */
function partOf(name, leaves) {
  for (const [leaf, array] of leaves) {
    if (array.isInteger) throw new DamagedError("integers", { array: name + leaf });
  }
  if (leaves.has("running_mean") && leaves.has("running_var")) return normOf(name, leaves);
  const W = leaves.get("weight");
  if (!W || ![2, 4].includes(W.shape.length) || leaves.size > (leaves.has("bias") ? 2 : 1)) return null;
  const b = leaves.get("bias") ?? { shape: [W.shape[0]], data: filled(W.shape[0]) };
  const isSound = b.shape.length === 1 && b.shape[0] === W.shape[0];
  return isSound ? { name, W, b: b.data, norm: null, late: null, between: null } : null;
}

/**
 * @param {string} name
 * @param {Map<string, Tensor>} leaves
 * @returns {Norm | null}
 */
function normOf(name, leaves) {
  const [mean, variance, weight, bias] = LEAVES.map((leaf) => leaves.get(leaf)?.data);
  if (!mean || !variance) return null;
  const arrays = [variance, weight ?? mean, bias ?? mean];
  if (arrays.some(({ length }) => length !== mean.length)) return null;
  const scale = Float64Array.from(mean, (_, n) => (weight?.[n] ?? 1) / Math.sqrt(Math.max(variance[n], 0) + EPSILON));
  const shift = scale.map((each, n) => (bias?.[n] ?? 0) - mean[n] * each);
  return { name, affine: { kind: "affine", scale, shift } };
}

/**
 * The layers in an order in which they lead from an image to the classes, if any.
 * @param {Linear[]} linears
 * @param {Task | null} task
 * @param {boolean} ordered whether the file has an order
 * @returns {Linear[] | null}
 */
export function chained(linears, task, ordered) {
  if (linears.length > DEEPEST) return null;
  // Where an order fits the digits of MNIST, the others don't count.
  for (const each of task ? [task] : [DIGITS, null]) {
    const found = orders(linears, each, []);
    const [first, second] = [found.next().value, found.next().value];
    if (!first) continue;
    const numbered = linears.every(({ name }) => /\d/.test(name));
    if (second && !ordered && !numbered) {
      throw new UnsupportedError("order");
    }
    return first;
  }
  return null;
}

/**
 * The orders in which layers chain; that of the file is the first.
 * @param {Linear[]} left
 * @param {Task | null} task
 * @param {Linear[]} before
 * @returns {Generator<Linear[], undefined>}
 */
function* orders(left, task, before) {
  const last = before.at(-1);
  if (left.length === 0 && last && ends(last, task)) yield before;
  const free = left.length + before.length <= MOST_PERMUTED;
  for (const [place, linear] of (free ? left : left.slice(0, 1)).entries()) {
    if (last ? follows(last, linear) : begins(linear, task)) {
      yield* orders([...left.slice(0, place), ...left.slice(place + 1)], task, [...before, linear]);
    }
  }
}

/**
 * @param {Linear} linear
 * @param {Task | null} task
 */
function begins(linear, task) {
  const inputs = linear.W.shape[1];
  return isConv(linear) ? inputs === 1 : !task || inputs === pixelsOf(task);
}

/**
 * @param {Linear} linear
 * @param {Task | null} task
 */
function ends({ b }, task) {
  return !task || Math.max(2, b.length) === task.classes.length; // a single output is of two
}

/**
 * @param {Linear} before
 * @param {Linear} linear
 */
function follows(before, linear) {
  const [outputs, inputs] = [before.b.length, linear.W.shape[1]];
  if (!isConv(linear)) return inputs === outputs || (isConv(before) && outputs > 0 && inputs % outputs === 0);
  // Of groups, if it takes fewer maps than there are.
  return isConv(before) && inputs > 0 && outputs % inputs === 0 && linear.b.length % (outputs / inputs) === 0;
}

/**
 * Layers with the batch normalisations among a file's parts; null if they don't fit.
 * @param {Part[]} parts
 * @param {Linear[]} linears
 * @returns {Linear[] | null}
 */
export function withNorms(parts, linears) {
  const owners = byPlace(parts) ?? inTurn(parts, linears);
  if (!owners) return null;
  return linears.map((linear, place) => {
    const norm = owners.get(linear) ?? null;
    const after = linears[place + 1];
    const distance = norm && distanceBetween(linear.name, norm.name);
    return {
      ...linear,
      norm: norm?.affine ?? null,
      late: distance === null ? null : distance > 0,
      // Of a list of modules, whose forward method adds what lies between, numbers have no gaps.
      between: (after && distanceBetween((norm ?? linear).name, after.name)) || null,
    };
  });
}

/** @param {Part[]} parts */
function byPlace(parts) {
  /** @type {Map<Linear, Norm>} */
  const owners = new Map();
  for (const [place, part] of parts.entries()) {
    if (!("affine" in part)) continue;
    const before = parts[place - 1];
    if (!before || "affine" in before || part.affine.scale.length !== before.b.length) return null;
    owners.set(before, part);
  }
  return owners;
}

/**
 * @param {Part[]} parts
 * @param {Linear[]} linears
 */
function inTurn(parts, linears) {
  /** @type {Map<Linear, Norm>} */
  const owners = new Map();
  let from = 0;
  for (const norm of parts) {
    if (!("affine" in norm)) continue;
    const place = linears.findIndex(({ b }, at) => at >= from && b.length === norm.affine.scale.length);
    if (place < 0) return null;
    owners.set(linears[place], norm);
    from = place + 1;
  }
  return owners;
}

/**
 * How many layers lie between two of the same `Sequential`; null: unknown.
 * @param {string} first
 * @param {string} then
 */
function distanceBetween(first, then) {
  const [one, two] = [first, then].map((name) => name.match(/^(|.*\.)(\d+)\.$/));
  if (!one || !two || one[1] !== two[1] || Number(two[2]) <= Number(one[2])) return null;
  return Number(two[2]) - Number(one[2]) - 1;
}
