// @ts-check
/** The slider from "as the network wants it" to "without the noise", one value for all panels. */

import { numberValue } from "../base/address_values.js";
import { el } from "../base/dom.js";
import { onLanguage, t } from "../base/language.js";
import { sessionValue, storeInSession } from "../base/storage.js";
import { LAST } from "../numbers/positions.js";

const KEY = "idea.noise";
/** @type {Set<() => void>} */
const listeners = new Set();
let position = storedPosition();

function storedPosition() {
  const stored = sessionValue(KEY);
  return Number.isInteger(stored) && stored >= 0 && stored <= LAST ? stored : LAST;
}

/** Where it is: 0 is as the network wants it. */
export function noisePosition() {
  return position;
}

/** @param {number} to */
export function setNoisePosition(to) {
  if (to === position) return;
  position = to;
  storeInSession(KEY, to);
  for (const listener of listeners) listener();
}

/** Where it is, for the address. */
export function noiseValue() {
  return numberValue({ least: 0, most: LAST }, noisePosition, setNoisePosition);
}

/**
 * Call a listener when it has been moved.
 * @param {() => void} listener
 */
export function onNoise(listener) {
  listeners.add(listener);
}

export class NoiseSlider {
  #input = el("input", {
    type: "range", min: 0, max: LAST, step: 1, class: "wide", label: "noise", autocomplete: "off",
  });
  root;

  constructor() {
    this.#input.addEventListener("input", () => setNoisePosition(this.#input.valueAsNumber));
    const ends = [el("span", { text: "noise.0" }), el("span", { text: `noise.${LAST}` })];
    for (const end of ends) end.setAttribute("aria-hidden", "true");
    this.root = el("div", { class: "noise-slider" }, ends[0], this.#input, ends[1]);
    onNoise(() => this.#show());
    onLanguage(() => this.#show());
    this.#show();
  }

  #show() {
    this.#input.value = String(position);
    this.#input.setAttribute("aria-valuetext", t(`noise.${position}`));
  }
}
