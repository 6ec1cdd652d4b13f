// @ts-check
/** The settings of a training. */

import { Choice } from "../base/choice.js";
import { el } from "../base/dom.js";
import { number, onLanguage, t } from "../base/language.js";
import { DIGITS, pixelsOf } from "../base/task.js";
import { Seed } from "./seed.js";

/** @typedef {import("../training/kinds.js").Settings} Settings */

const RATES = { adam: 0.003, rmsprop: 0.001, sgd: 0.1 };
const CHOICES = {
  units: [16, 32, 64, 128, 256, 512, pixelsOf(DIGITS)],
  rate: [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3],
  batch: [16, 32, 64, 128, 256],
  epochs: [1, 2, 3, 5, 10, 20],
  count: [500, 1000, 2000, 5000, 10_000],
  noise: [0, 0.02, 0.05, 0.1, 0.2],
  radius: [0, 0.05, 0.1, 0.2, 0.3],
};
const USUAL = { units: 64, rate: RATES.adam, batch: 32, epochs: 3, count: 5000, noise: 0, radius: 0 };
/** @typedef {keyof typeof CHOICES} Name */

export class TrainSetup {
  #kind;
  #optimiser;
  #seed = new Seed();
  /** @type {Record<Name, HTMLSelectElement>} */
  #selects;
  #units;
  #fields;
  root;

  constructor() {
    const kinds = [{ value: "cnn", text: "train.cnn" }, { value: "mlp", text: "train.mlp" }];
    this.#kind = new Choice("train.kind", kinds, () => this.#show());
    const optimisers = [
      { value: "adam", literal: "Adam" },
      { value: "rmsprop", literal: "RMSProp" },
      { value: "sgd", literal: "SGD" },
    ];
    this.#optimiser = new Choice("train.optimiser", optimisers, () => {
      this.#selects.rate.value = String(RATES[this.#optimiserName]);
    });
    const names = /** @type {Name[]} */ (Object.keys(CHOICES));
    this.#selects = /** @type {Record<Name, HTMLSelectElement>} */ (Object.fromEntries(names.map((name) =>
      [name, el("select", { autocomplete: "off" })],
    )));
    const field = (/** @type {Name} */ name) => el("label", { class: "field", title: `train.${name}.title` },
      el("span", { text: `train.${name}` }), this.#selects[name]);
    this.#units = field("units");
    const first = el("div", { class: "row train-row" }, this.#kind.root, this.#units, this.#optimiser.root);
    const others = names.filter((name) => name !== "units").map(field);
    const second = el("div", { class: "row train-row" }, ...others, this.#seed.root);
    this.#fields = el("fieldset", { class: "plain stack tight", label: "train.settings" }, first, second);
    this.root = this.#fields;
    this.#fill(USUAL);
    onLanguage(() => this.#fill(this.#values));
    this.#show();
  }

  /** @returns {Settings} */
  get settings() {
    const kind = this.#kind.value === "mlp" ? "mlp" : "cnn";
    return { kind, optimiser: this.#optimiserName, seed: this.#seed.value, ...this.#values };
  }

  /** @param {boolean} isEnabled */
  enable(isEnabled) {
    this.#fields.disabled = !isEnabled;
  }

  get #optimiserName() {
    return /** @type {Settings["optimiser"]} */ (this.#optimiser.value);
  }

  /** @returns {Record<Name, number>} */
  get #values() {
    return /** @type {Record<Name, number>} */ (Object.fromEntries(
      Object.entries(this.#selects).map(([name, { value }]) => [name, Number(value)]),
    ));
  }

  #show() {
    this.#units.hidden = this.#kind.value !== "mlp";
  }

  /** @param {Record<Name, number>} values */
  #fill(values) {
    for (const [name, select] of /** @type {[Name, HTMLSelectElement][]} */ (Object.entries(this.#selects))) {
      select.replaceChildren(...CHOICES[name].map((value) => el("option", { value }, labelOf(name, value))));
      select.value = String(values[name]);
    }
  }
}

/**
 * @param {Name} name
 * @param {number} value
 */
function labelOf(name, value) {
  if ((name === "noise" || name === "radius") && value === 0) return t("train.none");
  if (name === "noise") return t("percent", { n: number(100 * value) });
  return number(value, value < 1 ? Math.ceil(-Math.log10(value) - 1e-9) : 0);
}
