// @ts-check
/** A bar of a logit, on which those of real images are marked. */

import { el, setTexts } from "../base/dom.js";
import { number } from "../base/language.js";
import { classParams } from "./article.js";

/** @typedef {import("../site/site.js").ModelEntry} ModelEntry */
/** @typedef {import("../site/site.js").IdealAnswer} IdealAnswer */

export class Scale {
  #fill = el("span", { class: "scale-fill" });
  #median = el("span", { class: "scale-median" });
  #best = el("span", { class: "scale-best" });
  root = el("span", { class: "scale", "aria-hidden": "true" }, this.#fill, this.#median, this.#best);

  /**
   * @param {IdealAnswer | null} ideal
   * @param {ModelEntry} model
   * @param {number} index of the class
   * @param {number} most the logit at the right end
   */
  show(ideal, { real }, index, most) {
    const part = (/** @type {number} */ logit) => `${Math.max(0, Math.min(1, logit / most)) * 100}%`;
    this.#fill.style.width = ideal ? part(ideal.logits[index]) : "0";
    for (const [mark, logits] of /** @type {const} */ ([[this.#median, real?.median], [this.#best, real?.strongest]])) {
      mark.hidden = !logits;
      if (logits) mark.style.left = part(logits[index]);
    }
  }
}

/**
 * The largest logit of ideals and real images, at which the bars end.
 * @param {(IdealAnswer | null)[]} ideals
 * @param {ModelEntry} model
 */
export function mostOf(ideals, { real }) {
  const logits = ideals.map((ideal) => (ideal ? ideal.logits[ideal.index] : 0));
  return Math.max(1e-9, ...logits, ...(real?.strongest ?? []));
}

/**
 * How many times the largest logit of real images an ideal has, or null where that makes no sense.
 * @param {IdealAnswer} ideal
 * @param {ModelEntry} model
 */
export function timesBest({ logits, index }, { real }) {
  const best = real?.strongest[index] ?? 0;
  return best > 0 && logits[index] > 0 ? logits[index] / best : null;
}

/** What the bars and their marks are. */
export function scaleLegend() {
  const part = (/** @type {string} */ mark, /** @type {string} */ text) => el(
    "span", { class: "legend" },
    el("span", { class: `scale-key ${mark}`, "aria-hidden": "true" }), el("span", { text }),
  );
  return el(
    "div", { class: "row tight hint scale-legend" },
    part("scale-fill", "scale.fill"), part("scale-median", "scale.median"), part("scale-best", "scale.best"),
  );
}

/**
 * Describe an ideal's logit beside those of real images.
 * @param {HTMLElement} line
 * @param {IdealAnswer} ideal
 * @param {ModelEntry} model
 */
export function describeScale(line, ideal, model) {
  const times = timesBest(ideal, model);
  line.hidden = !model.real || times === null;
  if (!model.real || times === null) return;
  const { strongest, median } = model.real;
  const [best, half] = [strongest[ideal.index], median[ideal.index]].map((logit) => number(logit, 1));
  const params = { ...classParams(model.task, ideal.index), times: number(times, times < 10 ? 1 : 0), best, half };
  setTexts(line, { text: "scale.times", params });
}
