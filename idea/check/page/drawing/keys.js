// @ts-check
/** Drawing by keyboard. */

import { t } from "../base/language.js";

const [COARSE, FINE] = [16, 4];
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("./brush.js").Brush} Brush */
/** @typedef {import("./brush.js").BrushOutline} BrushOutline */

class KeyboardBrush {
  #point = [0, 0];
  #penDown = false;
  /** Whether the brush has moved since Space was pressed: then releasing it lifts the brush. */
  #moved = false;

  /**
   * @param {App} app
   * @param {Brush} brush
   * @param {BrushOutline} outline
   */
  constructor(app, brush, outline) {
    this.app = app;
    this.brush = brush;
    this.outline = outline;
    this.begin();
    /** @type {Record<string, () => void>} */
    this.commands = {
      e: () => this.#toggleEraser(),
      "[": () => this.#widen(-1),
      "]": () => this.#widen(1),
      Delete: () => this.#clear(),
      Backspace: () => this.#clear(),
      Escape: () => this.#cancel(),
    };
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      this.lift();
      return;
    }
    const arrow = ARROWS[event.key];
    const command = this.commands[event.key] ?? this.commands[event.key.toLowerCase()];
    if (arrow) this.#move(arrow, event.shiftKey ? FINE : COARSE);
    else if (event.key === " ") this.#space(event.repeat);
    else if (command) command();
    else return;
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  release(event) {
    if (event.key !== " ") return;
    event.preventDefault();
    if (this.#isDown && this.#moved) this.lift();
  }

  /** Begin in the middle of the canvas. */
  begin() {
    const { width, height } = this.app.drawing.paper;
    this.#penDown = false;
    this.#point = [width / 2, height / 2];
  }

  /** Whether it draws: clearing the canvas, for one, ends the stroke. */
  get #isDown() {
    return this.#penDown && this.app.drawing.hasStroke;
  }

  show() {
    this.outline.show(this.#point[0], this.#point[1]);
  }

  lift() {
    if (!this.#isDown) return;
    this.#penDown = false;
    this.app.drawing.finish();
    this.app.announce(t("draw.lifted"));
  }

  /**
   * @param {[number, number]} direction
   * @param {number} step
   */
  #move(direction, step) {
    const { width, height } = this.app.drawing.paper;
    const ends = [width, height];
    this.#point = this.#point.map((x, axis) =>
      Math.max(0, Math.min(ends[axis], x + direction[axis] * step)),
    );
    this.#moved = true;
    if (this.#isDown) this.app.drawing.extend(this.#point);
    this.show();
  }

  /** @param {boolean} repeated whether the key is being held */
  #space(repeated) {
    if (repeated) return;
    if (this.#isDown) {
      this.lift();
      return;
    }
    this.#penDown = true;
    this.#moved = false;
    this.app.drawing.begin(this.brush, this.#point);
    this.app.announce(t("draw.lowered"));
    this.show();
  }

  #toggleEraser() {
    this.brush.change({ erase: !this.brush.erase });
    this.app.announce(t(this.brush.erase ? "draw.eraser" : "draw.pen"));
  }

  /** @param {number} steps */
  #widen(steps) {
    this.brush.widen(steps);
    this.app.announce(t("draw.width.now", { width: this.brush.width }));
  }

  #clear() {
    this.lift();
    this.app.drawing.clear();
    this.app.announce(t("draw.cleared"));
  }

  #cancel() {
    this.#penDown = false;
    this.app.drawing.cancel();
    this.app.announce(t("draw.lifted"));
  }
}

/**
 * @param {App} app
 * @param {Brush} brush
 * @param {BrushOutline} outline
 */
export function drawByKeys(app, brush, outline) {
  const { canvas } = app.drawing;
  const keyboard = new KeyboardBrush(app, brush, outline);
  app.on("model", () => keyboard.begin());
  canvas.addEventListener("keydown", (event) => keyboard.press(event));
  canvas.addEventListener("keyup", (event) => keyboard.release(event));
  canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && keyboard.show());
  canvas.addEventListener("blur", () => {
    keyboard.lift();
    outline.hide();
  });
}
