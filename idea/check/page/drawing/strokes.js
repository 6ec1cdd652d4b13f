// @ts-check
/** Edits of a drawing, in units of the canvas, and how they are painted. */

const LONGER_SIDE = 448;
// A stroke is painted chunk by chunk, so that a long one costs no more per frame than a short one.
const CHUNK = 128;

/** @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context */
/** @typedef {import("../base/task.js").Task} Task */

/**
 * The canvas, in its units: squares of them are the pixels of an image.
 * @typedef {{width: number, height: number, cell: number}} Paper `cell` is the side of a pixel
 */

/**
 * @typedef {object} Stroke
 * @property {"stroke"} kind
 * @property {boolean} erase
 * @property {number} width
 * @property {number[]} points x, y, x, y, …
 *
 * @typedef {object} Picture
 * @property {"picture"} kind
 * @property {number} width that of images, or of the canvas
 * @property {number} height
 * @property {Uint8ClampedArray} greys
 *
 * @typedef {Stroke | Picture | {kind: "clear"}} Edit
 */

/**
 * Return the canvas for images of a task: as large as fits 448 by 448, or a unit for each pixel.
 * @param {Task} task
 * @returns {Paper}
 */
export function paperOf({ height, width }) {
  const cell = Math.max(1, Math.floor(LONGER_SIDE / Math.max(height, width)));
  return { width: width * cell, height: height * cell, cell };
}

/**
 * Round to 0.1 pixel, to store less.
 * @param {number} x
 */
export function tenths(x) {
  return Math.round(x * 10) / 10;
}

/**
 * Append points to a stroke, except those that hardly differ from the last.
 * @param {Stroke} stroke
 * @param {number[]} points x, y, x, y, …
 */
export function appendPoints(stroke, points) {
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = stroke.points.slice(-2);
    const far = Math.hypot(points[i] - x, points[i + 1] - y) >= 0.5;
    if (far) stroke.points.push(tenths(points[i]), tenths(points[i + 1]));
  }
}

/** @param {Stroke} stroke */
export function chunksOf({ points }) {
  return Math.max(1, Math.ceil((points.length / 2 - 1) / CHUNK));
}

/**
 * Paint an edit in white; what is erased becomes transparent.
 * @param {Context} context scaled to the canvas's units
 * @param {Edit} edit
 * @param {Paper} paper
 */
export function paintEdit(context, edit, paper) {
  if (edit.kind === "stroke") {
    for (let k = 0; k < chunksOf(edit); k++) paintChunk(context, edit, k);
  } else {
    context.clearRect(0, 0, paper.width, paper.height);
    if (edit.kind === "picture") paintPicture(context, edit, paper);
  }
}

/**
 * @param {Context} context
 * @param {Stroke} stroke
 * @param {number} k which chunk
 */
export function paintChunk(context, stroke, k) {
  context.globalCompositeOperation = stroke.erase ? "destination-out" : "source-over";
  context.lineWidth = stroke.width;
  context.lineCap = context.lineJoin = "round";
  context.fillStyle = context.strokeStyle = "#fff";
  if (stroke.points.length > 2) context.stroke(pathOf(stroke.points, k * CHUNK));
  else context.fill(dotOf(stroke));
  context.globalCompositeOperation = "source-over";
}

/** @param {Stroke} stroke */
function dotOf({ points: [x, y], width }) {
  const path = new Path2D();
  path.arc(x, y, width / 2, 0, 2 * Math.PI);
  return path;
}

/**
 * A smooth line through the middles between points, with the points as its control points.
 * @param {number[]} points
 * @param {number} first the point that it begins at
 */
function pathOf(points, first) {
  const path = new Path2D();
  const last = points.length / 2 - 1;
  const end = Math.min(last, first + CHUNK);
  path.moveTo(...(first === 0 ? at(points, 0) : middle(points, first)));
  for (let i = first + 1; i <= end; i++) {
    path.quadraticCurveTo(...at(points, i - 1), ...middle(points, i));
  }
  if (end === last) path.lineTo(...at(points, last));
  return path;
}

/**
 * @param {number[]} points
 * @param {number} i
 * @returns {[number, number]}
 */
function at(points, i) {
  return [points[2 * i], points[2 * i + 1]];
}

/**
 * The middle between a point and the one before.
 * @param {number[]} points
 * @param {number} i
 * @returns {[number, number]}
 */
function middle(points, i) {
  const [[x, y], [u, v]] = [at(points, i - 1), at(points, i)];
  return [(x + u) / 2, (y + v) / 2];
}

/**
 * @param {Context} context
 * @param {Picture} picture
 * @param {Paper} paper
 */
function paintPicture(context, { width, height, greys }, paper) {
  const data = new ImageData(width, height);
  const pixels = new Uint32Array(data.data.buffer);
  for (let i = 0; i < greys.length; i++) pixels[i] = (greys[i] << 24) | 0xffffff;
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.putImageData(data, 0, 0);
  // Pixels of an image stay squares with sharp edges.
  context.imageSmoothingEnabled = width === paper.width;
  context.drawImage(canvas, 0, 0, paper.width, paper.height);
}
