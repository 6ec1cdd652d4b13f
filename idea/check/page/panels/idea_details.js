// @ts-check
/** The chosen idea: larger, with its numbers, and what can be done with it. */

import { action } from "../base/action.js";
import { classParams } from "./article.js";
import { el, setTexts } from "../base/dom.js";
import { toPixels, toWatch } from "./handover.js";
import { idealParams } from "./idea_thumb.js";
import { imageCanvas, paint } from "../base/images.js";
import { Legibility } from "./legibility.js";
import { NearestImage } from "./nearest.js";
import { setNoisePosition } from "./noise_slider.js";
import { saveRow } from "./save.js";
import { describeScale, mostOf, Scale } from "./scale.js";
import { fileName } from "../base/task.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("./idea_row.js").Idea} Idea */

/**
 * @typedef {object} Actions
 * @property {() => void} trace
 * @property {() => void} toggleGhost
 */

export class IdeaDetails {
  #app;
  /** @type {Idea | null} */
  #ideal = null;
  #line = el("p");
  #scale = new Scale();
  #times = el("p", { class: "hint" });
  #nearest;
  #legibility;
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
    this.#nearest = new NearestImage(app, app.site);
    this.#legibility = new Legibility(app);
    const words = el("div", { class: "stack tight" }, this.#line, this.#scale.root, this.#times);
    const chosen = el("div", { class: "ideas-chosen" }, this.#image, words);
    const tracing = el("div", { class: "row" }, action("ideas.trace", "pen", trace, "primary"));
    tracing.append(this.#remove, this.#slider());
    const beside = el("div", { class: "ideas-beside" }, this.#nearest.root, this.#legibility.root);
    this.root.append(chosen, beside, tracing, this.#buttons());
  }

  /**
   * @param {Idea | null} ideal null for none
   * @param {boolean} isBehind the drawing
   */
  show(ideal, isBehind) {
    const isOther = ideal !== this.#ideal;
    this.#ideal = ideal;
    this.root.hidden = !ideal;
    if (isOther) this.#compare(ideal);
    if (!ideal) return;
    const { task, model } = this.#app;
    paint(this.#image, ideal.image, task);
    setTexts(this.#image, { params: classParams(task, ideal.index) });
    setTexts(this.#remove, { text: isBehind ? "ideas.remove" : "ideas.behind" });
    const optimum = ideal.locally_optimal ? "ideas.optimal" : "ideas.about";
    const text = ideal.flat ? "ideas.flat" : optimum;
    const params = idealParams(ideal, task);
    setTexts(this.#line, { text: ideal.finished ? text : "ideas.unfinished", params });
    this.#scale.show(ideal, model, ideal.index, mostOf([ideal], model));
    describeScale(this.#times, ideal, model);
  }

  /**
   * Find what is like it, and what others read in it.
   * @param {Idea | null} ideal
   */
  #compare(ideal) {
    if (!ideal) {
      this.#nearest.stop();
      this.#legibility.stop();
      return;
    }
    this.#nearest.find(ideal.image);
    this.#legibility.read(ideal);
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
      const { index: target, kind, run } = this.#shown;
      if (!kind.objective) setNoisePosition(0);
      toWatch.send({ target, kind, run }, this.#app.task);
      this.#app.openTab("watch");
    });
    const edit = action("ideas.edit", "grid", () => {
      const { image, index } = this.#shown;
      toPixels.send({ image, target: index }, this.#app.task);
      this.#app.openTab("pixels");
    });
    const further = el("div", { class: "row tight" }, watch, edit);
    return el("div", { class: "stack tight" }, save, further);
  }

  /** The idea, whose buttons are only shown when it is there. */
  get #shown() {
    return /** @type {Idea} */ (this.#ideal);
  }
}
