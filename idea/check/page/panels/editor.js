// @ts-check
/** An editor for pixels: a board whose pixels are flipped by pointer or keyboard. */

import { paintBoard, pixelAt } from "./board.js";
import { el } from "../base/dom.js";

/** @type {Record<string, [number, number]>} columns and rows that a key moves */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @typedef {import("../base/task.js").Task} Task */

/**
 * @typedef {object} Listener
 * @property {(pixel: number) => number} flip begins a change; returns the pixel's new value
 * @property {(pixel: number, value: number) => void} paint continues the change with this pixel
 * @property {(pixel: number) => void} onCursorMove of the keyboard's cursor
 */

export class Editor {
  canvas = el("canvas", {
    class: "board", tabindex: 0, role: "application", label: "pixels.board",
  });
  #listener;
  /** Where the keyboard is. */
  cursor;
  #task;
  /** The value that the pointer paints, while it is down. */
  #value = 0;
  #swipePaints = false;
  #last = -1;
  /** @type {Omit<import("./board.js").Shown, "cursor"> | null} */
  #shown = null;

  /**
   * @param {Task} task
   * @param {Listener} listener
   */
  constructor(task, listener) {
    this.#task = task;
    this.cursor = middleOf(task);
    this.#listener = listener;
    this.canvas.addEventListener("pointerdown", (event) => this.#down(event));
    this.canvas.addEventListener("pointermove", (event) => this.#move(event));
    this.canvas.addEventListener("click", (event) => this.#tap(event));
    this.canvas.addEventListener("keydown", (event) => this.#key(event));
    for (const name of ["focus", "blur"]) this.canvas.addEventListener(name, () => this.#paint());
  }

  /** Whether a swipe paints; otherwise it scrolls the page, and only taps flip. */
  set swipePaints(/** @type {boolean} */ paints) {
    this.#swipePaints = paints;
    this.canvas.classList.toggle("painting", paints);
  }

  /** @param {Task} task of another size of images: then the cursor is in the middle */
  set task(task) {
    this.#task = task;
    this.#shown = null;
    this.cursor = middleOf(task);
  }

  get hasKeyboardFocus() {
    return this.canvas.matches(":focus-visible");
  }

  /** @param {Omit<import("./board.js").Shown, "cursor">} shown */
  show(shown) {
    this.#shown = shown;
    this.#paint();
  }

  #paint() {
    if (!this.#shown) return;
    const cursor = this.hasKeyboardFocus ? this.cursor : null;
    paintBoard(this.canvas, { ...this.#shown, cursor }, this.#task);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const pixel = pixelAt(this.canvas, event, this.#task);
    if (event.button !== 0 || !event.isPrimary || pixel === null || this.#scrolls(event)) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.cursor = this.#last = pixel;
    this.#value = this.#listener.flip(pixel);
  }

  /**
   * Whether a pointer scrolls the page when it moves.
   * @param {PointerEvent} event
   */
  #scrolls({ pointerType }) {
    return pointerType === "touch" && !this.#swipePaints;
  }

  /** @param {PointerEvent} event */
  #tap(event) {
    const pixel = pixelAt(this.canvas, event, this.#task);
    if (!this.#scrolls(event) || pixel === null) return;
    this.cursor = pixel;
    this.#listener.flip(pixel);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.canvas.hasPointerCapture(event.pointerId)) return;
    // A fast pointer skips pixels, which the browser reports as coalesced events.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const point of events.length ? events : [event]) {
      const pixel = pixelAt(this.canvas, point, this.#task);
      if (pixel === null || pixel === this.#last) continue;
      for (const between of lineBetween(this.#last, pixel, this.#task.width)) {
        this.#listener.paint(between, this.#value);
      }
      this.cursor = this.#last = pixel;
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key in MOVES) {
      const [right, down] = MOVES[event.key];
      const { width, height } = this.#task;
      const [column, row] = [this.cursor % width, Math.floor(this.cursor / width)];
      this.cursor = clamp(row + down, height) * width + clamp(column + right, width);
      this.#listener.onCursorMove(this.cursor);
    } else if (event.key === " " || event.key === "Enter") {
      if (!event.repeat) this.#listener.flip(this.cursor);
    } else return;
    event.preventDefault();
    this.#paint();
  }
}

/** @param {Task} task */
function middleOf({ height, width }) {
  return Math.floor(height / 2) * width + Math.floor(width / 2);
}

/**
 * @param {number} place
 * @param {number} count of places
 */
function clamp(place, count) {
  return Math.max(0, Math.min(place, count - 1));
}

/**
 * The pixels on the way from one to another, without the first.
 * @param {number} from
 * @param {number} to
 * @param {number} width
 */
function lineBetween(from, to, width) {
  const [x, y] = [from % width, Math.floor(from / width)];
  const [dx, dy] = [(to % width) - x, Math.floor(to / width) - y];
  const count = Math.max(Math.abs(dx), Math.abs(dy));
  return Array.from({ length: count }, (_, index) => {
    const share = (index + 1) / count;
    return Math.round(y + dy * share) * width + Math.round(x + dx * share);
  });
}
