// @ts-check
/** An image with the added and removed pixels marked. */

import { CELL, colours, cornerOf, paintCells } from "./board.js";

const ARM = CELL * 0.28;

/**
 * @param {HTMLCanvasElement} canvas a prepared board
 * @param {ArrayLike<number>} image
 * @param {ArrayLike<number>} before
 */
export function paintFlips(canvas, image, before) {
  const context = paintCells(canvas, image);
  const [added, removed] = colours(canvas);
  for (const [pixel, value] of Array.from(image).entries()) {
    if (value === before[pixel]) continue;
    const [x, y] = cornerOf(pixel);
    context.fillStyle = value ? added : removed;
    context.fillRect(x, y, CELL, CELL);
    context.fillStyle = value ? "#000" : "#fff";
    paintSign(context, x + CELL / 2, y + CELL / 2, Boolean(value));
  }
}

/**
 * A plus or a minus.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {boolean} isPlus
 */
function paintSign(context, x, y, isPlus) {
  context.fillRect(x - ARM, y - 2, 2 * ARM, 4);
  if (isPlus) context.fillRect(x - 2, y - ARM, 4, 2 * ARM);
}
