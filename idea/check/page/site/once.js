// @ts-check
/** Values that are made when they are first needed. */

/**
 * Return a map's value, or create it; a failure is not stored, so that it can be tried again.
 * @template T
 * @param {Map<string, Promise<T>>} map
 * @param {string} key
 * @param {() => Promise<T>} make
 * @returns {Promise<T>}
 */
export function once(map, key, make) {
  const known = map.get(key);
  if (known) return known;
  const made = make();
  map.set(key, made);
  made.catch(() => map.delete(key));
  return made;
}
