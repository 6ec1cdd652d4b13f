// @ts-check
/** Tasks: what a network sees and decides. */

import { isEqual } from "./arrays.js";

/**
 * @typedef {object} Task
 * @property {number} height of an image, in pixels
 * @property {number} width
 * @property {string[]} classes their labels, in the order of the logits
 */

/**
 * That of MNIST.
 * @type {Task}
 */
export const DIGITS = { height: 28, width: 28, classes: [..."0123456789"] };

/** @param {{height: number, width: number}} size */
export function pixelsOf({ height, width }) {
  return height * width;
}

/**
 * The size of images as a text, such as "28×28".
 * @param {Task} task
 */
export function sizeOf({ height, width }) {
  return `${height}×${width}`;
}

/**
 * @param {Task} one
 * @param {Task} other
 */
export function isSameTask(one, other) {
  return sizeOf(one) === sizeOf(other) && JSON.stringify(one.classes) === JSON.stringify(other.classes);
}

/**
 * Whether the classes are the ten digits, of images of any size.
 * @param {Task} task
 */
export function hasDigits({ classes }) {
  return isNumbered(classes) && classes.length === DIGITS.classes.length;
}

/**
 * Whether drawings are prepared as MNIST's digits were.
 * @param {Task} task
 */
export function isMnist(task) {
  return sizeOf(task) === sizeOf(DIGITS) && hasDigits(task);
}

/**
 * @param {Task} one
 * @param {Task} other
 */
export function isSame(one, other) {
  return sizeOf(one) === sizeOf(other) && isEqual(one.classes, other.classes);
}

/** @param {string[]} classes */
export function isNumbered(classes) {
  return classes.every((label, index) => label === String(index));
}

/**
 * A class's label in a form that is safe and unique in names of files, as `Task.file_names` has it.
 * @param {Task} task
 * @param {number} index
 */
export function fileName({ classes }, index) {
  const names = new Set();
  let name = "";
  for (const label of classes.slice(0, index + 1)) {
    const safe = label.replace(/[^\p{L}\p{N}_.-]/gu, "_").replace(/^\.+|\.+$/g, "") || "_";
    name = safe;
    for (let number = 2; names.has(name.toLowerCase()); number++) name = `${safe}_${number}`;
    names.add(name.toLowerCase());
  }
  return name;
}
