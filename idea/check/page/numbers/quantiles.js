// @ts-check
/** Quantiles of many values, without sorting them. */

/**
 * Return quantiles between whose neighbours lines are drawn, as numpy's are.
 * @param {Float32Array} values none below 0
 * @param {number[]} shares each 0…1
 */
export function quantiles(values, shares) {
  const places = shares.map((share) => (values.length - 1) * share);
  const last = values.length - 1;
  const ranks = places.flatMap((place) => [Math.floor(place), Math.floor(place) + 1]);
  const found = ranked(values, ranks.map((rank) => Math.min(rank, last)));
  return places.map((place, index) => {
    const [low, high] = [found[2 * index], found[2 * index + 1]];
    const part = place - Math.floor(place);
    const step = Math.fround(high - low);
    return part < 0.5 ? low + step * part : high - step * (1 - part);
  });
}

/**
 * Return the values that would be at these places if all were sorted.
 *
 * Floats from 0 up are in the order of their bits. So their upper halves are counted, and of those
 * few that share the sought one the lower halves.
 * @param {Float32Array} values none below 0
 * @param {number[]} ranks from 0
 */
function ranked(values, ranks) {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const upper = new Uint32Array(1 << 16);
  for (let at = 0; at < bits.length; at++) upper[bits[at] >>> 16]++;
  /** @type {Map<number, Uint32Array>} */
  const lower = new Map();
  const found = ranks.map((rank) => {
    const [high, left] = reach(upper, rank);
    if (!lower.has(high)) lower.set(high, lowerHalves(bits, high));
    const [low] = reach(/** @type {Uint32Array} */ (lower.get(high)), left);
    return high * (1 << 16) + low;
  });
  return new Float32Array(Uint32Array.from(found).buffer);
}

/**
 * @param {Uint32Array} bits
 * @param {number} high the upper half of those that are counted
 */
function lowerHalves(bits, high) {
  const counts = new Uint32Array(1 << 16);
  for (let at = 0; at < bits.length; at++) {
    if (bits[at] >>> 16 === high) counts[bits[at] & 0xffff]++;
  }
  return counts;
}

/**
 * Find where a count is reached.
 * @param {Uint32Array} counts
 * @param {number} rank below their sum
 * @returns {[number, number]} the index, and how far into its count
 */
function reach(counts, rank) {
  let index = 0;
  while (rank >= counts[index]) rank -= counts[index++];
  return [index, rank];
}
