// @ts-check
/** The drawing, damaged step by step, and how long the network still knows it. */

import { action, enable } from "../base/action.js";
import { el } from "../base/dom.js";
import { damages } from "./damages.js";
import { Trail } from "./trail.js";
import { TrailView } from "./trail_view.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("./damages.js").Damage} Damage */

/**
 * @param {HTMLElement} root
 * @param {App} app
 */
export function mountShake(root, app) {
  root.append(new Shake(app).root);
}

class Shake {
  #app;
  #trail;
  #view = new TrailView();
  #strength = el("input", { type: "range", min: 1, max: 5, value: 2, step: 1 });
  #empty = el("p", { class: "notice", text: "shake.empty" });
  #undo = action("shake.undo", "undo", () => this.#app.drawing.undo());
  #reset = action("shake.first", "reset", () => this.#back());
  #buttons;
  root;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#trail = new Trail(app, () => this.#show());
    this.#buttons = damages.map((damage) =>
      action(damage.text, damage.icon, () => this.#damage(damage)),
    );
    this.root = this.#layout();
    app.on("drawing", () => this.#show());
    this.#show();
  }

  #layout() {
    const strength = el("label", { class: "field flat" }, el("span", { text: "shake.strength" }));
    strength.append(this.#strength);
    const buttons = el("div", { class: "row tight" }, ...this.#buttons, strength);
    const back = el("div", { class: "row tight" }, this.#undo, this.#reset);
    const hint = el("p", { class: "hint", text: "shake.hint" });
    return el("div", { class: "stack" }, hint, this.#empty, buttons, this.#view.root, back);
  }

  /** @param {Damage} damage */
  #damage({ apply }) {
    const { drawing } = this.#app;
    this.#trail.begin();
    const { greys, done } = apply(drawing.greys(), Number(this.#strength.value));
    drawing.replace(greys);
    this.#trail.add(done);
  }

  #back() {
    const [first] = this.#trail.steps;
    if (first) this.#app.drawing.replace(first.greys);
  }

  #show() {
    const { empty } = this.#app.drawing;
    const { steps } = this.#trail;
    this.#empty.hidden = !empty || steps.length > 0;
    for (const button of this.#buttons) enable(button, !empty);
    for (const button of [this.#undo, this.#reset]) enable(button, steps.length > 1);
    this.#view.show(steps);
  }
}
