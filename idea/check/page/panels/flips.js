// @ts-check
/** An image with the added and removed pixels marked. */

import { cellOf, colours, cornerOf, paintCells } from "./board.js";

// Of a sign, as shares of a cell.
const [ARM, THICKNESS] = [0.28, 1 / 6];

/**
 * @param {HTMLCanvasElement} canvas a board
 * @param {ArrayLike<number>} image
 * @param {ArrayLike<number>} before
 * @param {import("../base/task.js").Task} task
 */
export function paintFlips(canvas, image, before, task) {
  const context = paintCells(canvas, image, task);
  const cell = cellOf(task);
  const [added, removed] = colours(canvas);
  for (const [pixel, value] of Array.from(image).entries()) {
    if (value === before[pixel]) continue;
    const [x, y] = cornerOf(pixel, task);
    context.fillStyle = value ? added : removed;
    context.fillRect(x, y, cell, cell);
    context.fillStyle = value ? "#000" : "#fff";
    paintSign(context, x + cell / 2, y + cell / 2, cell, Boolean(value));
  }
}

/**
 * A plus or a minus.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} cell
 * @param {boolean} isPlus
 */
function paintSign(context, x, y, cell, isPlus) {
  const [arm, thickness] = [ARM * cell, THICKNESS * cell];
  context.fillRect(x - arm, y - thickness / 2, 2 * arm, thickness);
  if (isPlus) context.fillRect(x - thickness / 2, y - arm, thickness, 2 * arm);
}
