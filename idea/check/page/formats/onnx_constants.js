// @ts-check
/** The constants of a graph: arrays, nodes that hold one, and what exporters compute of them. */

import { DamagedError, sizeOf, tensor, transposed } from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {import("./onnx_graph.js").Node} Node */
/** @typedef {import("./onnx_graph.js").Graph} Graph */

const LONGEST = 10_000; // nodes that depend on each other

export class Constants {
  #arrays;
  #makers;

  /**
   * @param {Graph} graph
   * @param {Map<string, Node>} makers by the names of what they make
   */
  constructor({ arrays }, makers) {
    this.#arrays = new Map(arrays);
    this.#makers = makers;
  }

  /**
   * An array by its name, or null if it isn't constant.
   * @param {string} name
   * @param {Map<string, Tensor>} known what is known of other names, such as the sizes of a variable
   * @returns {Tensor | null}
   */
  find(name, known) {
    return this.#find(name, known, 0);
  }

  /**
   * @param {string} name
   * @param {Map<string, Tensor>} known
   * @param {number} depth
   * @returns {Tensor | null}
   */
  #find(name, known, depth) {
    const found = known.get(name) ?? this.#arrays.get(name);
    if (found) return found;
    const node = this.#makers.get(name);
    if (!node || node.domain || depth > LONGEST) return null;
    if (node.op === "Constant") return this.#keep(name, constantOf(node));
    const make = FUNCTIONS[node.op];
    if (!make || !Object.hasOwn(FUNCTIONS, node.op)) return null;
    const given = node.inputs.filter(Boolean).map((each) => this.#find(each, known, depth + 1));
    if (given.some((each) => each === null)) return null;
    const made = make(/** @type {Tensor[]} */ (given), node.attributes);
    return known.size ? made : this.#keep(name, made);
  }

  /**
   * @param {string} name
   * @param {Tensor | null} array
   */
  #keep(name, array) {
    if (array) this.#arrays.set(name, array);
    return array;
  }
}

/**
 * @param {Node} node
 * @returns {Tensor | null}
 */
function constantOf({ attributes }) {
  const [[name, value]] = attributes;
  if (name === "value") return value;
  const isInteger = name === "value_int" || name === "value_ints";
  if (!isInteger && name !== "value_float" && name !== "value_floats") return null;
  const numbers = [value].flat();
  return { ...tensor(Array.isArray(value) ? [numbers.length] : [], numbers), isInteger };
}

/** @typedef {(arrays: Tensor[], attributes: Map<string, any>) => Tensor | null} Make */

/** @type {Record<string, Make>} */
const FUNCTIONS = {
  Add: numberwise((one, other) => one + other),
  Cast: ([array], attributes) => ({ ...array, isInteger: ![1, 10, 11].includes(attributes.get("to")) }),
  Concat: concatenated,
  Div: numberwise((one, other) => one / other, Math.trunc),
  Gather: gathered,
  Identity: ([array]) => array,
  Mul: numberwise((one, other) => one * other),
  Reshape: ([array, sizes]) => reshaped(array, Array.from(sizes.data)),
  Slice: sliced,
  Squeeze: ([array, axes], attributes) => {
    const removed = axesOf(axes, attributes, array.shape.length);
    return { ...array, shape: array.shape.filter((n, axis) => (removed ? !removed.includes(axis) : n !== 1)) };
  },
  Sub: numberwise((one, other) => one - other),
  Transpose: ([array], attributes) => {
    const axes = attributes.get("perm") ?? array.shape.map((_, axis) => array.shape.length - 1 - axis);
    return { ...transposed(array, axes), isInteger: array.isInteger };
  },
  Unsqueeze: ([array, axes], attributes) => {
    const count = array.shape.length + (axes?.data.length ?? attributes.get("axes")?.length ?? 0);
    const shape = [...array.shape];
    for (const axis of (axesOf(axes, attributes, count) ?? []).sort((one, other) => one - other)) shape.splice(axis, 0, 1);
    return { ...array, shape };
  },
};

/**
 * @param {(one: number, other: number) => number} make
 * @param {(number: number) => number} [whole] of quotients of whole numbers
 * @returns {Make}
 */
function numberwise(make, whole = (number) => number) {
  return ([one, other]) => {
    const [shape, single] = one.data.length >= other.data.length ? [one.shape, other] : [other.shape, one];
    const isSame = one.data.length === other.data.length;
    if (!isSame && single.data.length !== 1) return null;
    const at = (/** @type {Tensor} */ { data }, /** @type {number} */ n) => data[data.length === 1 ? 0 : n];
    const isInteger = one.isInteger && other.isInteger;
    const data = Float64Array.from({ length: sizeOf(shape) }, (_, n) => {
      const number = make(at(one, n), at(other, n));
      return isInteger ? whole(number) : number;
    });
    return { shape, data, isInteger };
  };
}

/**
 * @param {Tensor | undefined} given
 * @param {Map<string, any>} attributes
 * @param {number} rank
 */
function axesOf(given, attributes, rank) {
  const axes = given ? Array.from(given.data) : attributes.get("axes");
  return /** @type {number[] | null} */ (axes?.map((/** @type {number} */ axis) => (axis + rank) % rank) ?? null);
}

/**
 * @param {Tensor} array
 * @param {number[]} sizes
 */
function reshaped(array, sizes) {
  const known = sizes.map((n, axis) => (n === 0 ? array.shape[axis] : n));
  const rest = array.data.length / sizeOf(known.filter((n) => n !== -1));
  const shape = known.map((n) => (n === -1 ? rest : n));
  if (sizeOf(shape) !== array.data.length) throw new DamagedError("node.reshape");
  return { ...array, shape };
}

/** @type {Make} of lists */
function concatenated(arrays) {
  if (arrays.some(({ shape }) => shape.length !== 1)) return null;
  const data = Float64Array.from(arrays.flatMap((array) => Array.from(array.data)));
  return { shape: [data.length], data, isInteger: arrays[0].isInteger };
}

/** @type {Make} of lists */
function gathered([array, places]) {
  if (array.shape.length !== 1) return null;
  const data = Float64Array.from(places.data, (place) => array.data[place < 0 ? place + array.data.length : place]);
  return { shape: places.shape, data, isInteger: array.isInteger };
}

/** @type {Make} of lists */
function sliced([array, begins, ends, , steps]) {
  if (array.shape.length !== 1 || !begins || (steps?.data[0] ?? 1) !== 1) return null;
  const data = array.data.slice(begins.data[0], ends.data[0]);
  return { shape: [data.length], data, isInteger: array.isInteger };
}
