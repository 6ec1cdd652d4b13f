// @ts-check
/** What the other networks of the same task read in an ideal. */

import { classParams } from "./article.js";
import { el, setTexts } from "../base/dom.js";
import { isEqual } from "../base/arrays.js";
import { Latest } from "../base/latest.js";
import { sizeOf } from "../base/task.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/page_backend.js").PageBackend} PageBackend */
/** @typedef {import("../site/site.js").IdealAnswer} IdealAnswer */

export class Legibility {
  #app;
  #latest = new Latest();
  #line = el("p", { text: "legibility.none" });
  #list = el("ul", { class: "readers" });
  root = el("div", { class: "stack tight legibility" }, el("h3", { text: "legibility" }), this.#line, this.#list);

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  stop() {
    this.#latest.stop();
  }

  /**
   * Let the other networks classify an ideal, one after the other, and show what they read.
   * @param {IdealAnswer} ideal
   */
  async read({ image, index }) {
    const signal = this.#latest.begin();
    const { site, task } = this.#app;
    const others = this.#others();
    this.root.hidden = others.length === 0;
    this.#list.replaceChildren();
    setTexts(this.#line, { text: "legibility.reading", params: {} });
    let agreeing = 0;
    let count = 0;
    for (const { id, name } of others) {
      const classify = (/** @type {PageBackend} */ page) => page.classifyAside(id, [image], signal);
      const answers = await site.inPage(id, classify, signal).catch(() => null);
      if (signal.aborted) return;
      if (!answers) continue;
      const isSame = answers[0].index === index;
      agreeing += Number(isSame);
      count += 1;
      const label = task.classes[answers[0].index];
      const item = el("li", { class: isSame ? "chip agrees" : "chip disagrees" });
      setTexts(item, { text: "legibility.one", params: { name, label } });
      this.#list.append(item);
      const params = { ...classParams(task, index), agreeing, count };
      setTexts(this.#line, { text: "legibility.all", params });
    }
    if (count === 0) this.root.hidden = true;
  }

  /** Other networks of the same task that the page evaluates, the small ones first. */
  #others() {
    const { site, model, task } = this.#app;
    return site.models
      .filter((other) => other.id !== model.id && site.isEvaluatedHere(other)
        && sizeOf(other.task) === sizeOf(task) && isEqual(other.task.classes, task.classes))
      .sort((one, other) => sizeOfWeights(one) - sizeOfWeights(other));
  }
}

/** @param {any} entry of a network of the page's */
function sizeOfWeights({ layers = [] }) {
  return layers.reduce((/** @type {number} */ sum, /** @type {number[]} */ [outputs, inputs]) => sum + outputs * inputs, 0);
}
