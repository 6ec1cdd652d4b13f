// @ts-check
/** One of the network's classes: as buttons, or as a list where they are many or have long labels. */

import { isEqual } from "../base/arrays.js";
import { Choice } from "../base/choice.js";
import { el } from "../base/dom.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../base/task.js").Task} Task */

const MOST_BUTTONS = 10;
const LONGEST_ON_BUTTON = 2;

export class ClassChoice {
  /** @type {Choice | List} */
  #choice;
  /** @type {Task} */
  #task;
  #label;
  #usual;
  #onChange;
  root = el("div", { class: "classes" });

  /**
   * @param {App} app whose networks may have other classes
   * @param {string} label key of a text
   * @param {number} usual the index of the class that is chosen first, if there are so many
   * @param {() => void} onChange called when the reader chooses another
   */
  constructor(app, label, usual, onChange) {
    this.#label = label;
    this.#usual = usual;
    this.#onChange = onChange;
    this.#task = app.task;
    this.#choice = this.#offer();
    app.on("model", () => {
      if (isEqual(app.task.classes, this.#task.classes)) return;
      this.#task = app.task;
      this.#choice = this.#offer();
    });
  }

  get index() {
    return Number(this.#choice.value);
  }

  set index(index) {
    this.#choice.value = String(index);
  }

  /**
   * Disable a class.
   * @param {number} index
   */
  disable(index) {
    this.#choice.disable((value) => Number(value) === index);
  }

  #offer() {
    const { classes } = this.#task;
    const options = classes.map((literal, index) => ({ value: String(index), literal }));
    const isShort = classes.every((label) => label.length <= LONGEST_ON_BUTTON);
    const choice = classes.length <= MOST_BUTTONS && isShort
      ? new Choice(this.#label, options, this.#onChange)
      : new List(this.#label, options, this.#onChange);
    choice.value = String(Math.min(this.#usual, classes.length - 1));
    this.root.replaceChildren(choice.root);
    return choice;
  }
}

class List {
  #select;
  root;

  /**
   * @param {string} label key of a text
   * @param {{value: string, literal: string}[]} options
   * @param {() => void} onChange
   */
  constructor(label, options, onChange) {
    this.#select = el("select", { autocomplete: "off", on: { change: () => onChange() } });
    this.#select.append(...options.map(({ value, literal }) => el("option", { value }, literal)));
    this.root = el("label", { class: "field" }, el("span", { text: label }), this.#select);
  }

  get value() {
    return this.#select.value;
  }

  set value(value) {
    this.#select.value = value;
  }

  /** @param {(value: string) => boolean} isDisabled */
  disable(isDisabled) {
    for (const option of this.#select.options) option.disabled = isDisabled(option.value);
  }
}
