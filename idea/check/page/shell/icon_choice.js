// @ts-check
/** Segmented controls with icons. */

import { icon } from "../base/dom.js";

/**
 * Add an icon to each option; where there is little room, style sheets may hide the texts.
 * @param {import("../base/choice.js").Choice} choice
 * @param {import("../base/icons.js").IconName[]} names
 */
export function addIcons(choice, names) {
  const spans = choice.root.querySelectorAll("label > span");
  spans.forEach((span, i) => span.prepend(icon(names[i])));
  choice.root.classList.add("with-icons");
}
