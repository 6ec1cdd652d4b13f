// @ts-check
/** Arrays of numbers with a shape, in the order of the last axis. */

/**
 * @typedef {object} Tensor
 * @property {number[]} shape
 * @property {Float32Array | Float64Array} data
 * @property {boolean} [isInteger] whether the file holds whole numbers
 *
 * @typedef {Float32Array | Float64Array | number[]} Numbers
 */

/** What was found in a file: the key of a part of a sentence, in texts/readers.js. */
export class ReadingError extends Error {
  /**
   * @param {string} code
   * @param {import("../base/language.js").Params} [params]
   */
  constructor(code, params = {}) {
    super(`${code} ${JSON.stringify(params)}`);
    this.found = { key: `reader.${code}`, params };
  }
}

/** A file is damaged, or holds something else. */
export class DamagedError extends ReadingError {}

/** A network is sound, but none that this page can read or evaluate. */
export class UnsupportedError extends ReadingError {}

/** A file leaves the size of the images open. */
export class UnknownSizeError extends ReadingError {}

/** What files, unpacked, and arrays that are made of them hold at most. */
export const MOST_BYTES = 400e6;

/** @param {number[]} shape */
export function sizeOf(shape) {
  return shape.reduce((size, n) => size * n, 1);
}

/**
 * @param {number[]} shape
 * @param {Numbers} data
 * @returns {Tensor}
 */
export function tensor(shape, data) {
  const numbers = Array.isArray(data) ? Float64Array.from(data) : data;
  if (numbers.length !== sizeOf(shape)) {
    throw new DamagedError("array.count", { shape: textOf(shape), count: numbers.length });
  }
  return { shape, data: numbers };
}

/**
 * Return a tensor whose axis `n` is the axis `axes[n]` of another.
 * @param {Tensor} given
 * @param {number[]} axes
 * @returns {Tensor}
 */
export function transposed({ shape, data }, axes) {
  const steps = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const after = axes.map((axis) => shape[axis]);
  const out = new Float64Array(data.length);
  const place = new Array(axes.length).fill(0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from];
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      from += steps[axes[axis]];
      if (++place[axis] < after[axis]) break;
      from -= steps[axes[axis]] * after[axis];
      place[axis] = 0;
    }
  }
  return { shape: after, data: out };
}

/**
 * @param {number} length
 * @param {number} [value]
 */
export function filled(length, value = 0) {
  return new Float64Array(length).fill(value);
}

/** @param {number[]} shape */
export function textOf(shape) {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

/**
 * Numbers of half precision.
 * @param {Uint16Array} bits
 */
export function fromHalf(bits) {
  return Float32Array.from(bits, (half) => {
    const [sign, exponent, fraction] = [half & 0x8000 ? -1 : 1, (half >> 10) & 31, half & 1023];
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** @typedef {"f2" | "f4" | "f8" | "bf2" | "i1" | "i2" | "i4" | "i8" | "u1" | "u2" | "u4" | "u8"} Kind */

/**
 * Read little-endian numbers of some kind.
 * @param {Kind} kind
 * @param {Uint8Array} bytes
 * @returns {Float32Array | Float64Array}
 */
export function numbersOf(kind, bytes) {
  const { buffer } = bytes.slice();
  const width = Number(kind.slice(-1));
  if (bytes.length % width) throw new DamagedError("array.bytes", { bytes: bytes.length, width });
  switch (kind) {
    case "f4": return new Float32Array(buffer);
    case "f8": return new Float64Array(buffer);
    case "f2": return fromHalf(new Uint16Array(buffer));
    case "bf2": return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer);
    case "i1": return Float64Array.from(new Int8Array(buffer));
    case "i2": return Float64Array.from(new Int16Array(buffer));
    case "i4": return Float64Array.from(new Int32Array(buffer));
    case "i8": return Float64Array.from(new BigInt64Array(buffer), Number);
    case "u1": return Float64Array.from(new Uint8Array(buffer));
    case "u2": return Float64Array.from(new Uint16Array(buffer));
    case "u4": return Float64Array.from(new Uint32Array(buffer));
    case "u8": return Float64Array.from(new BigUint64Array(buffer), Number);
  }
}
