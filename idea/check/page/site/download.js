// @ts-check
/** Files of the site, with their progress. */

/** @typedef {import("../base/user_error.js").UserError} UserError */

/**
 * What shows that something is loading.
 * @typedef {object} Loading
 * @property {(share: number) => void} progress in 0…1
 * @property {() => void} end
 */

/**
 * Read a response whose size is known.
 * @param {Response} response
 * @param {number} size in bytes; about, where the server compresses
 * @param {Loading} loading
 * @returns {Promise<ArrayBuffer>}
 */
export async function readAll(response, size, loading) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let received = 0;
  const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return new Blob(parts).arrayBuffer();
    parts.push(value);
    received += value.length;
    loading.progress(Math.min(1, received / size));
  }
}

/**
 * Load a file of the static site.
 * @param {string} address
 * @param {number} size
 * @param {Loading} loading
 * @param {UserError} missing the error where it can't be reached: what is missing
 * @returns {Promise<ArrayBuffer>}
 */
export async function download(address, size, loading, missing) {
  const response = await fetch(address).catch(() => null);
  const bytes = response?.ok ? await readAll(response, size, loading).catch(() => null) : null;
  if (!bytes) throw missing;
  return bytes;
}
