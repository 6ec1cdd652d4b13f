// @ts-check
/** Asks whether to open a network for inputs of another scale. */

import { el } from "../base/dom.js";
import { number, percent } from "../base/language.js";
import { ask } from "./dialog.js";

/** @typedef {import("../site/kinds.js").BetterInput} BetterInput */

/**
 * @param {string} name the file's
 * @param {BetterInput} better
 * @returns {Promise<boolean>} whether the reader wants it
 */
export function askInput(name, { input, ...found }) {
  const [now, then] = [found.accuracy_now, found.accuracy].map(percent);
  const [lossNow, lossThen] = [found.loss_now, found.loss].map((loss) => number(loss, 2));
  const params = { name, input, now, then, lossNow, lossThen };
  const content = [el("p", { text: "input.ask", params })];
  return ask("input", content, { confirm: "input.open", cancel: "input.keep", params: { input } });
}
