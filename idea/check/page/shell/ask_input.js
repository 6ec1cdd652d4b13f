// @ts-check
/** Asks whether to open a network for inputs of another scale. */

import { el } from "../base/dom.js";
import { percent } from "../base/language.js";
import { ask } from "./dialog.js";

/** @typedef {import("../site/site.js").BetterInput} BetterInput */

/**
 * @param {string} name the file's
 * @param {BetterInput} better
 * @returns {Promise<boolean>} whether the reader wants it
 */
export function askInput(name, { input, accuracy, accuracy_now }) {
  const params = { name, input, now: percent(accuracy_now), then: percent(accuracy) };
  const content = [el("p", { text: "input.ask", params })];
  return ask("input", content, { confirm: "input.open", cancel: "input.keep", params: { input } });
}
