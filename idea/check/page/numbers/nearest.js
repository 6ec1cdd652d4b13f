// @ts-check
/** Binary images, a bit a pixel, and the nearest one to an image. */

/**
 * @typedef {object} Found
 * @property {number} flips pixels that differ
 * @property {number} place among the images
 * @property {number} label the index of its class
 * @property {Float32Array} image
 */

export class BinaryImages {
  #labels;
  #words;
  #pixels;
  #perImage;

  /**
   * @param {ArrayBuffer} numbers a byte for each image, the index of its class, then for each its
   *   pixels, a bit each, in whole bytes, the first pixel in the highest bit
   * @param {number} count of the images
   * @param {number} pixels of each
   */
  constructor(numbers, count, pixels) {
    this.#pixels = pixels;
    this.#perImage = Math.ceil(pixels / 32);
    this.#labels = new Uint8Array(numbers, 0, count);
    const stride = Math.ceil(pixels / 8);
    const bytes = new Uint8Array(4 * count * this.#perImage);
    for (let place = 0; place < count; place++) {
      bytes.set(new Uint8Array(numbers, count + place * stride, stride), 4 * place * this.#perImage);
    }
    this.#words = new Uint32Array(bytes.buffer);
  }

  /**
   * Find the image that differs in the fewest pixels; of equals the first.
   * @param {ArrayLike<number>} image
   * @returns {Found}
   */
  nearest(image) {
    const [perImage, words] = [this.#perImage, this.#words];
    const wanted = packed(image, perImage);
    let [flips, place] = [Infinity, 0];
    for (let at = 0, each = 0; each < this.#labels.length; each++) {
      let differing = 0;
      for (let word = 0; word < perImage; word++) differing += ones(words[at++] ^ wanted[word]);
      if (differing < flips) [flips, place] = [differing, each];
    }
    return { flips, place, label: this.#labels[place], image: this.#image(place) };
  }

  /**
   * The first images, with their classes.
   * @param {number} count
   */
  first(count) {
    const labels = Array.from(this.#labels.subarray(0, count));
    return { labels, images: labels.map((_, place) => this.#image(place)) };
  }

  /** @param {number} place */
  #image(place) {
    const bytes = new Uint8Array(this.#words.buffer, 4 * place * this.#perImage);
    return Float32Array.from({ length: this.#pixels }, (_, pixel) => (bytes[pixel >> 3] >> (7 - (pixel & 7))) & 1);
  }
}

/**
 * @param {ArrayLike<number>} image
 * @param {number} count of words
 */
function packed(image, count) {
  const bytes = new Uint8Array(4 * count);
  for (let pixel = 0; pixel < image.length; pixel++) {
    if (image[pixel] >= 0.5) bytes[pixel >> 3] |= 128 >> (pixel & 7);
  }
  return new Uint32Array(bytes.buffer);
}

/** @param {number} word of 32 bits, of which the set ones are counted in parallel */
function ones(word) {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
