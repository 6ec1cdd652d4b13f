// @ts-check
/** A hidden unit: what it is now, the real image that excites it most, and its ideal. */

import { action } from "../base/action.js";
import { classParams } from "./article.js";
import { el, icon, setTexts } from "../base/dom.js";
import { imageCanvas, paint } from "../base/images.js";
import { number, t } from "../base/language.js";
import { DIGITS } from "../base/task.js";
import { saveRow } from "./save.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/strongest_images.js").Real} Real */
/** @typedef {import("../site/unit_ideals.js").UnitIdeal} UnitIdeal */
/** @typedef {import("../base/language.js").Params} Params */
/** @typedef {{text: string, params: Params}} Named */

/**
 * @typedef {object} Unit
 * @property {Named} layer
 * @property {number} unit its index
 * @property {number} count of the layer's units
 * @property {string} key as Python has it: layer1:17
 */

/**
 * @typedef {object} Actions
 * @property {() => void} again search its ideal again
 * @property {() => void} toggleReadable search it without noise, or with it
 * @property {() => void} close
 */

export class UnitCard {
  #app;
  /** @type {Unit | null} */
  #unit = null;
  /** @type {Float32Array | null} */
  #ideal = null;
  #title = el("p", { class: "unit-title", role: "status" });
  #now = el("p", { class: "hint" });
  #realImage = imageCanvas(null, DIGITS, "inside.real.none");
  #realWords = el("figcaption", { text: "inside.real.none" });
  #idealImage = imageCanvas(null, DIGITS, "inside.ideal.image");
  #idealWords = el("figcaption", { text: "inside.ideal.searching" });
  #readable;
  root;

  /**
   * @param {App} app
   * @param {Actions} actions
   */
  constructor(app, { again, close, toggleReadable }) {
    this.#app = app;
    const figures = el(
      "div", { class: "unit-figures" },
      el("figure", {}, this.#realImage, this.#realWords),
      el("figure", {}, this.#idealImage, this.#idealWords),
    );
    const save = saveRow(app, () => {
      const image = this.#ideal ?? new Float32Array(app.task.height * app.task.width);
      return { image, name: `unit_${this.#unit?.key.replace(":", "_")}` };
    });
    const retry = action("inside.again", "dice", again, "primary");
    setTexts(retry, { title: "inside.again.title" });
    this.#readable = action("inside.readable", "pen", toggleReadable);
    const searches = el("div", { class: "row tight" }, retry, this.#readable);
    const buttons = el("div", { class: "unit-buttons stack tight" }, searches, save);
    const body = el("div", { class: "unit-body" }, figures, buttons);
    const end = el("button", { class: "button icon-only quiet", type: "button", label: "inside.close", title: "inside.close", on: { click: close } }, icon("close"));
    const head = el("div", { class: "unit-head" }, this.#title, this.#now, end);
    const hint = el("p", { class: "hint", text: "inside.unit.hint" });
    this.root = el("section", { class: "unit-card card stack tight empty" }, hint, head, body);
    setTexts(this.root, { label: "inside.unit.card" });
  }

  /**
   * @param {Unit | null} unit null for none
   * @param {boolean} isChosen whether its ideal is shown large
   */
  show(unit, isChosen) {
    const isOther = unit?.key !== this.#unit?.key;
    this.#unit = unit;
    this.root.classList.toggle("empty", unit === null);
    this.root.classList.toggle("large", isChosen);
    if (!unit || !isOther) return;
    const layer = t(unit.layer.text, unit.layer.params);
    const text = unit.layer.text === "inside.convolution" ? "inside.unit.map" : "inside.unit.title";
    this.#title.textContent = t(text, { layer, unit: unit.unit, count: number(unit.count) });
    this.#ideal = null;
    paint(this.#idealImage, null, this.#app.task);
    setTexts(this.#idealWords, { text: "inside.ideal.searching" });
  }

  /** @param {number | null} value of the unit for the drawing */
  showNow(value) {
    const text = value !== null && value <= 0 ? "inside.now.off" : "inside.now";
    this.#now.textContent = value === null ? "" : t(text, { value: number(value, 2) });
  }

  /**
   * @param {Real} real
   * @param {number} count of the images that were tried
   */
  showReal({ image, label, value }, count) {
    const { task } = this.#app;
    paint(this.#realImage, image, task);
    const params = { ...classParams(task, label), value: number(value, 2), count: number(count) };
    setTexts(this.#realImage, { label: "inside.real.image", params });
    setTexts(this.#realWords, { text: "inside.real", params });
  }

  /**
   * Say why there is no real image, or how far the search for it is.
   * @param {string} text key
   * @param {Params} [params]
   */
  showNoReal(text, params = {}) {
    paint(this.#realImage, null, this.#app.task);
    setTexts(this.#realImage, { label: "inside.real.none" });
    setTexts(this.#realWords, { text, params });
  }

  /**
   * Whether ideals can be searched without noise, and whether they are.
   * @param {boolean} isPossible
   * @param {boolean} isReadable
   */
  showReadable(isPossible, isReadable) {
    this.#readable.hidden = !isPossible;
    this.#readable.setAttribute("aria-pressed", String(isReadable));
  }

  /** A search has begun that takes a while. */
  showSearching() {
    setTexts(this.#idealWords, { text: "inside.ideal.readable.searching" });
  }

  /** @param {Uint8Array} greys of an ideal that is being searched */
  showFrame(greys) {
    paint(this.#idealImage, greys, this.#app.task);
  }

  /**
   * @param {UnitIdeal} ideal
   * @param {UnitIdeal | null} best that is known; null for one without noise
   * @param {Real | null} real
   */
  showIdeal(ideal, best, real) {
    this.#ideal = ideal.image;
    paint(this.#idealImage, ideal.image, this.#app.task);
    const times = real && real.value > 0 ? t("inside.times", { times: number(ideal.value / real.value, 1) }) : "";
    const params = { value: number(ideal.value, 2), best: number(best?.value ?? 0, 2), run: ideal.run + 1, times };
    setTexts(this.#idealWords, { text: textOf(ideal, best), params });
  }
}

/**
 * @param {UnitIdeal} ideal
 * @param {UnitIdeal | null} best
 */
function textOf({ run, value }, best) {
  if (!best) return run === 0 ? "inside.ideal.readable" : "inside.ideal.readable.again";
  if (run === 0) return "inside.ideal";
  return value >= best.value ? "inside.ideal.better" : "inside.ideal.worse";
}
