// @ts-check
/** One of a few, as a segmented control. */

import { el, write } from "./dom.js";

/** @typedef {{value: string, text?: string, words?: string}} Option `text` is a key, `words` not */

let groups = 0;

export class Choice {
  /** @type {HTMLInputElement[]} */
  #inputs = [];
  #set = el("fieldset", { class: "segmented" });
  #chosen;
  root;

  /**
   * @param {string} label key of a text
   * @param {Option[]} options
   * @param {() => void} chosen called after the reader's choice
   */
  constructor(label, options, chosen) {
    this.#chosen = chosen;
    this.root = el("div", { class: "field" }, el("span", { text: label, "aria-hidden": "true" }));
    this.root.append(this.#set);
    write(this.#set, { label });
    const name = `choice-${groups++}`;
    for (const option of options) this.#add(name, option);
    this.value = options[0].value;
  }

  get value() {
    return this.#inputs.find((input) => input.checked)?.value ?? "";
  }

  set value(value) {
    for (const input of this.#inputs) input.checked = input.value === value;
  }

  /**
   * Keep the reader from choosing some.
   * @param {(value: string) => boolean} isForbidden
   */
  forbid(isForbidden) {
    for (const input of this.#inputs) input.disabled = isForbidden(input.value);
  }

  /**
   * @param {string} name
   * @param {Option} option
   */
  #add(name, { value, text, words }) {
    const input = el("input", {
      type: "radio", name, value, autocomplete: "off", on: { change: () => this.#chosen() },
    });
    const face = words === undefined ? el("span", { text }) : el("span", {}, words);
    this.#inputs.push(input);
    this.#set.append(el("label", {}, input, face));
  }
}

/** One of the ten digits. */
export class DigitChoice extends Choice {
  /**
   * @param {string} label key of a text
   * @param {() => void} chosen
   */
  constructor(label, chosen) {
    const options = Array.from("0123456789", (digit) => ({ value: digit, words: digit }));
    super(label, options, chosen);
    this.root.classList.add("digits");
  }

  get digit() {
    return Number(this.value);
  }

  set digit(digit) {
    this.value = String(digit);
  }
}
