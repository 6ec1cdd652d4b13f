// @ts-check
/** The ideals of a network, taken down again and again while it learns. */

/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../numbers/climb.js").Climbed} Climbed */
/** @typedef {{step: number, ideals: Climbed[]}} FilmFrame an ideal for each class */

const CAPTION = 36; // pixels, as all here
const LABEL = 22;
const GAP = 10;
const COLUMNS = 5;
const SIDE = 112; // of an image, about

/**
 * Draw the frames one after the other, as greys.
 * @param {Task} task
 * @param {FilmFrame[]} frames
 * @param {(frame: FilmFrame) => string} caption
 * @returns {{width: number, height: number, images: Uint8Array[]}}
 */
export function drawFilm(task, frames, caption) {
  const scale = Math.max(1, Math.round(SIDE / Math.max(task.height, task.width)));
  const [cellWidth, cellHeight] = [task.width * scale + GAP, task.height * scale + LABEL + GAP];
  const columns = Math.min(COLUMNS, task.classes.length);
  const rows = Math.ceil(task.classes.length / columns);
  const [width, height] = [columns * cellWidth + GAP, rows * cellHeight + CAPTION + GAP];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const options = { willReadFrequently: true };
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", options));
  const images = frames.map((frame) => {
    context.fillStyle = "#222";
    context.fillRect(0, 0, width, height);
    context.fillStyle = "#eee";
    context.font = "600 16px sans-serif";
    context.fillText(caption(frame), GAP, CAPTION - GAP);
    for (const [index, { greys }] of frame.ideals.entries()) {
      const [left, top] = [GAP + (index % columns) * cellWidth, CAPTION + Math.floor(index / columns) * cellHeight];
      context.fillStyle = "#eee";
      context.fillText(task.classes[index], left, top + LABEL - 6, task.width * scale);
      paintLarge(context, greys, task, left, top + LABEL, scale);
    }
    const { data } = context.getImageData(0, 0, width, height);
    return Uint8Array.from({ length: width * height }, (_, pixel) => data[4 * pixel]);
  });
  return { width, height, images };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Uint8Array} greys
 * @param {Task} task
 * @param {number} left
 * @param {number} top
 * @param {number} scale
 */
function paintLarge(context, greys, task, left, top, scale) {
  for (const [pixel, grey] of greys.entries()) {
    const [x, y] = [pixel % task.width, Math.floor(pixel / task.width)];
    context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
    context.fillRect(left + x * scale, top + y * scale, scale, scale);
  }
}
