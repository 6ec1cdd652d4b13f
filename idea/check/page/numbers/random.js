// @ts-check
/** A small generator of random numbers: equal seeds give equal searches. */

/**
 * Return random greys to start a search from.
 * @param {number} seed a whole number
 * @param {number} pixels how many
 * @returns {Float32Array} in 0…1
 */
export function seededGreys(seed, pixels) {
  const next = generator(seed);
  return Float32Array.from({ length: pixels }, next);
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
