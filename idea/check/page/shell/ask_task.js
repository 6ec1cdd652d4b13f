// @ts-check
/** Asks for the task of a network whose file doesn't hold it. */

import { el } from "../base/dom.js";

/** @typedef {{shape: string, classes: string}} Declared as the server takes them; empty if unknown */

const MOST_PIXELS = 4096;

/**
 * @param {string} name the file's
 * @returns {Promise<Declared | null>} null if the reader cancels
 */
export function askTask(name) {
  const [height, width] = [sizeInput(), sizeInput()];
  const classes = el("input", { type: "text", autocomplete: "off", placeholder: "0, 1, 2, …" });
  const cancel = el("button", { type: "button", class: "button", text: "task.cancel" });
  const open = el("button", { type: "submit", class: "button primary", text: "task.open" });
  const form = el(
    "form", { class: "stack" },
    el("p", { text: "task.ask", params: { name } }),
    el("div", { class: "row" }, field("task.height", height), field("task.width", width)),
    field("task.classes", classes),
    el("div", { class: "row tight" }, open, cancel),
  );
  const dialog = el("dialog", { class: "card", label: "task" }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    /** @type {Declared | null} */
    let declared = null;
    cancel.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const shape = `${height.valueAsNumber}x${width.valueAsNumber}`;
      declared = { shape, classes: classes.value.trim() };
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(declared);
    });
  });
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
