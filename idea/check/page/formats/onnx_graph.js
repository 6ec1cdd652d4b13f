// @ts-check
/** The parts of an ONNX file: nodes, arrays, inputs and outputs. */

import { UserError } from "../base/user_error.js";
import { Message } from "./protobuf.js";
import { DamagedError, numbersOf, sizeOf, tensor, UnsupportedError } from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {import("./tensor.js").Kind} Kind */

/**
 * @typedef {object} Node
 * @property {string} op
 * @property {string} domain
 * @property {string[]} inputs
 * @property {string[]} outputs
 * @property {Map<string, any>} attributes numbers, texts, lists of numbers, or tensors
 *
 * @typedef {{name: string, sizes: (number | null)[]}} Value sizes are null where they are free
 *
 * @typedef {object} Graph
 * @property {Node[]} nodes
 * @property {Map<string, Tensor>} arrays
 * @property {Value[]} inputs that aren't arrays
 * @property {Value[]} outputs
 * @property {Map<string, string>} texts the metadata
 */

/** @type {Record<number, Kind>} ONNX's types of numbers */
const KINDS = {
  1: "f4", 2: "u1", 3: "i1", 4: "u2", 5: "i2", 6: "i4", 7: "i8", 9: "u1", 10: "f2", 11: "f8", 12: "u4", 13: "u8", 16: "bf2",
};
const [FLOAT_DATA, INT32_DATA, INT64_DATA, RAW_DATA, DOUBLE_DATA, EXTERNAL] = [4, 5, 7, 9, 10, 13];
const [FLOAT, INT, TEXT, TENSOR, FLOATS, INTS] = [1, 2, 3, 4, 6, 7]; // types of attributes

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} name the file's
 * @param {File[]} others among which the files of its arrays must be
 * @returns {Promise<Graph>}
 */
export async function parseGraph(bytes, name, others) {
  const model = new Message(bytes);
  const [graph] = model.messages(7);
  if (!graph || !model.has(1)) throw new DamagedError("onnx");
  const stored = graph.messages(5);
  const files = await filesOf(stored, name, others);
  const arrays = new Map(stored.map((each) => [each.text(8), arrayOf(each, files)]));
  return {
    nodes: graph.messages(1).map((each) => nodeOf(each, files)),
    arrays,
    inputs: graph.messages(11).map(valueOf).filter(({ name }) => !arrays.has(name)),
    outputs: graph.messages(12).map(valueOf),
    texts: new Map(model.messages(14).map((each) => [each.text(1), each.text(2)])),
  };
}

/**
 * @param {Message} node
 * @param {Map<string, Uint8Array<ArrayBuffer>>} files
 * @returns {Node}
 */
function nodeOf(node, files) {
  const domain = node.text(7);
  return {
    op: node.text(4),
    domain: domain === "ai.onnx" ? "" : domain,
    inputs: node.texts(1),
    outputs: node.texts(2),
    attributes: new Map(node.messages(5).map((each) => [each.text(1), attributeOf(each, files)])),
  };
}

/**
 * @param {Message} attribute
 * @param {Map<string, Uint8Array<ArrayBuffer>>} files
 */
function attributeOf(attribute, files) {
  switch (attribute.number(20)) {
    case FLOAT: return attribute.number(2);
    case INT: return attribute.number(3);
    case TEXT: return attribute.text(4);
    case TENSOR: return arrayOf(attribute.messages(5)[0], files);
    case FLOATS: return attribute.numbers(7, "float");
    case INTS: return attribute.numbers(8, "varint");
    default: return null;
  }
}

/** @param {Message} value */
function valueOf(value) {
  const shape = value.messages(2)[0]?.messages(1)[0]?.messages(2)[0];
  const sizes = (shape?.messages(1) ?? []).map((dimension) => dimension.number(1) || null);
  return { name: value.text(1), sizes };
}

/**
 * @param {Message} stored
 * @param {Map<string, Uint8Array<ArrayBuffer>>} files
 * @returns {Tensor}
 */
function arrayOf(stored, files) {
  const shape = stored.numbers(1, "varint");
  const kind = KINDS[stored.number(2)];
  if (!kind) throw new UnsupportedError("onnx.type", { type: stored.number(2) });
  const size = sizeOf(shape);
  if (!(size >= 0)) throw new DamagedError("array.shape", { shape: shape.join("×") });
  const isInteger = !kind.includes("f");
  return Object.assign(tensor(shape, numbersIn(stored, kind, size, files)), { isInteger });
}

/**
 * @param {Message} stored
 * @param {Kind} kind
 * @param {number} size
 * @param {Map<string, Uint8Array<ArrayBuffer>>} files
 */
function numbersIn(stored, kind, size, files) {
  const texts = textsOf(stored);
  if (texts.has("location")) {
    const file = /** @type {Uint8Array<ArrayBuffer>} */ (files.get(texts.get("location") ?? ""));
    const begin = Number(texts.get("offset") ?? 0);
    const end = begin + size * Number(kind.slice(-1));
    if (!(end <= file.length)) throw new DamagedError("beside", { needed: end, bytes: file.length });
    return numbersOf(kind, file.subarray(begin, end));
  }
  if (stored.has(RAW_DATA)) return numbersOf(kind, stored.bytes(RAW_DATA)[0]);
  if (kind === "f4") return Float32Array.from(stored.numbers(FLOAT_DATA, "float"));
  if (kind === "f8") return Float64Array.from(stored.numbers(DOUBLE_DATA, "double"));
  const numbers = stored.numbers(kind === "i8" ? INT64_DATA : INT32_DATA, "varint");
  return kind === "f2" || kind === "bf2"
    ? numbersOf(kind, new Uint8Array(Uint16Array.from(numbers).buffer))
    : Float64Array.from(numbers);
}

/** @param {Message} stored */
function textsOf(stored) {
  return new Map(stored.messages(EXTERNAL).map((each) => [each.text(1), each.text(2)]));
}

/**
 * The files in which arrays are stored.
 * @param {Message[]} stored
 * @param {string} name the graph's, for the error
 * @param {File[]} others
 */
async function filesOf(stored, name, others) {
  const places = new Set(stored.flatMap((each) => textsOf(each).get("location") ?? []));
  /** @type {Map<string, Uint8Array<ArrayBuffer>>} */
  const files = new Map();
  for (const place of places) {
    const file = others.find((each) => each.name === place.split("/").at(-1));
    if (!file) throw new UserError("format.beside", { name, files: place });
    files.set(place, new Uint8Array(await file.arrayBuffer()));
  }
  return files;
}
