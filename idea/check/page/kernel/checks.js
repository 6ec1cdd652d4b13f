// @ts-check
/** Checks of arguments before they go to the module, where numbers are cut to 32 bits. */

/**
 * Return a count or an index that is below `end`.
 * @param {string} name
 * @param {number} value
 * @param {number} [end]
 */
export function whole(name, value, end = 2 ** 32) {
  if (!Number.isInteger(value) || value < 0 || value >= end) {
    throw new RangeError(`${name}: expected one of 0…${end - 1}, found ${value}`);
  }
  return value;
}

/**
 * Return numbers as float32, without a copy where they are.
 * @param {string} name
 * @param {ArrayLike<number>} values
 * @param {number} [size]
 */
export function floats(name, values, size = values.length) {
  if (values.length !== size) throw new RangeError(`${name}: expected ${size} numbers, found ${values.length}`);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
