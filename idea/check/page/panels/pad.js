// @ts-check
/** A second, smaller canvas for the drawing, where the first one may be out of sight. */

import { el, icon } from "../base/dom.js";

/** @typedef {import("../shell/app.js").App} App */

export class Pad {
  #app;
  #canvas = el("canvas", { class: "pad-canvas", role: "img", label: "inside.pad" });
  #hint = el("p", { class: "pad-hint", "aria-hidden": "true", text: "draw.here" });
  root;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    const clear = el("button", {
      class: "button icon-only quiet", type: "button", label: "inside.pad.clear", title: "inside.pad.clear",
      on: { click: () => app.drawing.clear() },
    }, icon("trash"));
    this.root = el("div", { class: "pad" }, this.#canvas, this.#hint, clear);
    app.drawOn(this.#canvas);
    app.on("drawing", () => this.paint());
    new ResizeObserver(() => this.#fit()).observe(this.#canvas);
  }

  /** Show the drawing as it is. */
  paint() {
    const { canvas, empty } = this.#app.drawing;
    this.#hint.hidden = !empty;
    const { width, height } = this.#canvas;
    const context = this.#canvas.getContext("2d");
    context?.clearRect(0, 0, width, height);
    context?.drawImage(canvas, 0, 0, width, height);
  }

  #fit() {
    const { clientWidth, clientHeight } = this.#canvas;
    if (!clientWidth) return;
    this.#canvas.width = Math.round(clientWidth * devicePixelRatio);
    this.#canvas.height = Math.round(clientHeight * devicePixelRatio);
    this.paint();
  }
}
