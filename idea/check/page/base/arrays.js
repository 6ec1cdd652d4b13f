// @ts-check

/**
 * Check whether two arrays of equal length have the same numbers.
 * @param {ArrayLike<number>} some
 * @param {ArrayLike<number>} others
 */
export function isEqual(some, others) {
  if (some === others) return true;
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}
