// @ts-check
/** The lights of a hidden layer: a dot for each unit, a small picture for each map. */

import { colourOf, GLOW_PIXELS, levelOf } from "../base/glow.js";
import { el, setTexts } from "../base/dom.js";
import { fieldOf, moved, squareAt } from "../numbers/field.js";

/** @typedef {import("../numbers/field.js").Field} Field */

/**
 * @typedef {object} Listener
 * @property {(unit: number) => void} point at a unit, by pointer or keyboard
 * @property {(unit: number) => void} choose it
 * @property {() => void} leave the layer
 */

// In CSS pixels, where letters have the usual size.
const LETTERS = 16;
const DOTS = { largest: 30, smallest: 4, gap: 2, highest: 128 };
const MAPS = { largest: 76, smallest: 14, gap: 5, highest: 150 };
const SMALL = 0.5; // of those heights, where there is little room

export class LayerField {
  #canvas;
  #shape;
  #room;
  #pointed = -1;
  #chosen = -1;
  /** @type {Float64Array | null} */
  #values = null;
  /** @type {Field} in the canvas's own pixels */
  #field = { columns: 1, rows: 1, cell: 1, step: 1 };
  #map;
  root;

  /**
   * @param {number[]} shape units; or maps, height and width
   * @param {import("../base/dom.js").Texts} name
   * @param {Listener | null} listener null where nothing can be pointed at
   */
  constructor(shape, name, listener) {
    this.#shape = shape;
    const room = shape.length > 1 ? MAPS : DOTS;
    this.#room = listener ? room : { ...room, highest: SMALL * room.highest };
    const role = listener ? { role: "application", tabindex: 0 } : { role: "img" };
    this.#canvas = el("canvas", { class: "layer-field", ...role });
    setTexts(this.#canvas, name);
    this.root = this.#canvas;
    const [, height = 1, width = 1] = shape;
    this.#map = new OffscreenCanvas(width, height);
    if (listener) this.#listen(listener);
    new ResizeObserver(() => this.#lay()).observe(this.#canvas);
  }

  get #isMaps() {
    return this.#shape.length > 1;
  }

  /** @param {Float64Array | null} values null: all are off */
  show(values) {
    this.#values = values;
    this.#paint();
  }

  /**
   * Which units are pointed at and chosen, -1 for none.
   * @param {number} pointed
   * @param {number} chosen
   */
  mark(pointed, chosen) {
    if (pointed === this.#pointed && chosen === this.#chosen) return;
    [this.#pointed, this.#chosen] = [pointed, chosen];
    this.#paint();
  }

  /** @param {Listener} listener */
  #listen({ point, choose, leave }) {
    const [count] = this.#shape;
    const at = (/** @type {PointerEvent} */ { offsetX, offsetY }) => {
      const scale = this.#canvas.width / Math.max(1, this.#canvas.clientWidth);
      return squareAt(this.#field, count, offsetX * scale, offsetY * scale);
    };
    this.#canvas.addEventListener("pointermove", (event) => {
      const unit = at(event);
      if (unit !== null && event.pointerType !== "touch") point(unit);
    });
    this.#canvas.addEventListener("click", (/** @type {PointerEvent} */ event) => {
      const unit = at(event);
      if (unit !== null) choose(unit);
    });
    this.#canvas.addEventListener("pointerleave", leave);
    this.#canvas.addEventListener("blur", leave);
    this.#canvas.addEventListener("focus", () => {
      if (this.#canvas.matches(":focus-visible")) point(Math.max(0, this.#pointed));
    });
    this.#canvas.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const now = Math.max(0, this.#pointed);
      const next = moved(event.key, now, this.#field.columns, count);
      if (next !== null) point(next);
      else if (event.key === "Enter" || event.key === " ") choose(now);
      else return;
      event.preventDefault();
    });
  }

  /** Lay the units out for the width that there is. */
  #lay() {
    const width = this.#canvas.parentElement?.clientWidth ?? 0;
    if (!width) return;
    const [count] = this.#shape;
    // As large as the letters are.
    const scale = (devicePixelRatio * parseFloat(getComputedStyle(document.documentElement).fontSize)) / LETTERS;
    const scaled = Object.fromEntries(Object.entries(this.#room).map(([name, size]) => [name, Math.round(size * scale)]));
    const room = /** @type {typeof DOTS} */ (scaled);
    this.#field = fieldOf(count, { ...room, width: Math.floor(width * devicePixelRatio) });
    const { columns, rows, step } = this.#field;
    const size = { width: columns * step - room.gap, height: rows * step - room.gap };
    if (size.width === this.#canvas.width && size.height === this.#canvas.height) return;
    Object.assign(this.#canvas, size);
    this.#canvas.style.width = `${size.width / devicePixelRatio}px`;
    this.#paint();
  }

  #paint() {
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    const most = this.#values ? this.#values.reduce((largest, value) => Math.max(largest, value), 0) : 0;
    if (this.#isMaps) this.#paintMaps(context, most);
    else this.#paintDots(context, most);
    this.#frame(context, this.#chosen, "#4ea1ff");
    this.#frame(context, this.#pointed, "#ffffff");
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} most
   */
  #paintDots(context, most) {
    const { cell } = this.#field;
    for (let unit = 0; unit < this.#shape[0]; unit++) {
      const level = levelOf(this.#values?.[unit] ?? 0, most);
      const [x, y] = this.#corner(unit).map((corner) => corner + cell / 2);
      const share = level / 255;
      // Larger, too: also without colours a strong light stands out.
      const radius = (cell / 2) * (0.5 + 0.5 * Math.sqrt(share));
      context.fillStyle = colourOf(level);
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} most
   */
  #paintMaps(context, most) {
    const { width, height } = this.#map;
    const { cell } = this.#field;
    const data = new ImageData(width, height);
    const pixels = new Uint32Array(data.data.buffer);
    const map = /** @type {OffscreenCanvasRenderingContext2D} */ (this.#map.getContext("2d"));
    context.imageSmoothingEnabled = false;
    const [wide, high] = [Math.min(1, width / height), Math.min(1, height / width)].map((side) => side * cell);
    for (let unit = 0; unit < this.#shape[0]; unit++) {
      const first = unit * pixels.length;
      for (let at = 0; at < pixels.length; at++) pixels[at] = GLOW_PIXELS[levelOf(this.#values?.[first + at] ?? 0, most)];
      map.putImageData(data, 0, 0);
      const [x, y] = this.#corner(unit);
      context.drawImage(this.#map, x + (cell - wide) / 2, y + (cell - high) / 2, wide, high);
    }
  }

  /** @param {number} unit */
  #corner(unit) {
    const { columns, step } = this.#field;
    return [(unit % columns) * step, Math.floor(unit / columns) * step];
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} unit -1 for none
   * @param {string} colour
   */
  #frame(context, unit, colour) {
    if (unit < 0) return;
    const [x, y] = this.#corner(unit);
    const width = Math.max(2, 2 * devicePixelRatio);
    for (const [line, stroke] of /** @type {[number, string][]} */ ([[2 * width, "#000"], [width, colour]])) {
      context.lineWidth = line;
      context.strokeStyle = stroke;
      context.strokeRect(x, y, this.#field.cell, this.#field.cell);
    }
  }
}
