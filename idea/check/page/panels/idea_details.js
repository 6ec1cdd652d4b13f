// @ts-check
/** The chosen idea: larger, with its numbers, and what can be done with it. */

import { action } from "../base/action.js";
import { classParams } from "./article.js";
import { el, setTexts } from "../base/dom.js";
import { toPixels, toWatch } from "./handover.js";
import { idealParams } from "./idea_thumb.js";
import { imageCanvas, paint } from "../base/images.js";
import { saveRow } from "./save.js";
import { fileName } from "../base/task.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").IdealAnswer} IdealAnswer */

/**
 * @typedef {object} Actions
 * @property {() => void} trace
 * @property {() => void} toggleGhost
 */

export class IdeaDetails {
  #app;
  /** @type {IdealAnswer | null} */
  #ideal = null;
  #line = el("p");
  #image;
  #remove;
  root = el("div", { class: "stack", hidden: true });

  /**
   * @param {App} app
   * @param {Actions} actions
   */
  constructor(app, { trace, toggleGhost }) {
    this.#app = app;
    this.#image = imageCanvas(null, app.task, "ideas.image", classParams(app.task, 0));
    this.#remove = action("ideas.remove", "close", toggleGhost);
    const chosen = el("div", { class: "ideas-chosen" }, this.#image, this.#line);
    const tracing = el("div", { class: "row" }, action("ideas.trace", "pen", trace, "primary"));
    tracing.append(this.#remove, this.#slider());
    this.root.append(chosen, tracing, this.#buttons());
  }

  /**
   * @param {IdealAnswer | null} ideal null for none
   * @param {boolean} isBehind the drawing
   */
  show(ideal, isBehind) {
    this.#ideal = ideal;
    this.root.hidden = !ideal;
    if (!ideal) return;
    const { task } = this.#app;
    paint(this.#image, ideal.image, task);
    setTexts(this.#image, { params: classParams(task, ideal.index) });
    setTexts(this.#remove, { text: isBehind ? "ideas.remove" : "ideas.behind" });
    const optimum = ideal.locally_optimal ? "ideas.optimal" : "ideas.about";
    const text = ideal.flat ? "ideas.flat" : optimum;
    const params = idealParams(ideal, task);
    setTexts(this.#line, { text: ideal.finished ? text : "ideas.unfinished", params });
  }

  #slider() {
    const { drawing } = this.#app;
    const input = el("input", { type: "range", min: 5, max: 90, class: "wide" });
    input.value = String(Math.round(drawing.ghostOpacity * 100));
    input.addEventListener("input", () => {
      drawing.ghostOpacity = Number(input.value) / 100;
    });
    return el("label", { class: "field flat" }, el("span", { text: "ideas.opacity" }), input);
  }

  #buttons() {
    const save = saveRow(this.#app, () => {
      const { image, index } = this.#shown;
      return { image, name: `idea_${fileName(this.#app.task, index)}` };
    });
    const watch = action("ideas.watch", "play", () => {
      toWatch.send({ target: this.#shown.index });
      this.#app.openTab("watch");
    });
    const edit = action("ideas.edit", "grid", () => {
      const { image, index } = this.#shown;
      toPixels.send({ image, target: index });
      this.#app.openTab("pixels");
    });
    const further = el("div", { class: "row tight" }, watch, edit);
    return el("div", { class: "stack tight" }, save, further);
  }

  /** The idea, whose buttons are only shown when it is there. */
  get #shown() {
    return /** @type {IdealAnswer} */ (this.#ideal);
  }
}
