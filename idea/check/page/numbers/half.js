// @ts-check
/** Numbers of half precision. */

/**
 * Return finite little-endian float16 numbers.
 * @param {ArrayBuffer} buffer
 */
export function fromHalf(buffer) {
  const view = new DataView(buffer);
  return Float32Array.from({ length: buffer.byteLength / 2 }, (_, at) => valueOf(view.getUint16(2 * at, true)));
}

/** @param {number} bits */
function valueOf(bits) {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
  return bits & 0x8000 ? -size : size;
}
