// @ts-check
/** A canvas that shows edits, at any scale. */

import { chunksOf, paintEdit, paintChunk, SIZE } from "./strokes.js";

/** @typedef {import("./strokes.js").Edit} Edit */
/** @typedef {import("./strokes.js").Context} Context */
/** @typedef {import("./strokes.js").Stroke} Stroke */

export class Sheet {
  /** What no longer changes; the current stroke is painted over a copy of it. */
  #settled = new OffscreenCanvas(1, 1);
  #chunks = 0;

  /**
   * @param {HTMLCanvasElement | OffscreenCanvas} canvas
   * @param {CanvasRenderingContext2DSettings} settings
   */
  constructor(canvas, settings = {}) {
    this.#settled.getContext("2d", settings);
    this.canvas = canvas;
    this.context = /** @type {Context} */ (canvas.getContext("2d", settings));
  }

  /**
   * Repaint all edits.
   * @param {number} side in pixels
   * @param {Edit[]} edits
   */
  redraw(side, edits) {
    for (const canvas of [this.canvas, this.#settled]) canvas.width = canvas.height = side;
    const context = this.#settledContext();
    for (const edit of edits) paintEdit(context, edit);
    this.#chunks = 0;
    this.#copy();
  }

  /**
   * Show the current stroke, which may have grown since it was last shown.
   * @param {Stroke} stroke
   */
  grow(stroke) {
    const last = chunksOf(stroke) - 1;
    this.#settle(stroke, last);
    this.#copy();
    this.#scale(this.context);
    paintChunk(this.context, stroke, last);
  }

  /**
   * Add the finished stroke.
   * @param {Stroke} stroke
   */
  finish(stroke) {
    this.#settle(stroke, chunksOf(stroke));
    this.#chunks = 0;
    this.#copy();
  }

  /**
   * @param {Stroke} stroke
   * @param {number} chunks how many of them
   */
  #settle(stroke, chunks) {
    const context = this.#settledContext();
    for (; this.#chunks < chunks; this.#chunks++) paintChunk(context, stroke, this.#chunks);
  }

  #settledContext() {
    const context = /** @type {Context} */ (this.#settled.getContext("2d"));
    this.#scale(context);
    return context;
  }

  /** @param {Context} context */
  #scale(context) {
    const scale = this.canvas.width / SIZE;
    context.setTransform(scale, 0, 0, scale, 0, 0);
  }

  #copy() {
    this.context.resetTransform();
    this.context.globalCompositeOperation = "copy";
    this.context.drawImage(this.#settled, 0, 0);
    this.context.globalCompositeOperation = "source-over";
  }
}
