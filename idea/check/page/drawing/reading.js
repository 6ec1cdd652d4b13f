// @ts-check
/** From the drawing's pixels to the images that networks read. */

import { asDrawn, prepare } from "../numbers/prepare.js";
import { Sentence } from "../base/sentence.js";
import { Sheet } from "./sheet.js";
import { SIZE } from "./strokes.js";

/**
 * @typedef {object} Images
 * @property {Float32Array} drawn
 * @property {Float32Array | null} prepared null where no digit was found
 * @property {[number, number, number, number] | null} box where it was found, on the canvas
 */

/** What networks see has a size of its own, whatever the screen's is. */
export class Reading {
  /** @type {Uint8ClampedArray | null} */
  #greys = null;
  /** @type {Images | null} */
  #images = null;
  /** @type {boolean | null} */
  #empty = null;
  sheet = new Sheet(new OffscreenCanvas(SIZE, SIZE), { willReadFrequently: true });

  /** The sheet has changed. */
  forget() {
    this.#greys = this.#images = this.#empty = null;
  }

  get greys() {
    this.#greys ??= greysOf(this.sheet.context);
    return this.#greys;
  }

  get images() {
    this.#images ??= imagesOf(this.greys);
    return this.#images;
  }

  get empty() {
    this.#empty ??= this.greys.every((grey) => grey === 0);
    return this.#empty;
  }
}

/** @param {import("./strokes.js").Context} context in white, on nothing */
function greysOf(context) {
  const { data } = context.getImageData(0, 0, SIZE, SIZE);
  const greys = new Uint8ClampedArray(SIZE * SIZE);
  for (let i = 0; i < greys.length; i++) greys[i] = data[4 * i + 3];
  return greys;
}

/**
 * @param {Uint8ClampedArray} greys 448 × 448
 * @returns {Images}
 */
function imagesOf(greys) {
  const drawn = asDrawn(greys, SIZE, SIZE);
  try {
    const { image, box } = prepare(Float32Array.from(greys, (x) => x / 255), SIZE, SIZE, false);
    return { drawn, prepared: image, box };
  } catch (error) {
    if (error instanceof Sentence) return { drawn, prepared: null, box: null };
    throw error;
  }
}
