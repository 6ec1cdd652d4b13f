// @ts-check
/** Each pixel's share in an answer. */

/**
 * What an answer loses if each pixel alone is flipped: of its logit or, with the gains of another
 * class, of its lead over that one.
 * @param {number[]} gains of the answer's logit by the flips, exact
 * @param {number[] | null} others those of the other class's
 */
export function lostBy(gains, others) {
  return gains.map((gain, pixel) => (others ? others[pixel] : 0) - gain);
}
