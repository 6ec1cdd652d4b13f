// @ts-check
/** The images that networks learn from: those of the data set of the network that is chosen. */

import { DIGITS, sizeOf } from "../base/task.js";
import { el, setTexts } from "../base/dom.js";
import { loadImages } from "../training/files.js";
import { DEPTH, shapesOf } from "../training/shapes.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../training/kinds.js").Images} Images */
/** @typedef {{name: string, title: string, task: Task}} Data */

/** @type {Data} what is taken for networks of other images */
const USUAL = { name: "mnist", title: "MNIST", task: DIGITS };

export class TrainData {
  #app;
  /** @type {{name: string, images: Images} | null} what was loaded last */
  #loaded = null;
  #line = el("p", { class: "hint train-data" });
  #small = el("p", { class: "hint", text: "train.small" });
  root = el("div", {}, this.#line, this.#small);

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    app.on("model", () => this.#show());
    this.#show();
  }

  /**
   * Those of the network that is chosen.
   * @returns {Data}
   */
  get chosen() {
    const { site, model } = this.#app;
    const found = model.data && site.trainFiles.images?.[model.data];
    return found ? { name: /** @type {string} */ (model.data), title: found.title, task: model.task } : USUAL;
  }

  /**
   * @param {Data} data
   * @param {(share: number | null) => void} onProgress
   * @returns {Promise<Images>}
   */
  async load({ name, task }, onProgress) {
    if (this.#loaded?.name !== name) {
      this.#loaded = { name, images: await loadImages(this.#app.site.trainFiles, name, task, onProgress) };
    }
    return this.#loaded.images;
  }

  #show() {
    const { name, title, task } = this.chosen;
    const isOwn = this.#app.model.data === name;
    setTexts(this.#line, { text: isOwn ? "train.data" : "train.data.usual", params: { title, size: sizeOf(task) } });
    const { length } = shapesOf("cnn", 1, task).convolutions;
    this.#small.hidden = length === DEPTH;
    setTexts(this.#small, { text: "train.small", params: { size: sizeOf(task), count: String(length) } });
  }
}
