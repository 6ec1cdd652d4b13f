// @ts-check
/** A note on a network's file, in a list. */

import { el } from "../base/dom.js";

/** @typedef {string | import("../base/language.js").Message} Note a server's are in English */

/** @param {Note} note */
export function noteItem(note) {
  if (typeof note === "string") return el("li", { lang: "en" }, note);
  return el("li", { text: note.key, params: note.params });
}
