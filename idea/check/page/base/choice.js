// @ts-check
/** One of a few, as a segmented control. */

import { el, setTexts } from "./dom.js";

/** @typedef {{value: string, text?: string, literal?: string}} Option `text` is a text's key */

let groups = 0;

export class Choice {
  /** @type {HTMLInputElement[]} */
  #inputs = [];
  #set = el("fieldset", { class: "segmented" });
  #onChange;
  root;

  /**
   * @param {string} label key of a text
   * @param {Option[]} options
   * @param {() => void} onChange called when the reader chooses another
   */
  constructor(label, options, onChange) {
    this.#onChange = onChange;
    this.root = el("div", { class: "field" }, el("span", { text: label, "aria-hidden": "true" }));
    this.root.append(this.#set);
    setTexts(this.#set, { label });
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
   * Whether an option can be chosen.
   * @param {string} value
   */
  offers(value) {
    return this.#inputs.some((input) => input.value === value && !input.disabled);
  }

  /**
   * Disable some options.
   * @param {(value: string) => boolean} isDisabled
   */
  disable(isDisabled) {
    for (const input of this.#inputs) input.disabled = isDisabled(input.value);
  }

  /**
   * @param {string} name
   * @param {Option} option
   */
  #add(name, { value, text, literal }) {
    const input = el("input", {
      type: "radio", name, value, autocomplete: "off", on: { change: () => this.#onChange() },
    });
    const labelSpan = literal === undefined ? el("span", { text }) : el("span", {}, literal);
    this.#inputs.push(input);
    this.#set.append(el("label", {}, input, labelSpan));
  }
}
