// @ts-check
/** How far some work is, as a thin line, which takes its place when there is none, too. */

import { el, setTexts } from "../base/dom.js";

export class ThinProgress {
  #bar = el("span");
  root = el("div", { class: "thin-progress", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, this.#bar);

  /** @param {string} text key of what is done */
  constructor(text) {
    setTexts(this.root, { label: text });
    this.hide();
  }

  /** @param {number} share in 0…1 */
  show(share) {
    this.root.classList.remove("done");
    this.root.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    this.#bar.style.width = `${share * 100}%`;
  }

  hide() {
    this.root.classList.add("done");
  }
}
