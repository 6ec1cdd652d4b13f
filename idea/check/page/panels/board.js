// @ts-check
/** A binary image drawn large, with a mark on each pixel for the gain of flipping it. */

/** @typedef {import("../base/task.js").Task} Task */

// Of the canvas, in its own pixels; at least a few for each pixel of the image.
const [LONGER_SIDE, LEAST_CELL] = [672, 2];
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
 * @property {ArrayLike<number> | null} [before] the image whose changes are marked
 */

/**
 * How large a pixel of the image is.
 * @param {Task} task
 */
export function cellOf({ height, width }) {
  return Math.max(LEAST_CELL, Math.floor(LONGER_SIDE / Math.max(height, width)));
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Shown} shown
 * @param {Task} task
 */
export function paintBoard(canvas, { image, gains, best, cursor, before = null }, task) {
  const context = paintCells(canvas, image, task);
  if (before) paintChanges(context, image, before, colours(canvas), task);
  if (gains) paintGains(context, gains, colours(canvas), task);
  if (best !== null) paintFrame(context, best, "#ffb020", [], task);
  if (cursor !== null) paintFrame(context, cursor, "#4ea1ff", [6, 4], task);
}

/**
 * The image alone.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} image
 * @param {Task} task
 */
export function paintCells(canvas, image, task) {
  const cell = cellOf(task);
  const [width, height] = [task.width * cell, task.height * cell];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  for (let pixel = 0; pixel < image.length; pixel++) {
    context.fillStyle = image[pixel] ? LIGHT : DARK;
    context.fillRect(...cornerOf(pixel, task), cell, cell);
  }
  paintGrid(context, task);
  return context;
}

/**
 * Return the pixel under a pointer, if any.
 * @param {HTMLCanvasElement} canvas
 * @param {{clientX: number, clientY: number}} pointer
 * @param {Task} task
 * @returns {number | null}
 */
export function pixelAt(canvas, { clientX, clientY }, task) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const column = Math.floor(((clientX - left) / width) * task.width);
  const row = Math.floor(((clientY - top) / height) * task.height);
  const inside = column >= 0 && column < task.width && row >= 0 && row < task.height;
  return inside ? row * task.width + column : null;
}

/**
 * @param {number} pixel
 * @param {Task} task
 * @returns {[number, number]}
 */
export function cornerOf(pixel, task) {
  const cell = cellOf(task);
  return [(pixel % task.width) * cell, Math.floor(pixel / task.width) * cell];
}

/**
 * Return the colours of gains and losses, or of added and removed pixels.
 * @param {HTMLCanvasElement} canvas
 */
export function colours(canvas) {
  const style = getComputedStyle(canvas);
  return [style.getPropertyValue("--board-gain"), style.getPropertyValue("--board-loss")];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Task} task
 */
function paintGrid(context, task) {
  const cell = cellOf(task);
  const { width, height } = context.canvas;
  context.fillStyle = GRID;
  for (let x = cell; x < width; x += cell) context.fillRect(x - 0.5, 0, 1, height);
  for (let y = cell; y < height; y += cell) context.fillRect(0, y - 0.5, width, 1);
}

/**
 * A square where ink was added, a disc where it was removed.
 * @param {CanvasRenderingContext2D} context
 * @param {ArrayLike<number>} image
 * @param {ArrayLike<number>} before
 * @param {string[]} colours
 * @param {Task} task
 */
function paintChanges(context, image, before, colours, task) {
  const changes = Array.from(image, (value, pixel) => (value === before[pixel] ? 0 : value - before[pixel]));
  paintGains(context, changes, colours, task);
}

/**
 * Squares for gains, discs for losses, so that they differ in shape as well as colour.
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} gains
 * @param {string[]} colours
 * @param {Task} task
 */
function paintGains(context, gains, [gainColour, lossColour], task) {
  const cell = cellOf(task);
  const most = Math.max(...gains.map(Math.abs)) || 1;
  for (const [pixel, gain] of gains.entries()) {
    const share = Math.sqrt(Math.abs(gain) / most);
    if (share < 0.05) continue;
    const side = cell * (LEAST_MARK + (LARGEST_MARK - LEAST_MARK) * share);
    const [x, y] = cornerOf(pixel, task).map((corner) => corner + cell / 2);
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
 * @param {Task} task
 */
function paintFrame(context, pixel, colour, dashes, task) {
  const [x, y] = cornerOf(pixel, task);
  const side = cellOf(task) + 2;
  context.lineWidth = 7;
  context.strokeStyle = "#000";
  context.strokeRect(x - 1, y - 1, side, side);
  context.lineWidth = 4;
  context.setLineDash(dashes);
  context.strokeStyle = colour;
  context.strokeRect(x - 1, y - 1, side, side);
  context.setLineDash([]);
}
