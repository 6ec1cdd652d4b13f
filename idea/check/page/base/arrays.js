// @ts-check

/**
 * Check whether two arrays have the same entries.
 * @param {ArrayLike<unknown>} some
 * @param {ArrayLike<unknown>} others
 */
export function isEqual(some, others) {
  if (some === others) return true;
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}
