// @ts-check
/** The ideals of a network, taken down again and again while it learns. */

/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../numbers/climb.js").Climbed} Climbed */
/** @typedef {{step: number, ideals: Climbed[]}} FilmFrame an ideal for each class */
/** @typedef {{caption: string, ideals: Climbed[]}} Block of a page */

const CAPTION = 36; // pixels, as all here
const LABEL = 22;
const GAP = 10;
const COLUMNS = 5;
const SIDE = 112; // of an image, about
const [DARK, LIGHT] = ["#222", "#eee"];

/**
 * Draw pages one after the other, as greys.
 * @param {Task} task
 * @param {Block[][]} pages of as many blocks each
 * @returns {{width: number, height: number, images: Uint8Array[]}}
 */
export function drawFilm(task, pages) {
  const scale = Math.max(1, Math.round(SIDE / Math.max(task.height, task.width)));
  const [cellWidth, cellHeight] = [task.width * scale + GAP, task.height * scale + LABEL + GAP];
  const columns = Math.min(COLUMNS, task.classes.length);
  const blockHeight = CAPTION + Math.ceil(task.classes.length / columns) * cellHeight;
  const [width, height] = [columns * cellWidth + GAP, pages[0].length * blockHeight + GAP];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.font = "600 16px sans-serif";
  const drawBlock = (/** @type {Block} */ { caption, ideals }, /** @type {number} */ top) => {
    context.fillStyle = LIGHT;
    context.fillText(caption, GAP, top + CAPTION - GAP, width - 2 * GAP);
    for (const [index, { greys }] of ideals.entries()) {
      const [x, y] = [GAP + (index % columns) * cellWidth, top + CAPTION + Math.floor(index / columns) * cellHeight];
      context.fillStyle = LIGHT;
      context.fillText(task.classes[index], x, y + LABEL - 6, task.width * scale);
      paintLarge(context, greys, task, x, y + LABEL, scale);
    }
  };
  const images = pages.map((blocks) => {
    context.fillStyle = DARK;
    context.fillRect(0, 0, width, height);
    for (const [place, block] of blocks.entries()) drawBlock(block, place * blockHeight);
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
