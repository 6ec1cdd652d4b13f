// @ts-check
/** A small generator of random numbers: equal seeds give equal searches. */

import { PIXELS } from "../base/image_size.js";

/**
 * Return random greys to start a search from.
 * @param {number} seed a whole number
 * @returns {Float32Array} 784 in 0…1
 */
export function seededGreys(seed) {
  const next = generator(seed);
  return Float32Array.from({ length: PIXELS }, next);
}

/**
 * @param {number} seed a whole number
 * @returns {() => number} each uniform in 0…1
 */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    // A counter in steps of 2³² over the golden ratio, and its bits mixed.
    state = (state + 0x9e3779b9) >>> 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
  };
}
