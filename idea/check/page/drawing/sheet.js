// @ts-check
/** A canvas that shows edits, at any scale. */

import { chunksOf, paintEdit, paintChunk } from "./strokes.js";

/** @typedef {import("./strokes.js").Edit} Edit */
/** @typedef {import("./strokes.js").Context} Context */
/** @typedef {import("./strokes.js").Paper} Paper */
/** @typedef {import("./strokes.js").Stroke} Stroke */

export class Sheet {
  /** What no longer changes; the current stroke is painted over a copy of it. */
  #settled = new OffscreenCanvas(1, 1);
  #chunks = 0;
  /** Pixels of the sheet in a unit, across and down. */
  #scales = [1, 1];

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
   * @param {{width: number, height: number}} size in pixels
   * @param {Paper} paper
   * @param {Edit[]} edits
   */
  redraw({ width, height }, paper, edits) {
    for (const canvas of [this.canvas, this.#settled]) Object.assign(canvas, { width, height });
    this.#scales = [width / paper.width, height / paper.height];
    const context = this.#settledContext();
    for (const edit of edits) paintEdit(context, edit, paper);
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
    const [across, down] = this.#scales;
    context.setTransform(across, 0, 0, down, 0, 0);
  }

  #copy() {
    this.context.resetTransform();
    this.context.globalCompositeOperation = "copy";
    this.context.drawImage(this.#settled, 0, 0);
    this.context.globalCompositeOperation = "source-over";
  }
}
