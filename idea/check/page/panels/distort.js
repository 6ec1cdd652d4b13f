// @ts-check
/** The drawing, distorted step by step, and the predictions for each step. */

import { action, enable } from "../base/action.js";
import { numberValue } from "../base/address_values.js";
import { DistortionHistory } from "./distortion_history.js";
import { DistortionHistoryView } from "./distortion_history_view.js";
import { distortions } from "./distortions.js";
import { el } from "../base/dom.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("./distortions.js").Distortion} Distortion */

/**
 * @param {HTMLElement} root
 * @param {App} app
 */
export function mountDistort(root, app) {
  root.append(new Distort(app).root);
}

class Distort {
  #app;
  #history;
  #view = new DistortionHistoryView();
  #strength = el("input", { type: "range", min: 1, max: 5, value: 2, step: 1 });
  #empty = el("p", { class: "notice", text: "distort.empty" });
  #undo = action("distort.undo", "undo", () => this.#app.drawing.undo());
  #reset = action("distort.first", "reset", () => this.#restoreFirst());
  #buttons;
  root;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#history = new DistortionHistory(app, () => this.#show());
    this.#buttons = distortions.map((distortion) =>
      action(distortion.text, distortion.icon, () => this.#distort(distortion)),
    );
    this.root = this.#layout();
    app.on("drawing", () => this.#show());
    app.address.declare("distort", "strength", numberValue(
      { least: 1, most: 5 }, () => this.#strength.valueAsNumber, (strength) => {
        this.#strength.value = String(strength);
      }));
    this.#show();
  }

  #layout() {
    const strength = el("label", { class: "field flat" }, el("span", { text: "distort.strength" }));
    strength.append(this.#strength);
    const buttons = el("div", { class: "row tight" }, ...this.#buttons, strength);
    const back = el("div", { class: "row tight" }, this.#undo, this.#reset);
    const hint = el("p", { class: "hint", text: "distort.hint" });
    return el("div", { class: "stack" }, hint, this.#empty, buttons, this.#view.root, back);
  }

  /** @param {Distortion} distortion */
  #distort({ apply }) {
    const { drawing } = this.#app;
    this.#history.begin();
    const { greys, label } = apply(drawing.greys(), drawing.paper, Number(this.#strength.value));
    drawing.replace(greys);
    this.#history.add(label);
  }

  #restoreFirst() {
    const [first] = this.#history.steps;
    if (first) this.#app.drawing.replace(first.greys);
  }

  #show() {
    const { empty } = this.#app.drawing;
    const { steps } = this.#history;
    this.#empty.hidden = !empty || steps.length > 0;
    for (const button of this.#buttons) enable(button, !empty);
    for (const button of [this.#undo, this.#reset]) enable(button, steps.length > 1);
    this.#view.show(steps, this.#app.task);
  }
}
