// @ts-check
/** White margins of ideals: pixels that the network doesn't use, which a search sets to white. */

/** @typedef {import("../base/task.js").Task} Task */

/**
 * Whether a whole row or column at an edge is white in all ideals.
 * @param {Float32Array[]} images
 * @param {Task} task
 */
export function haveWhiteMargin(images, { height, width }) {
  if (images.length < 2) return false;
  const isWhite = (/** @type {number} */ pixel) => images.every((image) => image[pixel] === 1);
  const column = (/** @type {number} */ x) => Array.from({ length: height }, (_, y) => y * width + x);
  const row = (/** @type {number} */ y) => Array.from({ length: width }, (_, x) => y * width + x);
  return [row(0), row(height - 1), column(0), column(width - 1)].some((edge) => edge.every(isWhite));
}
