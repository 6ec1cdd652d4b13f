// @ts-check
/** The drawing: its edits, the canvas that shows it, and the network's input made of it. */

import { EditHistory } from "./history.js";
import { SIDE } from "../base/image_size.js";
import { paint } from "../base/images.js";
import { NetworkInput } from "./network_input.js";
import { PaintScheduler } from "./paint_scheduler.js";
import { Sheet } from "./sheet.js";
import { appendPoints, SIZE, tenths } from "./strokes.js";

/** @typedef {import("./strokes.js").Edit} Edit */
/** @typedef {import("./strokes.js").Stroke} Stroke */

export class Drawing {
  #history = new EditHistory();
  /** @type {Stroke | null} */
  #stroke = null;
  /** @type {"none" | "stroke" | "all"} what is outdated on the sheets */
  #stale = "all";
  #scheduler;
  #input = new NetworkInput();
  #shown;
  #side = SIZE;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLCanvasElement} ghost 28 by 28, below it
   * @param {() => void} changed called once a frame at most
   */
  constructor(canvas, ghost, changed) {
    this.canvas = canvas;
    this.#shown = new Sheet(canvas);
    this.ghostCanvas = ghost;
    this.ghostOpacity = 0.35;
    this.#scheduler = new PaintScheduler(() => this.#refresh(), changed);
  }

  /** The edits since the canvas was last cleared or filled. */
  get edits() {
    return this.#history.visible();
  }

  get canUndo() {
    return this.#history.canUndo;
  }

  get canRedo() {
    return this.#history.canRedo;
  }

  get empty() {
    this.#refresh();
    return this.#input.empty;
  }

  /** 448 × 448, 255 is ink. */
  greys() {
    this.#refresh();
    return this.#input.greys;
  }

  images() {
    this.#refresh();
    return this.#input.images(this.#stroke ? null : this.#history.placedGreys());
  }

  /**
   * Replace the drawing by an image.
   * @param {ArrayLike<number>} image 784 in 0…1
   */
  place(image) {
    const greys = Uint8ClampedArray.from(image, (grey) => grey * 255);
    this.#apply({ kind: "picture", side: SIDE, greys });
  }

  /**
   * Replace the drawing by greys.
   * @param {Uint8ClampedArray} greys 448 × 448
   */
  replace(greys) {
    this.#apply({ kind: "picture", side: SIZE, greys: greys.slice() });
  }

  clear() {
    if (!this.empty) this.#apply({ kind: "clear" });
  }

  undo() {
    this.finish();
    if (this.#history.undo()) this.#invalidate("all");
  }

  redo() {
    this.finish();
    if (this.#history.redo()) this.#invalidate("all");
  }

  /**
   * Restore a stored drawing.
   * @param {Edit[]} edits
   */
  restore(edits) {
    this.#history = new EditHistory(edits);
    this.#invalidate("all");
  }

  /**
   * Begin a stroke.
   * @param {{erase: boolean, width: number}} brush
   * @param {number[]} point x and y, of 448
   */
  begin({ erase, width }, point) {
    this.finish();
    this.#stroke = { kind: "stroke", erase, width, points: point.map(tenths) };
    this.#invalidate("stroke");
  }

  /**
   * Continue the stroke.
   * @param {number[]} points x, y, x, y, …
   */
  extend(points) {
    if (!this.#stroke) return;
    appendPoints(this.#stroke, points);
    this.#invalidate("stroke");
  }

  /** Add the stroke to the history; the drawing looks the same. */
  finish() {
    const stroke = this.#stroke;
    if (!stroke) return;
    this.#refresh();
    this.#stroke = null;
    this.#history.add(stroke);
    for (const sheet of [this.#input.sheet, this.#shown]) sheet.finish(stroke);
    this.#invalidate("none");
  }

  /** Discard the current stroke. */
  cancel() {
    this.#stroke = null;
    this.#invalidate("all");
  }

  /**
   * Show an image below the strokes; it is not part of the drawing.
   * @param {ArrayLike<number> | null} image
   */
  ghost(image) {
    paint(this.ghostCanvas, image);
    this.ghostCanvas.hidden = !image;
  }

  get ghostOpacity() {
    return Number(this.ghostCanvas.style.opacity);
  }

  set ghostOpacity(opacity) {
    this.ghostCanvas.style.opacity = String(opacity);
  }

  /**
   * Match the screen's resolution.
   * @param {number} side the canvas's, in the screen's pixels
   */
  resize(side) {
    if (side === this.#side || side < 1) return;
    this.#side = side;
    this.#shown.redraw(side, this.edits);
    if (this.#stroke) this.#shown.grow(this.#stroke);
  }

  /** @param {Edit} edit */
  #apply(edit) {
    this.finish();
    this.#history.add(edit);
    this.#invalidate("all");
  }

  /** @param {"none" | "stroke" | "all"} stale */
  #invalidate(stale) {
    if (this.#stale !== "all") this.#stale = stale;
    if (stale !== "none") this.#input.invalidate();
    this.#scheduler.schedule();
  }

  #refresh() {
    if (this.#stale === "all") {
      this.#input.sheet.redraw(SIZE, this.edits);
      this.#shown.redraw(this.#side, this.edits);
    }
    if (this.#stale !== "none" && this.#stroke) {
      for (const sheet of [this.#input.sheet, this.#shown]) sheet.grow(this.#stroke);
    }
    this.#stale = "none";
  }
}
