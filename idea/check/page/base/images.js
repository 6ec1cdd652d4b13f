// @ts-check
/** Images as crisp canvases of 28 by 28. */

import { el, setTexts } from "./dom.js";
import { SIDE } from "./image_size.js";

/** @typedef {import("./language.js").Params} Params */

/** @typedef {ArrayLike<number>} Greys 784, in 0…1, or bytes in 0…255 if it is a Uint8Array */

/**
 * @param {Greys | null} image null for a black one
 * @param {string} label what it shows: a key of the texts
 * @param {Params} params values of the text's placeholders
 */
export function imageCanvas(image, label, params = {}) {
  const canvas = el("canvas", { class: "image", width: SIDE, height: SIDE, role: "img" });
  setTexts(canvas, { label, params });
  paint(canvas, image);
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas 28 by 28
 * @param {Greys | null} image null for a black one
 */
export function paint(canvas, image) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const data = new ImageData(SIDE, SIDE);
  const pixels = new Uint32Array(data.data.buffer);
  const scale = image instanceof Uint8Array || image instanceof Uint8ClampedArray ? 1 : 255;
  for (let i = 0; i < pixels.length; i++) {
    const grey = image ? Math.round(image[i] * scale) : 0;
    pixels[i] = 0xff000000 | (grey * 0x010101);
  }
  context.putImageData(data, 0, 0);
}
