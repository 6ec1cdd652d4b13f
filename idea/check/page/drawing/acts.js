// @ts-check
/** What was done, to be undone and done again. */

import { SIDE } from "./strokes.js";

/** @typedef {import("./strokes.js").Act} Act */

export class Acts {
  /** @type {Act[]} */
  #undone = [];
  #done;

  /** @param {Act[]} done */
  constructor(done = []) {
    this.#done = done;
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  /** From where the canvas was last cleared or filled: what came before can't be seen. */
  visible() {
    let base = this.#done.length - 1;
    while (base > 0 && this.#done[base].kind === "stroke") base -= 1;
    return this.#done.slice(Math.max(base, 0));
  }

  /** The greys of an image of 28 by 28, while nothing but it is to be seen. */
  placed() {
    const [act, ...others] = this.visible();
    const isAlone = others.length === 0 && act?.kind === "picture" && act.side === SIDE;
    return isAlone ? act.greys : null;
  }

  /** @param {Act} act */
  add(act) {
    this.#done.push(act);
    this.#undone = [];
  }

  /** Tell whether there was anything to undo. */
  undo() {
    return move(this.#done, this.#undone);
  }

  redo() {
    return move(this.#undone, this.#done);
  }
}

/**
 * @param {Act[]} from
 * @param {Act[]} to
 */
function move(from, to) {
  const act = from.pop();
  if (act) to.push(act);
  return Boolean(act);
}
