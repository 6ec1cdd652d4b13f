// @ts-check
/** Images as crisp canvases, with a pixel for each of theirs. */

import { el, setTexts } from "./dom.js";

/** @typedef {import("./language.js").Params} Params */
/** @typedef {import("./task.js").Task} Task */

/** @typedef {ArrayLike<number>} Greys in 0…1, or bytes in 0…255 if it is a Uint8Array */

/**
 * @param {Greys | null} image null for a black one
 * @param {Task} task
 * @param {string} label what it shows: a key of the texts
 * @param {Params} params values of the text's placeholders
 */
export function imageCanvas(image, task, label, params = {}) {
  const canvas = el("canvas", { class: "image", role: "img" });
  setTexts(canvas, { label, params });
  paint(canvas, image, task);
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Greys | null} image null for a black one
 * @param {Task} task
 */
export function paint(canvas, image, { height, width }) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const data = new ImageData(width, height);
  const pixels = new Uint32Array(data.data.buffer);
  const scale = image instanceof Uint8Array || image instanceof Uint8ClampedArray ? 1 : 255;
  for (let i = 0; i < pixels.length; i++) {
    const grey = image ? Math.round(image[i] * scale) : 0;
    pixels[i] = 0xff000000 | (grey * 0x010101);
  }
  context.putImageData(data, 0, 0);
}
