// @ts-check
/** Pictures, from files to greys. */

import { refuseLarger, tooLarge } from "../base/large.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("../drawing/strokes.js").Paper} Paper */

const MILLION = 1e6;
const [LARGEST_FILE, MOST_PIXELS] = [30 * MILLION, 50 * MILLION];

/** @param {File} file */
export function refuseLarge(file) {
  refuseLarger(file, LARGEST_FILE);
}

/**
 * A picture's greys in 0…1, 1 is white; no larger than the canvas.
 * @param {ImageBitmap} bitmap which is closed
 * @param {Paper} paper
 */
export function lightOf(bitmap, paper) {
  const scale = Math.min(1, paper.width / bitmap.width, paper.height / bitmap.height);
  const [width, height] = [bitmap.width, bitmap.height].map((side) =>
    Math.max(1, Math.round(side * scale)),
  );
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return { light: greysOf(context.getImageData(0, 0, width, height).data), width, height };
}

/**
 * Place ink in the middle of the canvas; small pictures are enlarged by a whole factor.
 * @param {Float32Array} ink in 0…1
 * @param {number} width
 * @param {number} height
 * @param {Paper} paper
 */
export function centreOnCanvas(ink, width, height, paper) {
  const fitting = Math.min(paper.width / width, paper.height / height);
  const factor = Math.max(1, Math.floor(fitting));
  const left = Math.floor((paper.width - width * factor) / 2);
  const top = Math.floor((paper.height - height * factor) / 2);
  const greys = new Uint8ClampedArray(paper.width * paper.height);
  for (let y = 0; y < height * factor; y++) {
    const row = Math.floor(y / factor) * width;
    for (let x = 0; x < width * factor; x++) {
      greys[(top + y) * paper.width + left + x] = ink[row + Math.floor(x / factor)] * 255;
    }
  }
  return greys;
}

/** @param {File} file */
export async function decode(file) {
  const { name } = file;
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new UserError("open.picture", { name });
  });
  const pixels = bitmap.width * bitmap.height;
  if (pixels <= MOST_PIXELS) return bitmap;
  bitmap.close();
  throw tooLarge("open.pixels", name, pixels, MOST_PIXELS);
}

/**
 * What is transparent is white, or black where a pale drawing lies on mostly nothing.
 * @param {Uint8ClampedArray} colours red, green, blue and cover of each pixel
 */
function greysOf(colours) {
  const light = new Float32Array(colours.length / 4);
  let covers = 0;
  let lights = 0;
  for (let i = 0; i < light.length; i++) {
    const [red, green, blue, cover] = colours.subarray(4 * i, 4 * i + 4);
    light[i] = ((0.299 * red + 0.587 * green + 0.114 * blue) * cover) / 255 / 255;
    lights += light[i];
    covers += cover / 255;
  }
  const isPale = covers < 0.5 * light.length && lights > 0.5 * covers;
  if (isPale || covers === light.length) return light;
  return light.map((grey, i) => grey + 1 - colours[4 * i + 3] / 255);
}
