// @ts-check
/** Whether an image is like those that a network was trained on, by the nearest of them. */

/** @typedef {import("../base/task.js").Task} Task */

/**
 * How far from the nearest training image others usually lie at most, by data set: 95 of 100 test images and
 * drawn digits lie no farther. `python bench/nonsense.py` measures it.
 * @type {Record<string, number>}
 */
const FARTHEST = { mnist: 76, digits8: 13, fashion: 164 };

/**
 * Check whether an image is unusually far from the nearest training image, where it is known what is usual.
 * @param {ArrayLike<number>} image binary
 * @param {ArrayLike<number>} nearest binary
 * @param {Task} task
 * @param {string} data the data set's name
 */
export function isUnlike(image, nearest, task, data) {
  return distance(image, nearest, task) > (FARTHEST[data] ?? Infinity);
}

/**
 * The number of pixels that differ; those that no neighbour matches count twice, for they aren't a matter of a
 * stroke's width or place.
 * @param {ArrayLike<number>} one binary
 * @param {ArrayLike<number>} other
 * @param {Task} task
 */
export function distance(one, other, task) {
  let sum = 0;
  for (let pixel = 0; pixel < one.length; pixel++) {
    if (one[pixel] === other[pixel]) continue;
    const inked = one[pixel] ? other : one;
    sum += touches(inked, pixel, task) ? 1 : 2;
  }
  return sum;
}

/**
 * Whether one of the four neighbours of a pixel is ink.
 * @param {ArrayLike<number>} image
 * @param {number} pixel
 * @param {Task} task
 */
function touches(image, pixel, { height, width }) {
  const [x, y] = [pixel % width, Math.floor(pixel / width)];
  return Boolean(
    (x > 0 && image[pixel - 1]) || (x < width - 1 && image[pixel + 1])
      || (y > 0 && image[pixel - width]) || (y < height - 1 && image[pixel + width]),
  );
}
