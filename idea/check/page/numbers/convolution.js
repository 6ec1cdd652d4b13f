// @ts-check
/** Convolutions of stride 1 without padding, ReLU after them, and perhaps a 2×2 max-pool. */

/**
 * @typedef {object} Convolution
 * @property {Float32Array} W (n_out, n_in, kernel, kernel), as a cross-correlation
 * @property {Float32Array} b (n_out,)
 * @property {number} kernel
 * @property {boolean} pool an odd last row or column is dropped
 */

/**
 * Maps one after the other, each row by row.
 * @typedef {{values: ArrayLike<number>, height: number, width: number}} Maps
 */

/**
 * @param {Convolution} convolution
 * @param {Maps} maps
 * @returns {Maps}
 */
export function convolve({ W, b, kernel, pool }, maps) {
  const [height, width] = [maps.height - kernel + 1, maps.width - kernel + 1];
  const values = new Float64Array(b.length * height * width);
  const terms = W.length / b.length;
  b.forEach((bias, number) => {
    const sums = values.subarray(number * height * width, (number + 1) * height * width);
    sums.fill(bias);
    const weights = W.subarray(number * terms, (number + 1) * terms);
    weights.forEach((weight, place) => addShifted(sums, height, width, weight, place, kernel, maps));
  });
  const rectified = { values: values.map((a) => Math.max(a, 0)), height, width };
  return pool ? pooled(rectified, b.length) : rectified;
}

/**
 * Add one weight's share to the sums of a map.
 * @param {Float64Array} sums (height, width)
 * @param {number} height
 * @param {number} width
 * @param {number} weight
 * @param {number} place of the weight among (n_in, kernel, kernel)
 * @param {number} kernel
 * @param {Maps} maps
 */
function addShifted(sums, height, width, weight, place, kernel, maps) {
  const input = Math.floor(place / kernel ** 2);
  const [down, right] = [Math.floor(place / kernel) % kernel, place % kernel];
  const { values } = maps;
  let to = 0;
  for (let y = 0; y < height; y++) {
    const from = (input * maps.height + y + down) * maps.width + right;
    for (let x = 0; x < width; x++) sums[to++] += weight * values[from + x];
  }
}

/**
 * @param {Maps} maps
 * @param {number} count how many they are
 * @returns {Maps}
 */
function pooled({ values, height: rows, width: columns }, count) {
  const [height, width] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  const largest = new Float64Array(count * height * width);
  for (let to = 0; to < largest.length; to++) {
    const [map, y, x] = [Math.floor(to / (height * width)), Math.floor(to / width) % height, to % width];
    const at = (map * rows + 2 * y) * columns + 2 * x;
    largest[to] = Math.max(values[at], values[at + 1], values[at + columns], values[at + columns + 1]);
  }
  return { values: largest, height, width };
}
