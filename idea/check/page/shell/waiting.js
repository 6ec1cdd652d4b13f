// @ts-check
/** Says that requests wait for a busy server, and for how long. */

import { byId, setTexts, el } from "../base/dom.js";
import { onBusy } from "../site/busy.js";

export function mountWaiting() {
  const words = el("p", { class: "toast note progress", hidden: true });
  byId("waits").append(words);
  onBusy((wait) => {
    words.hidden = !wait;
    if (!wait) return;
    const { seconds, place } = wait;
    setTexts(words, { text: place ? "busy.place" : "busy.wait", params: { seconds, place: place ?? 0 } });
  });
}
