// @ts-check
/** Until somebody draws something plays, in a session's first visit; it is loaded once the page can be used. */

import { sessionValue, storeInSession } from "../base/storage.js";

/** @typedef {import("./app.js").App} App */

const KEY = "idea.intro";
// Keys that lead away from the canvas, or do nothing alone.
const NO_TOUCH = ["Tab", "Shift", "Control", "Alt", "Meta"];

// As the page was opened, before what it shows is written into its address.
const ADDRESSED = location.hash.length > 1 || location.search.length > 1;

/**
 * Begin, if this is the first visit of a session and nothing else was called for.
 * @param {App} app
 */
export async function mountIntro(app) {
  const { drawing, model, site } = app;
  const hasDrawn = Object.values(drawing.allEdits).some((edits) => edits.length > 0);
  // A search by the server would keep others waiting.
  if (sessionValue(KEY) || hasDrawn || ADDRESSED || !site.isEvaluatedHere(model)) return;
  storeInSession(KEY, true);
  const touched = touchOf(app);
  const loaded = await import("./intro_player.js").catch(() => null); // the page does without
  if (loaded && !touched.aborted) new loaded.Intro(app, touched).play();
}

/**
 * @param {App} app
 * @returns {AbortSignal} aborted once somebody draws, or chooses another network
 */
function touchOf(app) {
  const { drawing } = app;
  const touched = new AbortController();
  const area = /** @type {HTMLElement} */ (drawing.canvas.closest(".draw"));
  const end = () => touched.abort();
  area.addEventListener("pointerdown", end, { capture: true, once: true });
  area.addEventListener("keydown", ({ key }) => NO_TOUCH.includes(key) || end(), { capture: true });
  app.on("model", end);
  app.on("drawing", () => drawing.empty || end());
  return touched.signal;
}
