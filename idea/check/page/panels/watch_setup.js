// @ts-check
/** The settings of a search. */

import { Choice } from "../base/choice.js";
import { ClassChoice } from "./class_choice.js";
import { el, setTexts } from "../base/dom.js";
import { NoiseSlider } from "./noise_slider.js";
import { Seed } from "./seed.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").Method} Method */
/** @typedef {import("../site/site.js").SearchRequest} SearchRequest */
/** @typedef {import("../site/kinds.js").SearchKind} SearchKind */

// Methods with texts of their own, and the steps between two of their frames.
const EVERY = { greedy: 8, mc: 20, steepest: 4, guided: 8, anneal: 500, best: 5 };
const EVERY_ELSE = 50;

export class WatchSetup {
  #app;
  #methods;
  #seed = new Seed();
  target;
  #about = el("p", { class: "hint" });
  #method;
  #start;
  root;

  /**
   * @param {App} app
   * @param {Record<string, Method>} methods
   */
  constructor(app, methods) {
    this.#app = app;
    this.#methods = methods;
    this.target = new ClassChoice(app, "watch.digit", 5, () => {});
    const options = Object.keys(methods).map((value) =>
      value in EVERY ? { value, text: `watch.${value}` } : { value, literal: value },
    );
    this.#method = new Choice("watch.method", options, () => this.#show());
    const starts = [
      { value: "noise", text: "watch.noise" },
      { value: "drawing", text: "watch.drawing" },
    ];
    this.#start = new Choice("watch.from", starts, () => this.#show());
    const row = el("div", { class: "row watch-how" });
    row.append(this.#method.root, this.#start.root, this.#seed.root);
    const noise = new NoiseSlider().root;
    this.root = el("div", { class: "stack tight" }, this.target.root, noise, row, this.#about);
    app.on("drawing", () => this.#show());
    app.on("model", () => this.#show());
    this.#show();
  }

  /**
   * Set what leads to an idea.
   * @param {SearchKind} kind
   */
  take({ method }) {
    this.#method.value = method;
    this.#start.value = "noise";
    this.#seed.value = 0;
    this.#show();
  }

  /** @returns {SearchRequest} without its objective, which follows from the slider's position */
  request() {
    const method = this.#method.value;
    const every = Object.entries(EVERY).find(([name]) => name === method)?.[1] ?? EVERY_ELSE;
    const start = this.#start.value === "drawing" ? this.#app.drawing.images().prepared : null;
    const [model, target] = [this.#app.model.id, this.target.index];
    return { model, target, method, seed: this.#seed.value, start, every };
  }

  #show() {
    const isEmpty = !this.#app.drawing.images().prepared;
    if (isEmpty) this.#start.value = "noise";
    this.#start.disable((value) => value === "drawing" && isEmpty);
    const method = this.#method.value;
    const text = method in EVERY ? `watch.${method}.about` : "watch.method.about";
    setTexts(this.#about, { text, params: { about: this.#methods[method].about } });
  }
}
