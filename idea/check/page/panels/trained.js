// @ts-check
/** A trained network as one of the page's, and as a file. */

import { action } from "../base/action.js";
import { el, setTexts } from "../base/dom.js";
import { DIGITS } from "../base/task.js";
import { datOf, fitsDat, safetensorsOf } from "../training/export.js";
import { tfjsOf } from "../training/tfjs.js";
import { describe, shapesOf } from "../training/shapes.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("../training/kinds.js").Settings} Settings */

/**
 * Return a name for a network: its kind, what makes it robust, and a number that no other one has.
 * @param {App["site"]} site
 * @param {Settings} settings
 */
export function nameOf({ models }, { kind, units, radius, noise }) {
  const robust = radius > 0 ? "-adversarial" : noise > 0 ? "-noisy" : "";
  const stem = `my-${kind === "mlp" ? `mlp${units}` : kind}${robust}`;
  for (let count = 1; ; count++) {
    const name = count === 1 ? stem : `${stem}-${count}`;
    if (!models.some((entry) => entry.name === name)) return name;
  }
}

/**
 * @param {Settings} settings
 * @param {Task} task
 * @param {Float32Array} weights
 * @returns {NetworkParts}
 */
export function networkOf({ kind, units }, task, weights) {
  return { height: task.height, width: task.width, ...shapesOf(kind, units, task), weights };
}

/** The row of what can be done with the network that was trained last. */
export class Trained {
  #app;
  #name = "";
  /** @type {NetworkParts | null} */
  #network = null;
  /** @type {Task} */
  #task = DIGITS;
  #line = el("p");
  #dat = action("train.dat", "save", () => this.#save(datOf, "dat"));
  root;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    const draw = action("train.use", "pen", () => {
      app.choose(this.#name);
      app.showCanvas();
    }, "primary");
    const ideas = action("train.see", "eye", () => {
      app.choose(this.#name);
      app.openTab("ideas");
    });
    const fool = action("train.fool", "dice", () => {
      app.choose(this.#name);
      app.openTab("fool");
    });
    const file = action("train.safetensors", "save", () => this.#save(safetensorsOf, "safetensors"));
    setTexts(file, { title: "train.safetensors.title" });
    setTexts(this.#dat, { title: "train.dat.title" });
    const tfjs = action("train.tfjs", "save", () => this.#saveTfjs());
    setTexts(tfjs, { title: "train.tfjs.title" });
    const row = el("div", { class: "row tight" }, draw, ideas, fool, file, tfjs, this.#dat);
    this.root = el("div", { class: "stack tight", hidden: true }, this.#line, row);
    app.on("model", () => {
      if (this.#network && !app.site.networks.entry(this.#name)) this.clear(); // it was forgotten
    });
  }

  /** The network's id, or null. */
  get id() {
    return this.#network && this.#name;
  }

  clear() {
    this.#network = null;
    this.root.hidden = true;
  }

  /**
   * List it among the page's networks.
   * @param {string} name
   * @param {Settings} settings
   * @param {import("./train_data.js").Data} data
   * @param {NetworkParts} network
   * @param {{accuracy: number, count: number} | null} test
   */
  async keep(name, { kind, units }, { name: data, task }, network, test) {
    const accuracy = test && `${(100 * test.accuracy).toFixed(1)} % of ${test.count} test images`;
    const shapes = describe(shapesOf(kind, units, task), task);
    const { networks } = this.#app.site;
    const entry = await networks.addTrained({ id: name, name, network: shapes, task, data, accuracy }, network);
    this.#app.emit("models");
    this.#name = name;
    this.#network = network;
    this.#task = task;
    const isKept = networks.placeOf(entry) === "browser";
    setTexts(this.#line, { text: isKept ? "train.kept" : "train.added", params: { name } });
    this.#dat.hidden = !fitsDat(network, task);
    this.root.hidden = false;
  }

  /**
   * @param {(network: NetworkParts, task: Task) => Blob} encode
   * @param {string} suffix
   */
  #save(encode, suffix) {
    if (this.#network) this.#app.save(encode(this.#network, this.#task), `${this.#name}.${suffix}`);
  }

  /** Save two files, as TensorFlow.js does. */
  #saveTfjs() {
    if (!this.#network) return;
    for (const { blob, name } of tfjsOf(this.#network, this.#name)) this.#app.save(blob, name);
  }
}
