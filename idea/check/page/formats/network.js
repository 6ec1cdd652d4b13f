// @ts-check
/** Chains of layers as networks that the kernel opens, with their tasks. */

import { checkFinite } from "../numbers/weights.js";
import { DIGITS, isMnist, isNumbered, pixelsOf, sizeOf as sizeText } from "../base/task.js";
import { plainParts } from "./plain.js";
import { scaledInput } from "./input_scale.js";
import { DamagedError, sizeOf, UnknownSizeError, UnsupportedError } from "./tensor.js";
import { shapesOf } from "./chain.js";

/** @typedef {import("./chain.js").Chain} Chain */
/** @typedef {import("./plain.js").Part} Part */
/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("../kernel/kernel.js").ConvolutionShape} ConvolutionShape */

/**
 * What the reader declares of a network's task and inputs; empty texts declare nothing.
 * @typedef {{shape?: string, classes?: string, input?: string}} Declared
 *
 * @typedef {object} Opened
 * @property {NetworkParts & {convolutions: ConvolutionShape[]}} network
 * @property {Task} task
 * @property {import("../base/language.js").Message[]} notes
 * @property {string} described the sizes between the layers
 * @property {boolean} isOpen whether the file leaves something open, which examples may decide
 */

const [FEWEST_PIXELS, MOST_PIXELS, MOST_CLASSES] = [4, 4096, 1000];
const MARGIN = 2; // of digits in images of 32×32
const LARGE = { ...DIGITS, height: DIGITS.height + 2 * MARGIN, width: DIGITS.width + 2 * MARGIN };

/**
 * @param {Chain} chain
 * @param {Declared} declared
 * @param {string} name the file's
 * @returns {Opened}
 */
export function networkOf(chain, declared, name) {
  const { shape, open, notes = [] } = chain;
  if (!shape) throw new UnknownSizeError("size");
  let parts = withTwoOutputs(plainParts(chain, shape));
  let task = taskOf(chain, shape, outputsOf(parts), declared);
  if (declared.input) parts = scaledInput(parts, declared.input, task);
  const said = [...(open ?? [])];
  const padded = chain.task || declared.shape ? null : withoutMargin(parts, task);
  if (padded) {
    [parts, task] = [padded, DIGITS];
    said.push({ key: "reader.margin", params: { large: sizeText(LARGE), margin: MARGIN, size: sizeText(DIGITS) } });
  }
  const network = joined(parts, task, name);
  return {
    network,
    task,
    notes: [...said, ...notes],
    isOpen: open !== undefined,
    described: describedNetwork(network),
  };
}

/** @param {Part[]} parts */
function outputsOf(parts) {
  return /** @type {Part} */ (parts.at(-1)).layer.b.length;
}

/**
 * A single output, of a sigmoid, is that of the second of two classes.
 * @param {Part[]} parts
 */
function withTwoOutputs(parts) {
  if (outputsOf(parts) !== 1) return parts;
  const last = /** @type {Part} */ (parts.at(-1));
  const { W, b } = last.layer;
  const both = { shape: [2, W.shape[1]], data: Float64Array.from([...new Array(W.data.length).fill(0), ...W.data]) };
  return [...parts.slice(0, -1), { ...last, layer: /** @type {any} */ ({ kind: "dense", W: both, b: [0, b[0]] }) }];
}

/**
 * @param {Chain} chain
 * @param {number[]} shape
 * @param {number} outputs
 * @param {Declared} declared
 * @returns {Task}
 */
function taskOf({ task: stored, layers, shape: known }, shape, outputs, declared) {
  const size = shape.length === 3 ? shape.slice(1) : sizeBefore(layers, known);
  const given = declared.shape ? declared.shape.split("x").map(Number) : null;
  const labels = (declared.classes ?? "").split(",").map((label) => label.trim()).filter(Boolean);
  const fixed = stored ? [stored.height, stored.width] : size;
  if (given && fixed && given.join() !== fixed.join()) {
    throw new DamagedError("size.known", { size: fixed.join("×") });
  }
  const [height, width] = fixed ?? given ?? squareOf(shape[0]);
  const classes = labels.length ? labels : stored?.classes ?? Array.from({ length: outputs }, (_, n) => String(n));
  const pixels = height * width;
  if (pixels < FEWEST_PIXELS || pixels > MOST_PIXELS) {
    throw new UnsupportedError("pixels", { count: pixels, least: FEWEST_PIXELS, most: MOST_PIXELS });
  }
  if (sizeOf(shape) !== pixels) throw new DamagedError("pixels.other", { count: sizeOf(shape), size: `${height}×${width}` });
  if (classes.length !== outputs || outputs > MOST_CLASSES || new Set(classes).size < outputs) {
    throw new DamagedError("classes", { outputs, count: classes.length });
  }
  return { height, width, classes };
}

/**
 * The size of the maps that a network makes of its flat input first.
 * @param {import("./chain.js").Layer[]} layers
 * @param {number[] | null} shape
 */
function sizeBefore([first], shape) {
  return shape?.length === 1 && first?.kind === "reshape" && first.shape[0] === 1 ? first.shape.slice(1) : null;
}

/** @param {number} pixels */
function squareOf(pixels) {
  const side = Math.round(Math.sqrt(pixels));
  if (side * side !== pixels) {
    throw new UnknownSizeError("size.inputs", { count: pixels });
  }
  return [side, side];
}

/**
 * A network of digits in images of 32×32 as one of 28×28, with black pixels around them; null: it
 * is none, or can't be.
 * @param {Part[]} parts
 * @param {Task} task
 * @returns {Part[] | null}
 */
function withoutMargin([first, ...rest], task) {
  const digits = isNumbered(task.classes) && task.classes.length === DIGITS.classes.length;
  if (sizeText(task) !== sizeText(LARGE) || !digits) return null;
  const { layer } = first;
  if (layer.kind === "conv") {
    const pads = layer.pads.map((n) => n + MARGIN);
    return Math.max(...pads) < Math.min(...layer.W.shape.slice(2)) ? [{ ...first, layer: { ...layer, pads } }, ...rest] : null;
  }
  const rows = layer.W.shape[0];
  const data = Float64Array.from({ length: rows * pixelsOf(DIGITS) }, (_, n) => {
    const [row, pixel] = [Math.floor(n / pixelsOf(DIGITS)), n % pixelsOf(DIGITS)];
    const [y, x] = [Math.floor(pixel / DIGITS.width) + MARGIN, (pixel % DIGITS.width) + MARGIN];
    return layer.W.data[(row * LARGE.height + y) * LARGE.width + x];
  });
  return [{ ...first, layer: { ...layer, W: { shape: [rows, pixelsOf(DIGITS)], data } } }, ...rest];
}

/**
 * @param {Part[]} parts
 * @param {Task} task
 * @param {string} name
 */
function joined(parts, { height, width }, name) {
  const arrays = parts.flatMap(({ layer: { W, b, kind } }, place) => {
    const convs = parts.filter(({ layer }) => layer.kind === "conv").length;
    const label = kind === "conv" ? `conv${place + 1}` : `fc${place + 1 - convs}`;
    return [
      { label: `${label}.weight`, shape: W.shape, data: Float32Array.from(W.data) },
      { label: `${label}.bias`, shape: [b.length], data: Float32Array.from(b) },
    ];
  });
  for (const { label, shape, data } of arrays) {
    if (data.length === 0) throw new DamagedError("units", { layer: label });
    checkFinite(data, label, shape, name);
  }
  const weights = new Float32Array(arrays.reduce((sum, { data }) => sum + data.length, 0));
  let start = 0;
  for (const { data } of arrays) {
    weights.set(data, start);
    start += data.length;
  }
  /** @type {ConvolutionShape[]} */
  const convolutions = parts.flatMap(({ layer, pool }) => layer.kind === "conv"
    ? [{ shape: layer.W.shape, pool, strides: layer.strides, pads: layer.pads }] : []);
  const layers = parts.flatMap(({ layer }) => (layer.kind === "dense" ? [layer.W.shape] : []));
  return { height, width, convolutions, layers, weights };
}

/**
 * The sizes between the layers, as a text such as "784-16-16-10" or "1×28×28, 6×12×12, 10".
 * @param {NetworkParts & {convolutions: ConvolutionShape[]}} network
 */
function describedNetwork({ height, width, convolutions, layers }) {
  const outputs = layers.map(([size]) => size);
  if (convolutions.length) return [...mapsOf(convolutions, [1, height, width]), ...outputs].join(", ");
  return [height * width, ...outputs].join("-");
}

/**
 * @param {ConvolutionShape[]} convolutions
 * @param {number[]} shape
 */
function mapsOf(convolutions, shape) {
  const layers = convolutions.flatMap(({ shape: [outputs, inputs, ...window], pool, strides = [1, 1], pads = [0, 0, 0, 0] }) => {
    const W = { shape: [outputs, inputs, ...window], data: new Float64Array() };
    /** @type {import("./chain.js").Layer[]} */
    const both = [{ kind: "conv", W, b: [], strides, pads, dilations: [1, 1], groups: 1 }];
    if (pool && pool !== true) both.push({ kind: "pool", average: false, size: pool.size, strides: pool.strides, pads: [0, 0, 0, 0], ceil: false });
    return both;
  });
  const isLast = (/** @type {number} */ place) => layers[place]?.kind !== "pool";
  return shapesOf(layers, shape).filter((_, place) => isLast(place)).map((sizes) => sizes.join("×"));
}
