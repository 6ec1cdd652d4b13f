// @ts-check
/**
 * Drawings as short texts for links: strokes exactly, other images as black and white or in 16 greys.
 * The first letter is the kind, the rest bytes in base64 as addresses have it.
 */

import { fromText, readNumbers, toText, writeNumbers } from "../base/short_text.js";
import { pixelsOf } from "../base/task.js";

/** @typedef {import("./drawing.js").Drawing} Drawing */
/** @typedef {import("./strokes.js").Edit} Edit */
/** @typedef {import("./strokes.js").Paper} Paper */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("../base/task.js").Task} Task */

const LONGEST = 1500; // letters; some messengers cut off longer addresses
const STROKES = "s";
const BITS = "b";
const GREYS = "g";
const LEVELS = 15;
// Strokes may reach beyond the canvas.
const BEYOND = 200;
const WIDEST = 200;

/**
 * @param {Drawing} drawing
 * @returns {string | null} null where nothing is drawn, or too much
 */
export function drawingOf(drawing) {
  if (drawing.empty) return null;
  const edits = drawing.edits.filter(({ kind }) => kind !== "clear");
  const strokes = edits.flatMap((edit) => (edit.kind === "stroke" ? [edit] : []));
  const { prepared, drawn } = drawing.images();
  const image = prepared ?? drawn;
  const isBinary = image.every((grey) => grey === 0 || grey === 1);
  const texts = [
    ...(strokes.length === edits.length ? [STROKES + toText(strokeNumbers(strokes))] : []),
    ...(isBinary ? [] : [GREYS + toText(packed(image, LEVELS, 2))]),
    bitsOf(image),
  ];
  return texts.find(({ length }) => length <= LONGEST) ?? null;
}

/**
 * @param {string} text
 * @param {Task} task
 * @param {Paper} paper
 * @returns {Edit[] | null} edits that replace a drawing; null where the text is none for the task
 */
export function editsOf(text, task, paper) {
  const bytes = text.length > LONGEST ? null : fromText(text.slice(1));
  if (!bytes) return null;
  if (text[0] === STROKES) return strokesOf(bytes, paper);
  const image = text[0] === GREYS ? unpacked(bytes, task, LEVELS, 2) : imageOf(text, task);
  if (!image) return null;
  const { height, width } = task;
  const greys = Uint8ClampedArray.from(image, (grey) => grey * 255);
  return [{ kind: "picture", height, width, greys }];
}

/**
 * A binary image as a text.
 * @param {ArrayLike<number>} image whose greys become black or white, whichever is nearer
 */
export function bitsOf(image) {
  return BITS + toText(packed(image, 1, 8));
}

/**
 * The binary image that a text of `bitsOf` is of, or null.
 * @param {string} text
 * @param {Task} task
 */
export function imageOf(text, task) {
  const bytes = text[0] === BITS && text.length <= LONGEST ? fromText(text.slice(1)) : null;
  return bytes && unpacked(bytes, task, 1, 8);
}

/**
 * @param {ArrayLike<number>} image
 * @param {number} levels the number of a white pixel
 * @param {number} count of pixels in a byte
 */
function packed(image, levels, count) {
  const bytes = new Uint8Array(Math.ceil(image.length / count));
  const bits = 8 / count;
  for (let at = 0; at < image.length; at++) {
    bytes[Math.floor(at / count)] |= Math.round(image[at] * levels) << (bits * (at % count));
  }
  return bytes;
}

/**
 * @param {Uint8Array} bytes
 * @param {Task} task
 * @param {number} levels
 * @param {number} count
 * @returns {Float32Array | null} null where it is no image of the task's size
 */
function unpacked(bytes, task, levels, count) {
  const pixels = pixelsOf(task);
  if (bytes.length !== Math.ceil(pixels / count)) return null;
  const bits = 8 / count;
  return Float32Array.from({ length: pixels }, (_, at) =>
    ((bytes[Math.floor(at / count)] >> (bits * (at % count))) & levels) / levels);
}

/**
 * Strokes as whole numbers: width and whether it erases, how many points, and the way from each
 * point to the next; lengths in tenths.
 * @param {Stroke[]} strokes
 */
function strokeNumbers(strokes) {
  return writeNumbers(strokes.flatMap(({ width, erase, points }) => {
    const tenths = points.map((x) => Math.round(10 * x));
    const steps = tenths.map((x, at) => x - (at < 2 ? 0 : tenths[at - 2]));
    return [2 * Math.round(10 * width) + Number(erase), points.length / 2, ...steps];
  }));
}

/**
 * @param {Uint8Array} bytes
 * @param {Paper} paper
 * @returns {Edit[] | null}
 */
function strokesOf(bytes, paper) {
  const numbers = readNumbers(bytes);
  const end = Math.max(paper.width, paper.height) + BEYOND;
  /** @type {Edit[]} */
  const edits = [{ kind: "clear" }];
  for (let at = 0; numbers && at < numbers.length;) {
    const [head, count] = numbers.slice(at, at + 2);
    const steps = numbers.slice(at + 2, at + 2 + 2 * count);
    at += 2 + 2 * count;
    const width = Math.floor(head / 2) / 10;
    const points = pointsOf(steps);
    const isStroke = width > 0 && width <= WIDEST && count > 0 && points.length === 2 * count;
    if (!isStroke || !points.every((x) => x > -BEYOND && x < end)) return null;
    edits.push({ kind: "stroke", erase: head % 2 === 1, width, points });
  }
  return edits.length > 1 ? edits : null;
}

/** @param {number[]} steps in tenths */
function pointsOf(steps) {
  const tenths = [...steps];
  for (let at = 2; at < tenths.length; at++) tenths[at] += tenths[at - 2];
  return tenths.map((x) => x / 10);
}
