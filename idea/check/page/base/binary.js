// @ts-check
/** Binary images. */

/**
 * @param {ArrayLike<number>} image
 * @returns {Float32Array<ArrayBuffer>} each pixel 0 or 1, whichever is nearer
 */
export function binaryOf(image) {
  return Float32Array.from(image, (grey) => (grey >= 0.5 ? 1 : 0));
}

/**
 * @param {ArrayLike<number>} image
 * @param {number[]} pixels
 * @returns {Float32Array<ArrayBuffer>} the image with these pixels flipped
 */
export function flipped(image, pixels) {
  const changed = Float32Array.from(image);
  for (const pixel of pixels) changed[pixel] = 1 - changed[pixel];
  return changed;
}

/**
 * Convert an image to bytes.
 * @param {ArrayLike<number>} image in 0…1
 */
export function bytesOf(image) {
  return Uint8Array.from(image, (grey) => Math.round(grey * 255));
}
