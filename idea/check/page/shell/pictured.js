// @ts-check
/** Segmented controls with icons. */

import { icon } from "../base/dom.js";

/**
 * Put icons before the words; where there is little room, style sheets may leave the words out.
 * @param {import("../base/choice.js").Choice} choice
 * @param {import("../base/icons.js").IconName[]} names
 */
export function picture(choice, names) {
  const faces = choice.root.querySelectorAll("label > span");
  faces.forEach((face, i) => face.prepend(icon(names[i])));
  choice.root.classList.add("pictured");
}
