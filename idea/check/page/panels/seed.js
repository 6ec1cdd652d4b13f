// @ts-check
/** The seed of random numbers: typed, or chosen at random by a button. */

import { numberValue } from "../base/address_values.js";
import { el, icon } from "../base/dom.js";

const MOST_ROLLED = 999;
const MOST = 2 ** 32 - 1;

export class Seed {
  #input = el("input", {
    type: "number", min: 0, max: MOST, step: 1, value: 0, inputmode: "numeric",
    autocomplete: "off", on: { change: () => this.#take(this.value) },
  });
  #onChange;
  root;

  /** @param {() => void} [onChange] called when there is another */
  constructor(onChange = () => {}) {
    this.#onChange = onChange;
    const dice = el("button", {
      type: "button", class: "button icon-only", label: "watch.dice", title: "watch.dice",
      on: { click: () => this.#take(Math.floor(Math.random() * (MOST_ROLLED + 1))) },
    }, icon("dice"));
    const field = el("label", { class: "field", title: "watch.seed.title" });
    field.append(el("span", { text: "watch.seed" }), this.#input);
    this.root = el("div", { class: "row tight seed" }, field, dice);
  }

  /** What is typed, rounded and clipped to the allowed range. */
  get value() {
    const typed = Math.round(this.#input.valueAsNumber) || 0;
    return Math.min(Math.max(typed, 0), MOST);
  }

  set value(seed) {
    this.#take(seed);
  }

  get addressValue() {
    return numberValue({ least: 0, most: MOST }, () => this.value, (seed) => this.#take(seed));
  }

  /** @param {number} seed */
  #take(seed) {
    this.#input.value = String(seed);
    this.#onChange();
  }
}
