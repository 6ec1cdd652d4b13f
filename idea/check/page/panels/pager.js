// @ts-check
/** Buttons that turn over many classes, some at a time. */

import { action, enable } from "../base/action.js";
import { el, setTexts } from "../base/dom.js";

const SIZE = 10;

export class Pager {
  /** Which class is the first that is shown. */
  first = 0;
  #classes = 0;
  #text = el("p");
  #back;
  #on;
  root;

  /** @param {() => void} changed */
  constructor(changed) {
    const turn = (/** @type {number} */ classes) => {
      this.first += classes;
      this.#show();
      changed();
    };
    this.#back = action("ideas.back", "undo", () => turn(-SIZE));
    this.#on = action("ideas.on", "arrow", () => turn(SIZE));
    this.root = el("div", { class: "row tight" }, this.#back, this.#on, this.#text);
  }

  /** How many are shown. */
  get count() {
    return Math.min(SIZE, this.#classes - this.first);
  }

  /** @param {number} classes how many there are, of which the first ones are shown */
  restart(classes) {
    this.first = 0;
    this.#classes = classes;
    this.#show();
  }

  /**
   * Turn to a class.
   * @param {number} index
   * @returns {boolean} whether it wasn't shown
   */
  turnTo(index) {
    const first = index - (index % SIZE);
    const isElsewhere = first !== this.first;
    this.first = first;
    this.#show();
    return isElsewhere;
  }

  #show() {
    const [end, count] = [this.first + this.count, this.#classes];
    this.root.hidden = count <= SIZE;
    enable(this.#back, this.first > 0);
    enable(this.#on, end < count);
    setTexts(this.#text, { text: "ideas.page", params: { first: this.first + 1, end, count } });
  }
}
