// @ts-check
/** How the test images of each class were classified: a table whose cells show their images. */

import { el, setTexts } from "../base/dom.js";
import { imageCanvas } from "../base/images.js";
import { number } from "../base/language.js";
import { isNumbered, pixelsOf } from "../base/task.js";

/** @typedef {import("../training/kinds.js").Images} Images */

const MOST = 60; // images shown of a cell

export class Confusion {
  #onChoose;
  /** @type {Images | null} */
  #images = null;
  /** @type {number[][][]} places of the images by their class and answer */
  #cells = [];
  #table = el("table", { class: "confusion" });
  #about = el("p", { class: "hint" });
  #some = el("p", { class: "hint", text: "train.some", params: { count: MOST } });
  #shown = el("div", { class: "confusion-images" });
  /** @type {HTMLElement | null} */
  #pressed = null;
  root;

  /** @param {(image: Float32Array) => void} onChoose called with an image that the reader chooses */
  constructor(onChoose) {
    this.#onChoose = onChoose;
    const right = el("div", { class: "stack tight" }, this.#about, this.#shown, this.#some);
    const body = el("div", { class: "confusion-body" }, el("div", { class: "confusion-table" }, this.#table), right);
    this.root = el("div", { class: "stack tight", hidden: true }, el("h3", { text: "train.confusion" }), body);
  }

  /**
   * @param {Images} images
   * @param {Uint8Array} answers of the test images
   */
  show(images, answers) {
    this.#images = images;
    const { training, labels, task: { classes } } = images;
    this.#cells = classes.map(() => classes.map(() => []));
    for (const [n, answer] of answers.entries()) this.#cells[labels[training + n]][answer].push(training + n);
    this.root.hidden = false;
    this.#table.classList.toggle("worded", !isNumbered(classes));
    this.#fill(classes);
    const mistakes = this.#cells.map((row, index) => row.flatMap((places, answer) => (answer === index ? [] : places)));
    this.#list(mistakes.flat(), "train.mistakes", {});
  }

  clear() {
    this.root.hidden = true;
  }

  /** @param {string[]} classes */
  #fill(classes) {
    const heads = classes.map((label) => el("th", { scope: "col" }, label));
    const corner = el("td", {});
    const first = el("tr", {}, corner, ...heads);
    const most = Math.max(...this.#cells.map((row) => row.reduce((sum, { length }) => sum + length, 0)));
    const rows = classes.map((label, index) => {
      const cells = this.#cells[index].map((places, answer) => this.#cell(classes, index, answer, places.length / most));
      return el("tr", {}, el("th", { scope: "row" }, label), ...cells);
    });
    this.#table.replaceChildren(el("caption", { text: "train.confusion.about" }), el("thead", {}, first), el("tbody", {}, ...rows));
  }

  /**
   * @param {string[]} classes
   * @param {number} index
   * @param {number} answer
   * @param {number} share of the class's images
   */
  #cell(classes, index, answer, share) {
    const places = this.#cells[index][answer];
    if (places.length === 0) return el("td", {}, "·");
    const params = { count: number(places.length), label: classes[index], answer: classes[answer] };
    const button = el("button", { type: "button", label: "train.cell", params, "aria-pressed": "false" }, number(places.length));
    button.addEventListener("click", () => {
      this.#list(places, "train.cell", params);
      this.#press(button);
    });
    const cell = el("td", { class: index === answer ? "right" : "wrong" }, button);
    cell.style.setProperty("--share", String(Math.min(1, index === answer ? share : 0.25 + 8 * share)));
    return cell;
  }

  /** @param {HTMLElement} button */
  #press(button) {
    this.#pressed?.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-pressed", "true");
    this.#pressed = button;
  }

  /**
   * @param {number[]} places
   * @param {string} text
   * @param {Record<string, string>} params
   */
  #list(places, text, params) {
    const { task, greys, labels } = /** @type {Images} */ (this.#images);
    const pixels = pixelsOf(task);
    this.#some.hidden = places.length <= MOST;
    setTexts(this.#about, { text, params: { count: number(places.length), ...params } });
    this.#shown.replaceChildren(...places.slice(0, MOST).map((place) => {
      const image = greys.subarray(place * pixels, (place + 1) * pixels);
      const label = { label: task.classes[labels[place]] };
      const canvas = imageCanvas(image, task, "train.digit", label);
      canvas.setAttribute("aria-hidden", "true");
      const click = () => this.#onChoose(Float32Array.from(image, (grey) => grey / 255));
      return el("button", { type: "button", class: "idea", label: "train.digit.copy", params: label, title: "train.digit.copy", on: { click } }, canvas);
    }));
  }
}
