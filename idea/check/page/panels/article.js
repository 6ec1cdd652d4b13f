// @ts-check
/** A class in a sentence, with its article where the language has one. */

import { isNumbered } from "../base/task.js";

/**
 * What a text needs to speak of a class: `{label}`, and `{a_label}` for "an 8", "a 5" or "“cat”".
 * @param {import("../base/task.js").Task} task
 * @param {number} index
 * @param {string} name in place of `label`
 * @returns {Record<string, string | number>}
 */
export function classParams({ classes }, index, name = "label") {
  const label = classes[index];
  const article = /^(8|11$|18$)/.test(label) ? "an" : "a";
  return { [name]: label, [`a_${name}`]: isNumbered(classes) ? `${article} ${label}` : `“${label}”` };
}
