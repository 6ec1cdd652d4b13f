// @ts-check
/** The task in a file's metadata, as idea/files/weights/task_metadata.py writes it. */

import { DamagedError } from "./tensor.js";

export const KEY = "idea.task";

/**
 * @param {string | undefined} text
 * @returns {import("../base/task.js").Task | null}
 */
export function parseTask(text) {
  if (text === undefined) return null;
  const { height, width, classes } = parseJson(text, KEY);
  const isSize = (/** @type {unknown} */ n) => Number.isInteger(n) && /** @type {number} */ (n) > 0;
  const isLabels = Array.isArray(classes) && classes.every((label) => typeof label === "string");
  if (!isSize(height) || !isSize(width) || !isLabels) {
    throw new DamagedError("task", { key: KEY });
  }
  return { height, width, classes };
}

/**
 * @param {string} text
 * @param {string} name for the error
 * @returns {any}
 */
export function parseJson(text, name) {
  try {
    return JSON.parse(text);
  } catch {
    throw new DamagedError("json", { part: name, text: text.slice(0, 40) });
  }
}
