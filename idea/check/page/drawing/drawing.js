// @ts-check
/** The drawing: its edits, the canvas that shows it, and the network's input made of it. */

import { EditHistory } from "./history.js";
import { paint } from "../base/images.js";
import { DIGITS, sizeOf } from "../base/task.js";
import { NetworkInput } from "./network_input.js";
import { PaintScheduler } from "./paint_scheduler.js";
import { Sheet } from "./sheet.js";
import { appendPoints, paperOf, tenths } from "./strokes.js";

/** @typedef {import("./strokes.js").Edit} Edit */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("../base/task.js").Task} Task */

export class Drawing {
  #task = DIGITS;
  paper = paperOf(DIGITS);
  #history = new EditHistory();
  /** There is a drawing for each size of images: their histories by size. */
  #histories = new Map([[sizeOf(DIGITS), this.#history]]);
  /** @type {Stroke | null} */
  #stroke = null;
  /** @type {"none" | "stroke" | "all"} what is outdated on the sheets */
  #stale = "all";
  #scheduler;
  #input = new NetworkInput();
  #shown;
  /** Of the shown canvas, in the screen's pixels. */
  #size = { width: this.paper.width, height: this.paper.height };

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLCanvasElement} ghost of an image's size, below it
   * @param {() => void} changed called once a frame at most
   */
  constructor(canvas, ghost, changed) {
    this.canvas = canvas;
    this.#shown = new Sheet(canvas);
    this.ghostCanvas = ghost;
    this.ghostOpacity = 0.35;
    this.#scheduler = new PaintScheduler(() => this.#refresh(), changed);
  }

  /**
   * Draw images of a task. Those of each size have a drawing of their own.
   * @param {Task} task
   */
  setTask(task) {
    this.finish();
    const size = sizeOf(task);
    if (size !== sizeOf(this.#task)) this.ghost(null);
    this.#task = this.#input.task = task;
    this.paper = paperOf(task);
    this.#history = this.#histories.get(size) ?? new EditHistory();
    this.#histories.set(size, this.#history);
    this.#invalidate("all");
  }

  /** Whether a stroke is being drawn. */
  get hasStroke() {
    return this.#stroke !== null;
  }

  /** The edits since the canvas was last cleared or filled. */
  get edits() {
    return this.#history.visible();
  }

  /** The same of the drawings of all sizes. */
  get allEdits() {
    const histories = [...this.#histories];
    return Object.fromEntries(histories.map(([size, history]) => [size, history.visible()]));
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

  /** The whole canvas, a grey for each unit; 255 is ink. */
  greys() {
    this.#refresh();
    return this.#input.greys;
  }

  images() {
    this.#refresh();
    return this.#input.images(this.#stroke ? null : this.#history.placedGreys(this.#task));
  }

  /**
   * Replace the drawing by an image.
   * @param {ArrayLike<number>} image in 0…1
   */
  place(image) {
    const { height, width } = this.#task;
    const greys = Uint8ClampedArray.from(image, (grey) => grey * 255);
    this.#apply({ kind: "picture", height, width, greys });
  }

  /**
   * Replace the drawing by greys.
   * @param {Uint8ClampedArray} greys of the whole canvas
   */
  replace(greys) {
    const { height, width } = this.paper;
    this.#apply({ kind: "picture", height, width, greys: greys.slice() });
  }

  /**
   * Add edits, such as another drawing's.
   * @param {Edit[]} edits
   */
  add(edits) {
    for (const edit of edits) this.#apply(edit);
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
   * Restore stored drawings.
   * @param {Record<string, Edit[]>} edits by the size of images
   */
  restore(edits) {
    const histories = Object.entries(edits);
    this.#histories = new Map(histories.map(([size, done]) => [size, new EditHistory(done)]));
    this.setTask(this.#task);
  }

  /**
   * Begin a stroke.
   * @param {{erase: boolean, width: number}} brush
   * @param {number[]} point x and y
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
    paint(this.ghostCanvas, image, this.#task);
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
   * @param {number} width the canvas's, in the screen's pixels
   * @param {number} height
   */
  resize(width, height) {
    const isSame = width === this.#size.width && height === this.#size.height;
    if (isSame || width < 1 || height < 1) return;
    this.#size = { width, height };
    this.#shown.redraw(this.#size, this.paper, this.edits);
    if (this.#stroke) this.#shown.grow(this.#stroke);
  }

  /** @param {Edit} edit */
  #apply(edit) {
    this.finish();
    // An image to trace doesn't belong under another drawing; after clearing, one traces it again.
    if (edit.kind === "picture") this.ghost(null);
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
      this.#input.sheet.redraw(this.paper, this.paper, this.edits);
      this.#shown.redraw(this.#size, this.paper, this.edits);
    }
    if (this.#stale !== "none" && this.#stroke) {
      for (const sheet of [this.#input.sheet, this.#shown]) sheet.grow(this.#stroke);
    }
    this.#stale = "none";
  }
}
