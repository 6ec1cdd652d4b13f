// @ts-check
/** The drawing: what was done to it, the canvas that shows it, and the images it makes. */

import { Acts } from "./acts.js";
import { Frames } from "./frames.js";
import { paint } from "../base/images.js";
import { Reading } from "./reading.js";
import { Sheet } from "./sheet.js";
import { lengthen, SIDE, SIZE, tenths } from "./strokes.js";

/** @typedef {import("./strokes.js").Act} Act */
/** @typedef {import("./strokes.js").Stroke} Stroke */

export class Drawing {
  #acts = new Acts();
  /** @type {Stroke | null} */
  #stroke = null;
  /** @type {"no" | "grown" | "all"} what of the sheets is out of date */
  #stale = "all";
  #frames;
  #reading = new Reading();
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
    this.#frames = new Frames(() => this.#refresh(), changed);
  }

  /** All that counts: from where the canvas was last cleared or filled. */
  get acts() {
    return this.#acts.visible();
  }

  get canUndo() {
    return this.#acts.canUndo;
  }

  get canRedo() {
    return this.#acts.canRedo;
  }

  get empty() {
    this.#refresh();
    return this.#reading.empty;
  }

  /** 448 × 448, 255 is ink. */
  greys() {
    this.#refresh();
    return this.#reading.greys;
  }

  images() {
    this.#refresh();
    return this.#reading.images(this.#stroke ? null : this.#acts.placed());
  }

  /**
   * Put an image in place of what was there.
   * @param {ArrayLike<number>} image 784 in 0…1
   */
  place(image) {
    const greys = Uint8ClampedArray.from(image, (grey) => grey * 255);
    this.#do({ kind: "picture", side: SIDE, greys });
  }

  /**
   * Put greys in place of what was there.
   * @param {Uint8ClampedArray} greys 448 × 448
   */
  replace(greys) {
    this.#do({ kind: "picture", side: SIZE, greys: greys.slice() });
  }

  clear() {
    if (!this.empty) this.#do({ kind: "clear" });
  }

  undo() {
    this.finish();
    if (this.#acts.undo()) this.#alter("all");
  }

  redo() {
    this.finish();
    if (this.#acts.redo()) this.#alter("all");
  }

  /**
   * Take up a drawing of before.
   * @param {Act[]} acts
   */
  restore(acts) {
    this.#acts = new Acts(acts);
    this.#alter("all");
  }

  /**
   * Begin a stroke.
   * @param {{erase: boolean, width: number}} brush
   * @param {number[]} point x and y, of 448
   */
  begin({ erase, width }, point) {
    this.finish();
    this.#stroke = { kind: "stroke", erase, width, points: point.map(tenths) };
    this.#alter("grown");
  }

  /**
   * Go on with the stroke.
   * @param {number[]} points x, y, x, y, …
   */
  extend(points) {
    if (!this.#stroke) return;
    lengthen(this.#stroke, points);
    this.#alter("grown");
  }

  /** The stroke is done; the drawing looks as it did. */
  finish() {
    const stroke = this.#stroke;
    if (!stroke) return;
    this.#refresh();
    this.#stroke = null;
    this.#acts.add(stroke);
    for (const sheet of [this.#reading.sheet, this.#shown]) sheet.finish(stroke);
    this.#alter("no");
  }

  /** Take the stroke under way back. */
  cancel() {
    this.#stroke = null;
    this.#alter("all");
  }

  /**
   * Show an image below the strokes, which is no part of the drawing.
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
   * Match the sharpness of the screen.
   * @param {number} side the canvas's, in the screen's pixels
   */
  resize(side) {
    if (side === this.#side || side < 1) return;
    this.#side = side;
    this.#shown.redraw(side, this.acts);
    if (this.#stroke) this.#shown.grow(this.#stroke);
  }

  /** @param {Act} act */
  #do(act) {
    this.finish();
    this.#acts.add(act);
    this.#alter("all");
  }

  /** @param {"no" | "grown" | "all"} stale */
  #alter(stale) {
    if (this.#stale !== "all") this.#stale = stale;
    if (stale !== "no") this.#reading.forget();
    this.#frames.ask();
  }

  #refresh() {
    if (this.#stale === "all") {
      this.#reading.sheet.redraw(SIZE, this.acts);
      this.#shown.redraw(this.#side, this.acts);
    }
    if (this.#stale !== "no" && this.#stroke) {
      for (const sheet of [this.#reading.sheet, this.#shown]) sheet.grow(this.#stroke);
    }
    this.#stale = "no";
  }
}
