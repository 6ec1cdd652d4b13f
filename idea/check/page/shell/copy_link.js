// @ts-check
/** "Copy link": a link that shows what the page shows. */

import { headButton } from "./head.js";
import { copyText } from "./copy.js";
import { t } from "../base/language.js";

/** @typedef {import("./app.js").App} App */

// Names of the machine itself, which are another machine elsewhere.
const OWN = /^(localhost|127\.[\d.]+|\[::1\])$/;

/** @param {App} app */
export function mountCopyLink(app) {
  headButton("link", "link.copy", async () => {
    const { address, here } = shared(app);
    const isCopied = await copyText(app.address.link(address));
    const { isFile, trained, name } = app.model;
    const own = app.site.hasServer ? "link.copied.own" : "link.copied.here";
    const known = here ? own : "link.copied";
    const note = trained ? "link.copied.trained" : isFile ? "link.copied.file" : known;
    if (isCopied) app.showNote(t(note, { name }));
  });
}

/**
 * The page's address for others, if they can reach it.
 * @param {App} app
 * @returns {{address: string, here: boolean}} `here`: only on this machine
 */
export function shared({ site: { join } }) {
  const { origin, pathname, search, hostname } = location;
  const isOwn = OWN.test(hostname);
  if (isOwn && join) return { address: join.address, here: false };
  return { address: origin + pathname + search, here: isOwn };
}
