// @ts-check
/** The settings of a search. */

import { choiceValue, classValue } from "../base/address_values.js";
import { Choice } from "../base/choice.js";
import { ClassChoice } from "./class_choice.js";
import { DRAWING } from "../shell/command_line.js";
import { searchCommand } from "../shell/commands.js";
import { el, setTexts } from "../base/dom.js";
import { Latest } from "../base/latest.js";
import { noisePosition, NoiseSlider, noiseValue, onNoise } from "./noise_slider.js";
import { searchAt } from "./objective.js";
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
  #onChange;
  #seed = new Seed(() => this.#show());
  target;
  #about = el("p", { class: "hint" });
  #method;
  #start;
  #latest = new Latest();
  /** @type {import("../site/kinds.js").Objective | undefined} that of the slider's position */
  #objective;
  root;

  /**
   * @param {App} app
   * @param {Record<string, Method>} methods
   * @param {(command: string) => void} onChange called with what does the same on a command line
   */
  constructor(app, methods, onChange) {
    this.#app = app;
    this.#onChange = onChange;
    this.#methods = methods;
    this.target = new ClassChoice(app, "watch.digit", 5, () => this.#show());
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
    app.on("model", () => this.#follow());
    onNoise(() => this.#follow());
    this.#follow();
    this.#nameInAddress(app);
  }

  /** @param {App} app */
  #nameInAddress(app) {
    const { target } = this;
    const values = {
      class: classValue(app, () => target.index, (index) => {
        target.index = index;
        this.#show();
      }),
      method: choiceValue(this.#method, () => this.#show()),
      from: choiceValue(this.#start, () => this.#show()),
      seed: this.#seed.addressValue,
      noise: noiseValue(),
    };
    for (const [name, value] of Object.entries(values)) app.address.declare("watch", name, value);
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

  /** What two searches have in common that show the same. */
  get key() {
    const { model, target, method, seed, start } = this.request();
    return JSON.stringify([model, target, method, seed, start !== null, noisePosition()]);
  }

  /** Find what the slider's position means for the network; until then, no command is shown for it. */
  async #follow() {
    const signal = this.#latest.begin();
    this.#objective = undefined;
    this.#show();
    const { site, model } = this.#app;
    const kind = await searchAt(site, model, noisePosition(), signal).catch(() => null);
    if (signal.aborted || !kind) return;
    this.#objective = kind.objective;
    this.#show();
  }

  #show() {
    const isEmpty = !this.#app.drawing.images().prepared;
    if (isEmpty) this.#start.value = "noise";
    this.#start.disable((value) => value === "drawing" && isEmpty);
    const method = this.#method.value;
    const text = method in EVERY ? `watch.${method}.about` : "watch.method.about";
    setTexts(this.#about, { text, params: { about: this.#methods[method].about } });
    const { target, seed, start } = this.request();
    this.#onChange(searchCommand(this.#app.model, {
      target, method, seed, start: start && DRAWING, objective: this.#objective,
    }));
  }
}
