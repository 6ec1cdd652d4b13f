// @ts-check
/** Named arrays as `.safetensors`, with the metadata that idea writes. */

import { conv, FLATTEN, RELU, squareFor } from "./chain.js";
import { recogniseAny } from "./conventions.js";
import { KEY, parseJson, parseTask } from "./task_text.js";
import { DamagedError, numbersOf, tensor } from "./tensor.js";

/** @typedef {import("./chain.js").Chain} Chain */
/** @typedef {import("./chain.js").Layer} Layer */
/** @typedef {import("./tensor.js").Tensor} Tensor */

const GEOMETRY = "idea.convolutions";
const HEADER = 8; // bytes that hold the size of the header
/** @type {Record<string, import("./tensor.js").Kind>} */
const KINDS = {
  F64: "f8", F32: "f4", F16: "f2", BF16: "bf2", BOOL: "u1",
  I8: "i1", I16: "i2", I32: "i4", I64: "i8", U8: "u1", U16: "u2", U32: "u4", U64: "u8",
};

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Chain}
 */
export function readSafetensors(bytes) {
  const size = bytes.length > HEADER ? Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)) : 0;
  if (size < 2 || size > bytes.length - HEADER) throw new DamagedError("header");
  const header = parseJson(new TextDecoder().decode(bytes.subarray(HEADER, HEADER + size)), "its header");
  const { __metadata__: texts = {}, ...entries } = header;
  const numbers = bytes.subarray(HEADER + size);
  /** @type {Map<string, Tensor>} */
  const arrays = new Map();
  for (const [name, entry] of Object.entries(entries)) arrays.set(name, arrayOf(name, entry, numbers));
  const task = parseTask(texts[KEY]);
  if (texts[GEOMETRY] !== undefined) return storedChain(parseJson(texts[GEOMETRY], GEOMETRY), arrays, task);
  return recogniseAny(arrays, task, false);
}

/**
 * @param {string} name
 * @param {any} entry
 * @param {Uint8Array} numbers
 */
function arrayOf(name, { dtype, shape, data_offsets: ends }, numbers) {
  const [begin, end] = Array.isArray(ends) ? ends : [];
  const isSound = Array.isArray(shape) && shape.every(Number.isInteger) && begin >= 0 && begin <= end && end <= numbers.length;
  if (!(dtype in KINDS) || !isSound) throw new DamagedError("header.array", { array: name });
  const found = tensor(shape, numbersOf(KINDS[dtype], numbers.subarray(begin, end)));
  return Object.assign(found, { isInteger: !/F/.test(dtype) });
}

/**
 * The network of arrays whose convolutions are described.
 * @param {any} geometries
 * @param {Map<string, Tensor>} arrays
 * @param {import("../base/task.js").Task | null} task
 * @returns {Chain}
 */
function storedChain(geometries, arrays, task) {
  if (!Array.isArray(geometries)) throw new DamagedError("geometry", { key: GEOMETRY });
  const taken = (/** @type {string} */ name, /** @type {number} */ axes) => {
    const found = arrays.get(name);
    if (found?.shape.length !== axes) throw new DamagedError("array.axes", { array: name, axes });
    return found;
  };
  /** @type {Layer[]} */
  const layers = geometries.flatMap(({ strides, pads, pool }, place) => {
    const name = `conv${place + 1}`;
    /** @type {Layer[]} */
    const made = [conv(taken(`${name}.weight`, 4), taken(`${name}.bias`, 1).data, { strides, pads }), RELU];
    if (pool) made.push({ kind: "pool", average: pool.average, size: pool.size, strides: pool.strides, pads: [0, 0, 0, 0], ceil: false });
    return made;
  });
  if (geometries.length) layers.push(FLATTEN);
  const count = [...arrays.keys()].filter((name) => name.endsWith(".weight")).length - geometries.length;
  for (let number = 1; number <= count; number++) {
    if (number > 1) layers.push(RELU);
    layers.push({ kind: "dense", W: taken(`fc${number}.weight`, 2), b: taken(`fc${number}.bias`, 1).data });
  }
  return { layers, shape: shapeOf(layers, task), task };
}

/**
 * The shape of the images: of the task, or the square that the layers fit.
 * @param {Layer[]} layers
 * @param {import("../base/task.js").Task | null} task
 */
function shapeOf(layers, task) {
  if (task) return [1, task.height, task.width];
  const [first] = layers;
  return first?.kind === "dense" ? [first.W.shape[1]] : squareFor(layers);
}
