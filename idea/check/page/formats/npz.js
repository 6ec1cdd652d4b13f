// @ts-check
/** Archives of arrays, `.npz`: of Chainer, of JAX, or of NumPy alone; see idea/files/weights/npz.py. */

import { recogniseAny } from "./conventions.js";
import { KEY, parseTask } from "./task_text.js";
import { DamagedError, numbersOf, sizeOf, tensor, transposed } from "./tensor.js";
import { Zip } from "./zip.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */

const KINDS = /^[<|=]?(f[248]|[iu][1248]|b1)$/;

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<import("./chain.js").Chain>}
 */
export async function readNpz(bytes) {
  const archive = new Zip(bytes);
  /** @type {Map<string, Tensor>} */
  const arrays = new Map();
  let task = null;
  for (const member of archive.names) {
    if (!member.endsWith(".npy")) continue;
    const name = member.slice(0, -4);
    const found = parseNpy(await archive.member(member), name);
    if (typeof found !== "string") arrays.set(name, found);
    else if (name === KEY) task = parseTask(found);
  }
  return recogniseAny(arrays, task, true);
}

/**
 * Return an array's numbers, or its text.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} name
 * @returns {Tensor | string}
 */
function parseNpy(bytes, name) {
  const isNpy = bytes.length > 12 && new TextDecoder("latin1").decode(bytes.subarray(1, 6)) === "NUMPY";
  if (!isNpy) throw new DamagedError("npy", { array: name });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [length, begin] = bytes[6] === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12];
  const header = new TextDecoder("latin1").decode(bytes.subarray(begin, begin + length));
  const descr = header.match(/'descr':\s*'([^']*)'/)?.[1] ?? "";
  const sizes = header.match(/'shape':\s*\(([\d\s,]*)\)/)?.[1];
  if (sizes === undefined) throw new DamagedError("npy", { array: name });
  const shape = sizes.split(",").map((text) => text.trim()).filter(Boolean).map(Number);
  const data = bytes.subarray(begin + length);
  if (/^<U\d+$/.test(descr) && shape.length === 0) return textOf(data);
  const kind = descr.match(KINDS)?.[1];
  if (!kind) throw new DamagedError("array.kind", { array: name, kind: descr || "objects" });
  const width = Number(kind.slice(-1));
  if (data.length !== sizeOf(shape) * width) {
    throw new DamagedError("array.size", { array: name, needed: sizeOf(shape) * width, bytes: data.length });
  }
  const numbers = numbersOf(/** @type {any} */ (kind === "b1" ? "u1" : kind), data);
  const isInteger = !kind.startsWith("f");
  if (!/'fortran_order':\s*True/.test(header)) return Object.assign(tensor(shape, numbers), { isInteger });
  const reversed = tensor([...shape].reverse(), numbers);
  return Object.assign(transposed(reversed, shape.map((_, axis) => shape.length - 1 - axis)), { isInteger });
}

/** @param {Uint8Array} bytes of NumPy's text, four for each character */
function textOf(bytes) {
  const letters = [...numbersOf("u4", bytes)].filter(Boolean);
  if (letters.some((letter) => letter > 0x10ffff)) throw new DamagedError("text");
  return String.fromCodePoint(...letters);
}
