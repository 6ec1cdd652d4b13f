// @ts-check
/** Protocol buffers: the fields of messages, as far as ONNX needs them. */

import { DamagedError } from "./tensor.js";

/** @typedef {number | bigint | Uint8Array<ArrayBuffer>} Value a varint, a fixed number, or bytes */

export class Message {
  /** @type {Map<number, Value[]>} */
  #fields = new Map();

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  constructor(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    const varint = () => {
      let [value, shift] = [0n, 0n];
      for (;;) {
        if (at >= bytes.length || shift > 63n) throw new DamagedError("message");
        const byte = bytes[at++];
        value |= BigInt(byte & 127) << shift;
        if (byte < 128) return BigInt.asIntN(64, value);
        shift += 7n;
      }
    };
    const taken = (/** @type {number} */ size) => {
      if (size < 0 || at + size > bytes.length) throw new DamagedError("message");
      at += size;
      return at - size;
    };
    while (at < bytes.length) {
      const key = Number(varint());
      const [field, wire] = [key >> 3, key & 7];
      let value;
      if (wire === 0) value = varint();
      else if (wire === 1) value = view.getFloat64(taken(8), true);
      else if (wire === 5) value = view.getFloat32(taken(4), true);
      else if (wire === 2) {
        const size = Number(varint());
        const begin = taken(size);
        value = bytes.subarray(begin, begin + size);
      } else throw new DamagedError("message");
      const values = this.#fields.get(field) ?? [];
      values.push(value);
      this.#fields.set(field, values);
    }
  }

  /** @param {number} field */
  has(field) {
    return this.#fields.has(field);
  }

  /**
   * @param {number} field
   * @param {number} [usual]
   */
  number(field, usual = 0) {
    const value = this.#fields.get(field)?.at(-1);
    return value === undefined || value instanceof Uint8Array ? usual : Number(value);
  }

  /**
   * The numbers of a repeated field, packed or not.
   * @param {number} field
   * @param {"varint" | "float" | "double"} kind
   * @returns {number[]}
   */
  numbers(field, kind) {
    return (this.#fields.get(field) ?? []).flatMap((value) =>
      (value instanceof Uint8Array ? unpacked(value, kind) : [Number(value)]));
  }

  /** @param {number} field */
  bytes(field) {
    return /** @type {Uint8Array<ArrayBuffer>[]} */ ((this.#fields.get(field) ?? []).filter((value) => value instanceof Uint8Array));
  }

  /**
   * @param {number} field
   * @returns {string}
   */
  text(field) {
    return new TextDecoder().decode(this.bytes(field).at(-1) ?? new Uint8Array());
  }

  /** @param {number} field */
  texts(field) {
    return this.bytes(field).map((each) => new TextDecoder().decode(each));
  }

  /** @param {number} field */
  messages(field) {
    return this.bytes(field).map((each) => new Message(each));
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {"varint" | "float" | "double"} kind
 * @returns {number[]}
 */
function unpacked(bytes, kind) {
  const { buffer } = bytes.slice();
  if (bytes.length % { varint: 1, float: 4, double: 8 }[kind]) throw new DamagedError("message");
  if (kind === "float") return [...new Float32Array(buffer)];
  if (kind === "double") return [...new Float64Array(buffer)];
  const found = [];
  let [value, shift] = [0n, 0n];
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte >= 128) continue;
    found.push(Number(BigInt.asIntN(64, value)));
    [value, shift] = [0n, 0n];
  }
  return found;
}
