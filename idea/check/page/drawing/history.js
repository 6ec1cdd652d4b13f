// @ts-check
/** The history of edits, for undo and redo. */

/** @typedef {import("./strokes.js").Edit} Edit */
/** @typedef {import("../base/task.js").Task} Task */

export class EditHistory {
  /** @type {Edit[]} */
  #undone = [];
  #done;

  /** @param {Edit[]} done */
  constructor(done = []) {
    this.#done = done;
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  /** Return the edits since the canvas was last cleared or filled; those before are not visible. */
  visible() {
    let base = this.#done.length - 1;
    while (base > 0 && this.#done[base].kind === "stroke") base -= 1;
    return this.#done.slice(Math.max(base, 0));
  }

  /**
   * Return the greys of an image of a task if it is all that is visible, otherwise null.
   * @param {Task} task
   */
  placedGreys({ height, width }) {
    const [edit, ...others] = this.visible();
    if (others.length > 0 || edit?.kind !== "picture") return null;
    return edit.height === height && edit.width === width ? edit.greys : null;
  }

  /** @param {Edit} edit */
  add(edit) {
    this.#done.push(edit);
    this.#undone = [];
  }

  /** @returns {boolean} whether there was anything to undo */
  undo() {
    return move(this.#done, this.#undone);
  }

  redo() {
    return move(this.#undone, this.#done);
  }
}

/**
 * @param {Edit[]} from
 * @param {Edit[]} to
 */
function move(from, to) {
  const edit = from.pop();
  if (edit) to.push(edit);
  return Boolean(edit);
}
