// @ts-check
/** A binary image drawn large, with a mark on each pixel for the gain of flipping it. */

import { SIDE } from "../base/image_size.js";

export const CELL = 24;
const DARK = "#16130f";
const LIGHT = "#f7f3ea";
const GRID = "rgb(128 120 108 / 35%)";
// Marks grow with the root of the gain: the largest gains dwarf all others.
const LEAST_MARK = 0.14;
const LARGEST_MARK = 0.72;

/**
 * @typedef {object} Shown
 * @property {ArrayLike<number>} image
 * @property {number[] | null} gains null for no marks
 * @property {number | null} best the pixel to point out
 * @property {number | null} cursor
 */

/** @param {HTMLCanvasElement} canvas */
export function prepareBoard(canvas) {
  canvas.width = canvas.height = SIDE * CELL;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Shown} shown
 */
export function paintBoard(canvas, { image, gains, best, cursor }) {
  const context = paintCells(canvas, image);
  if (gains) paintGains(context, gains, colours(canvas));
  if (best !== null) paintFrame(context, best, "#ffb020", []);
  if (cursor !== null) paintFrame(context, cursor, "#4ea1ff", [6, 4]);
}

/**
 * The image alone.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} image
 */
export function paintCells(canvas, image) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
    context.fillStyle = image[pixel] ? LIGHT : DARK;
    context.fillRect(...cornerOf(pixel), CELL, CELL);
  }
  paintGrid(context);
  return context;
}

/**
 * Return the pixel under a pointer, if any.
 * @param {HTMLCanvasElement} canvas
 * @param {{clientX: number, clientY: number}} pointer
 * @returns {number | null}
 */
export function pixelAt(canvas, { clientX, clientY }) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const column = Math.floor(((clientX - left) / width) * SIDE);
  const row = Math.floor(((clientY - top) / height) * SIDE);
  const inside = column >= 0 && column < SIDE && row >= 0 && row < SIDE;
  return inside ? row * SIDE + column : null;
}

/**
 * @param {number} pixel
 * @returns {[number, number]}
 */
export function cornerOf(pixel) {
  return [(pixel % SIDE) * CELL, Math.floor(pixel / SIDE) * CELL];
}

/**
 * Return the colours of gains and losses, or of added and removed pixels.
 * @param {HTMLCanvasElement} canvas
 */
export function colours(canvas) {
  const style = getComputedStyle(canvas);
  return [style.getPropertyValue("--board-gain"), style.getPropertyValue("--board-loss")];
}

/** @param {CanvasRenderingContext2D} context */
function paintGrid(context) {
  context.fillStyle = GRID;
  for (let line = 1; line < SIDE; line++) {
    context.fillRect(line * CELL - 0.5, 0, 1, SIDE * CELL);
    context.fillRect(0, line * CELL - 0.5, SIDE * CELL, 1);
  }
}

/**
 * Squares for gains, discs for losses, so that they differ in shape as well as colour.
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} gains
 * @param {string[]} colours
 */
function paintGains(context, gains, [gainColour, lossColour]) {
  const most = Math.max(...gains.map(Math.abs)) || 1;
  for (const [pixel, gain] of gains.entries()) {
    const share = Math.sqrt(Math.abs(gain) / most);
    if (share < 0.05) continue;
    const side = CELL * (LEAST_MARK + (LARGEST_MARK - LEAST_MARK) * share);
    const [x, y] = cornerOf(pixel).map((corner) => corner + CELL / 2);
    context.globalAlpha = 0.45 + 0.55 * share;
    context.fillStyle = gain > 0 ? gainColour : lossColour;
    context.beginPath();
    if (gain > 0) context.rect(x - side / 2, y - side / 2, side, side);
    else context.arc(x, y, side / 2, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

/**
 * A frame that stands out from light and from dark.
 * @param {CanvasRenderingContext2D} context
 * @param {number} pixel
 * @param {string} colour
 * @param {number[]} dashes
 */
function paintFrame(context, pixel, colour, dashes) {
  const [x, y] = cornerOf(pixel);
  context.lineWidth = 7;
  context.strokeStyle = "#000";
  context.strokeRect(x - 1, y - 1, CELL + 2, CELL + 2);
  context.lineWidth = 4;
  context.setLineDash(dashes);
  context.strokeStyle = colour;
  context.strokeRect(x - 1, y - 1, CELL + 2, CELL + 2);
  context.setLineDash([]);
}
