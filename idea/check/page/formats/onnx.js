// @ts-check
/** ONNX graphs that are chains of layers; see idea/files/onnx/follow.py and weights.py. */

import { DIGITS, pixelsOf } from "../base/task.js";
import { conv, FLATTEN, shapeAfter } from "./chain.js";
import { Constants } from "./onnx_constants.js";
import { parseGraph } from "./onnx_graph.js";
import { Layout } from "./onnx_layout.js";
import { HANDLERS } from "./onnx_nodes.js";
import { plainParts } from "./plain.js";
import { KEY, parseTask } from "./task_text.js";
import { DamagedError, filled, tensor, UnsupportedError } from "./tensor.js";

/** @typedef {import("./chain.js").Chain} Chain */
/** @typedef {import("./chain.js").Layer} Layer */
/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {import("./onnx_graph.js").Node} Node */
/** @typedef {import("./onnx_graph.js").Graph} Graph */
/** @typedef {import("../base/task.js").Task} Task */

const RGB = 3;
const GREY_NOTE = { key: "reader.grey", params: {} };
const [SMALLEST, LARGEST] = [4, 64]; // sides of images, where a graph leaves them free
const MOST_PIXELS = 4096;

/**
 * A node on the path from the images to the logits.
 * @typedef {object} Step
 * @property {string} op
 * @property {Map<string, any>} attributes
 * @property {number} place of the variable among the node's inputs
 * @property {(Tensor | null)[]} inputs the constants, null where the variable is or nothing
 */

/** The layers that have been found so far, and where the last one's values lie in the graph. */
export class Trail {
  /** @type {Layer[]} */
  layers = [];
  images;
  first;
  layout;
  shape;

  /**
   * @param {number[]} shape of an image in the graph's input
   * @param {number | null} images their fixed number
   */
  constructor(shape, images) {
    this.images = images;
    const axis = colourAxis(shape);
    this.shape = this.first = firstShape(shape, axis);
    const last = axis === 2 ? Layout.of([RGB, ...shape.slice(0, 2)]).transposed([0, 2, 3, 1]) : null;
    this.layout = last ?? Layout.of(shape);
    // The grey of the image in each channel.
    if (axis !== null) this.append(conv(tensor([RGB, 1, 1, 1], filled(RGB, 1)), filled(RGB)));
  }

  /** @param {Layer} layer */
  append(layer) {
    this.shape = shapeAfter(layer, this.shape);
    this.layers.push(layer);
  }

  flatten() {
    if (this.shape.length > 1) this.append(FLATTEN);
  }

  /**
   * Make maps of the values, which must lie so in the graph.
   * @param {string} op
   */
  requireMaps(op) {
    const { shape, isOrdered } = this.layout;
    if (shape.length !== 4 || !isOrdered) throw new UnsupportedError("node.order", { op });
    if (this.shape.join() === shape.slice(1).join()) return;
    this.flatten();
    this.append({ kind: "reshape", shape: shape.slice(1) });
  }
}

/** @param {number[]} shape the axis of three channels in the shape of an image */
function colourAxis(shape) {
  if (shape.length !== 3 || shape[0] === 1 || shape[2] === 1) return null;
  return [0, 2].find((axis) => shape[axis] === RGB) ?? null;
}

/**
 * The shape of a chain's input, of one channel.
 * @param {number[]} shape
 * @param {number | null} axis
 */
function firstShape(shape, axis) {
  if (axis === 0) return [1, ...shape.slice(1)];
  if (axis === 2) return [1, ...shape.slice(0, 2)];
  if (shape.length === 3 && shape[0] !== 1 && shape[2] !== 1) throw new UnsupportedError("image.shape", { shape: shape.join("×") });
  const maps = shape.length === 2 || shape[0] !== 1 ? shape.slice(0, 2) : shape.slice(1);
  return shape.length === 1 ? shape : [1, ...maps];
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} name the file's
 * @param {File[]} others
 * @returns {Promise<Chain>}
 */
export async function readOnnx(bytes, name, others) {
  const graph = await parseGraph(bytes, name, others);
  const task = parseTask(graph.texts.get(KEY));
  const [input] = graph.inputs;
  if (graph.inputs.length !== 1 || graph.outputs.length !== 1) {
    throw new UnsupportedError("ends", { inputs: graph.inputs.length, outputs: graph.outputs.length });
  }
  if (input.sizes.length < 2 || input.sizes.length > 4) throw new UnsupportedError("input.rank", { count: input.sizes.length });
  const [images, ...dimensions] = input.sizes;
  let reason;
  for (const shape of shapesFor(dimensions, graph, task)) {
    try {
      const chain = chainOf(graph, shape, images);
      plainParts(chain, /** @type {number[]} */ (chain.shape)); // it must fit
      return { ...chain, task, notes: colourAxis(shape) === null ? [] : [GREY_NOTE] };
    } catch (error) {
      if (!(error instanceof UnsupportedError || error instanceof DamagedError)) throw error;
      reason ??= error;
    }
  }
  if (!reason) throw new UnsupportedError("input.none");
  // What doesn't fit as any of the shapes isn't damaged: none of them is in the file.
  throw Object.assign(new UnsupportedError(""), { found: reason.found });
}

/**
 * The shapes that an image may have in an input, the usual one first.
 * @param {(number | null)[]} dimensions
 * @param {Graph} graph
 * @param {Task | null} task
 * @returns {number[][]}
 */
function shapesFor(dimensions, graph, task) {
  if (!dimensions.includes(null)) return [/** @type {number[]} */ (dimensions)];
  if (dimensions.length === 1) {
    const rows = [...graph.arrays.values()].flatMap(({ shape }) => (shape.length === 2 ? shape : []));
    const fitting = rows.filter((n) => n >= SMALLEST && n <= MOST_PIXELS).sort((one, other) => one - other);
    return [...new Set([...(task ? [pixelsOf(task)] : []), pixelsOf(DIGITS), ...fitting])].map((n) => [n]);
  }
  const sides = Array.from({ length: LARGEST - SMALLEST + 1 }, (_, n) => n + SMALLEST);
  const sizes = task ? [[task.height, task.width]] : [...new Set([DIGITS.height, ...sides])].map((side) => [side, side]);
  return sizes.map((size) => {
    const isLast = [1, RGB].includes(dimensions.at(-1) ?? 0) && ![1, RGB].includes(dimensions[0] ?? 0);
    const usual = dimensions.length === 2 ? size : isLast ? [...size, 1] : [1, ...size];
    return dimensions.map((n, axis) => n ?? usual[axis]);
  });
}

/**
 * @param {Graph} graph
 * @param {number[]} shape of an image
 * @param {number | null} images their fixed number
 * @returns {Chain}
 */
function chainOf(graph, shape, images) {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.filter(Boolean).map((name) => [name, node])));
  const constants = new Constants(graph, makers);
  const trail = new Trail(shape, images);
  /** @type {Map<string, Tensor>} what Shape nodes give */
  const sizes = new Map();
  for (const { node, variable } of pathOf(graph, makers)) {
    for (const each of graph.nodes) {
      if (each.op === "Shape" && each.inputs[0] === variable) {
        const part = trail.layout.shape.slice(each.attributes.get("start") ?? 0, each.attributes.get("end"));
        sizes.set(each.outputs[0], { ...tensor([part.length], part), isInteger: true });
      }
    }
    const handler = Object.hasOwn(HANDLERS, node.op) && !node.domain ? HANDLERS[node.op] : null;
    if (!handler) throw new UnsupportedError("node", { op: node.op });
    handler(trail, stepOf(node, variable, (name) => constants.find(name, sizes)));
  }
  const { shape: last, indices, isOrdered } = trail.layout;
  if (!isOrdered || indices.length !== Math.max(...last)) throw new UnsupportedError("output.shape", { shape: last.join("×") });
  trail.flatten();
  return { layers: trail.layers, shape: trail.first };
}

/**
 * @param {Node} node
 * @param {string} variable
 * @param {(name: string) => Tensor | null} find
 * @returns {Step}
 */
function stepOf({ op, attributes, inputs }, variable, find) {
  const found = inputs.map((name) => (name && name !== variable ? find(name) : null));
  const isUnknown = inputs.some((name, place) => name && name !== variable && !found[place]);
  if (isUnknown || inputs.filter((name) => name === variable).length > 1) {
    throw new UnsupportedError("node.variables", { op });
  }
  return { op, attributes, place: inputs.indexOf(variable), inputs: found };
}

/**
 * The nodes from the input to the output, each with the variable that goes into it. There must be
 * no branches on the way.
 * @param {Graph} graph
 * @param {Map<string, Node>} makers
 */
function pathOf({ nodes, inputs: [{ name: begin }], outputs: [{ name: end }] }, makers) {
  const dependent = new Set([begin]);
  for (const node of nodes) { // which are in order
    if (node.op !== "Shape" && node.inputs.some((name) => dependent.has(name))) node.outputs.forEach((name) => dependent.add(name));
  }
  const path = [];
  let name = end;
  while (name !== begin) {
    const node = makers.get(name);
    const inputs = new Set(node?.inputs.filter((each) => dependent.has(each)));
    if (!node || inputs.size !== 1 || node.outputs[0] !== name || path.length > nodes.length) {
      throw node ? new UnsupportedError("node.variables", { op: node.op }) : new UnsupportedError("output");
    }
    [name] = inputs;
    path.unshift({ node, variable: name });
  }
  return path;
}
