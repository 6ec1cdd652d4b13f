// @ts-check
/** The drawings are stored, so that they survive a reload of the page. */

import { sessionValue, storeInSession } from "../base/storage.js";

/** @typedef {import("./strokes.js").Edit} Edit */

const KEY = "idea.drawings";
const DEBOUNCE_MS = 300;

/** @param {import("../shell/app.js").App} app */
export function persistDrawing(app) {
  const { drawing } = app;
  const store = () => storeInSession(KEY, drawing.allEdits, asText);
  let timer = 0;
  app.on("drawing", () => {
    clearTimeout(timer);
    timer = setTimeout(store, DEBOUNCE_MS);
  });
  addEventListener("pagehide", store);
  drawing.restore(stored());
}

/** @returns {Record<string, Edit[]>} by the size of images */
function stored() {
  const drawings = Object.entries(sessionValue(KEY, asGreys) ?? {});
  const isDrawing = (/** @type {unknown} */ edits) => Array.isArray(edits) && edits.every(isEdit);
  return Object.fromEntries(drawings.filter(([, edits]) => isDrawing(edits)));
}

/**
 * Check a stored value: another version of the page may have stored something else.
 * @param {any} edit
 */
function isEdit(edit) {
  const { kind, points, width, height, greys } = edit ?? {};
  if (kind === "stroke") return Array.isArray(points) && points.length > 1;
  return kind === "clear" || (kind === "picture" && greys?.length === width * height);
}

/**
 * @param {string} _
 * @param {unknown} value
 */
function asText(_, value) {
  if (!(value instanceof Uint8ClampedArray)) return value;
  return Array.from(value, (grey) => String.fromCharCode(grey)).join("");
}

/**
 * @param {string} key
 * @param {unknown} value
 */
function asGreys(key, value) {
  if (key !== "greys" || typeof value !== "string") return value;
  return Uint8ClampedArray.from(value, (letter) => letter.charCodeAt(0));
}
