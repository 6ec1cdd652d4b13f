// @ts-check
/** An image with its history, for undo and redo. */

import { flipped } from "../base/binary.js";

const MOST = 1000;

export class Undoable {
  /** @type {Float32Array<ArrayBuffer>[]} */
  #before = [];
  /** @type {Float32Array<ArrayBuffer>[]} what was undone, the latest last */
  #after = [];

  /** @param {Float32Array<ArrayBuffer>} image */
  constructor(image) {
    this.image = image;
  }

  get canUndo() {
    return this.#before.length > 0;
  }

  /**
   * Replace the image.
   * @param {Float32Array<ArrayBuffer>} image
   */
  replace(image) {
    this.#before = [...this.#before, this.image].slice(-MOST);
    this.#after = [];
    this.image = image;
  }

  /** @param {number} pixel */
  flip(pixel) {
    this.replace(flipped(this.image, [pixel]));
  }

  /**
   * Set a pixel as part of the latest change.
   * @param {number} pixel
   * @param {number} value
   */
  amend(pixel, value) {
    this.image = Float32Array.from(this.image);
    this.image[pixel] = value;
  }

  undo() {
    const before = this.#before.pop();
    if (!before) return;
    this.#after.push(this.image);
    this.image = before;
  }

  redo() {
    const after = this.#after.pop();
    if (!after) return;
    this.#before.push(this.image);
    this.image = after;
  }
}
