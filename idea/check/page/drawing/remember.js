// @ts-check
/** A drawing survives a reload of the page. */

/** @typedef {import("./strokes.js").Act} Act */

const KEY = "idea.drawing";
const PAUSE = 300;

/** @param {import("../shell/app.js").App} app */
export function rememberDrawing(app) {
  const { drawing } = app;
  const store = () => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(drawing.acts, asText));
    } catch {
      // Nothing may be stored, or not so much: then the drawing ends with the page.
    }
  };
  let timer = 0;
  app.on("drawing", () => {
    clearTimeout(timer);
    timer = setTimeout(store, PAUSE);
  });
  addEventListener("pagehide", store);
  drawing.restore(stored());
}

/** @returns {Act[]} */
function stored() {
  try {
    const acts = JSON.parse(sessionStorage.getItem(KEY) ?? "[]", asGreys);
    return acts.every(isAct) ? acts : [];
  } catch {
    return [];
  }
}

/**
 * Another version of the page may have stored something else.
 * @param {any} act
 */
function isAct({ kind, points, side, greys }) {
  if (kind === "stroke") return Array.isArray(points) && points.length > 1;
  return kind === "clear" || (kind === "picture" && greys.length === side * side);
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
