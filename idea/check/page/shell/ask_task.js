// @ts-check
/** Asks for the task of a network whose file doesn't hold it. */

import { el } from "../base/dom.js";
import { ask } from "./dialog.js";

/** @typedef {{shape: string, classes: string}} Declared as the server takes them; empty if unknown */

const MOST_PIXELS = 4096;

/**
 * @param {string} name the file's
 * @returns {Promise<Declared | null>} null if the reader cancels
 */
export async function askTask(name) {
  const [height, width] = [sizeInput(), sizeInput()];
  const classes = el("input", { type: "text", autocomplete: "off", placeholder: "0, 1, 2, …" });
  const content = [
    el("p", { text: "task.ask", params: { name } }),
    el("div", { class: "row" }, field("task.height", height), field("task.width", width)),
    field("task.classes", classes),
  ];
  const confirmed = await ask("task", content, { confirm: "task.open", cancel: "task.cancel" });
  if (!confirmed) return null;
  const shape = `${height.valueAsNumber}x${width.valueAsNumber}`;
  return { shape, classes: classes.value.trim() };
}

function sizeInput() {
  const limits = { min: 1, max: MOST_PIXELS, step: 1, required: true };
  return el("input", { type: "number", ...limits, autocomplete: "off" });
}

/**
 * @param {string} text key
 * @param {HTMLInputElement} input
 */
function field(text, input) {
  return el("label", { class: "field" }, el("span", { text }), input);
}
