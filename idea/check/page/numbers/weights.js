// @ts-check
/**
 * Networks from files of bare floats: for each convolution and layer its W, in the order of its
 * shape, then its b; little-endian, as are all machines that browsers run on.
 */

import { DIGITS, pixelsOf } from "../base/task.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */

/**
 * The shapes of a network's weights.
 * @typedef {object} Shapes
 * @property {import("../kernel/kernel.js").ConvolutionShape[]} convolutions
 * @property {number[][]} layers each (n_out, n_in)
 */

// Files without their shapes are for this task alone.
const [PIXELS, CLASSES] = [pixelsOf(DIGITS), DIGITS.classes.length];

/**
 * Read the weights of a network of known shapes.
 * @param {ArrayBuffer} buffer
 * @param {Shapes} shapes
 * @param {{height: number, width: number}} size of the images
 * @param {string} name the network's, for the error
 * @returns {NetworkParts} what the kernel opens
 */
export function parseWeights(buffer, { convolutions, layers }, { height, width }, name) {
  if (buffer.byteLength !== 4 * countOf({ convolutions, layers })) throw new UserError("dat.check", { name });
  const weights = new Float32Array(buffer);
  let start = 0;
  for (const { shape, label } of arraysOf({ convolutions, layers })) {
    const end = start + product(shape);
    checkFinite(weights.subarray(start, end), label, shape, name);
    start = end;
  }
  return { height, width, convolutions, layers, weights };
}

/**
 * The number of all weights.
 * @param {Shapes} shapes
 */
export function countOf(shapes) {
  return arraysOf(shapes).reduce((sum, { shape }) => sum + product(shape), 0);
}

/** @param {Shapes} shapes */
function arraysOf({ convolutions, layers }) {
  const named = [
    ...convolutions.map(({ shape }, index) => ({ shape, label: `conv${index + 1}` })),
    ...layers.map((shape, index) => ({ shape, label: `l${index + 1}` })),
  ];
  return named.flatMap(({ shape, label }) => [
    { shape, label: `${label}/W` }, { shape: [shape[0]], label: `${label}/b` },
  ]);
}

/**
 * Read a `.dat`: an MLP 784-units-units-10, whose number of units the file's size determines.
 * @param {ArrayBuffer} buffer
 * @param {string} name the file's, for the error
 * @returns {NetworkParts}
 */
export function parseDat(buffer, name) {
  const units = unitsOf(buffer.byteLength, name);
  const layers = [[units, PIXELS], [units, units], [CLASSES, units]];
  return parseWeights(buffer, { convolutions: [], layers }, DIGITS, name);
}

/** @param {number} units */
function bytesOf(units) {
  return 4 * ((PIXELS + 1) * units + (units + 1) * units + (units + 1) * CLASSES);
}

/**
 * Solve `bytesOf(units) = size`, or throw the sizes there are.
 * @param {number} size
 * @param {string} name
 */
function unitsOf(size, name) {
  // bytesOf(u) = 4·(u² + 796u + 10), so u = sqrt(size/4 + 398² - 10) - 398.
  const half = (PIXELS + 2 + CLASSES) / 2;
  const root = Math.floor(Math.sqrt(Math.max(0, Math.floor(size / 4) + half ** 2 - CLASSES)));
  const units = Math.max(1, root - half);
  if (size === bytesOf(units)) return units;
  throw new UserError("dat.size", {
    name,
    size,
    units,
    below: bytesOf(units),
    next: units + 1,
    above: bytesOf(units + 1),
    usual: bytesOf(PIXELS),
  });
}

/**
 * @param {Float32Array} array
 * @param {string} label its name in the file
 * @param {number[]} shape
 * @param {string} name the file's
 */
export function checkFinite(array, label, shape, name) {
  const bad = array.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  /** @type {number[]} */
  const place = [];
  let rest = bad;
  for (const size of [...shape].reverse()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  throw new UserError("dat.finite", {
    name, place: `${label}[${place.join(", ")}]`, value: `${array[bad]}`,
  });
}

/** @param {number[]} shape */
function product(shape) {
  return shape.reduce((size, each) => size * each, 1);
}
