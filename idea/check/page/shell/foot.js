// @ts-check
/** The foot of the page: the version, and links to the project and its licence where they are known. */

import { byId, el, setTexts } from "../base/dom.js";

/** @param {import("../site/site.js").Site} site */
export function mountFoot({ version, links }) {
  setTexts(byId("version"), { text: "foot.version", params: { version } });
  for (const [text, href] of Object.entries({ "foot.lessons": "lessons.html", ...links })) {
    if (href) byId("foot-links").append(el("a", { text, href }), " ");
  }
}
