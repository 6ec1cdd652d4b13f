// @ts-check
/** The networks that are trained, a row for each: how it stands, what can be done with it, its files. */

import { action, enable } from "../base/action.js";
import { el, setTexts } from "../base/dom.js";
import { number, t } from "../base/language.js";
import { datOf, fitsDat, safetensorsOf } from "../training/export.js";
import { tfjsOf } from "../training/tfjs.js";
import { describe, shapesOf } from "../training/shapes.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("../training/kinds.js").Settings} Settings */
/** @typedef {{accuracy: number, count: number} | null} Test how a network did, and on how many images */
/** @typedef {{name: string, settings: Settings, data: import("./train_data.js").Data}} Plan */

/**
 * Return a name for a network: its kind, what makes it robust, and a number that no other one has.
 * @param {string[]} taken
 * @param {Settings} settings
 */
function nameOf(taken, { kind, units, radius, noise }) {
  const robust = radius > 0 ? "-adversarial" : noise > 0 ? "-noisy" : "";
  const stem = `my-${kind === "mlp" ? `mlp${units}` : kind}${robust}`;
  for (let count = 1; ; count++) {
    const name = count === 1 ? stem : `${stem}-${count}`;
    if (!taken.includes(name)) return name;
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

/** The rows of a training, or of two that are compared. */
export class Trained {
  #app;
  /** @type {Row[]} */
  #rows = [];
  root = el("div", { class: "stack tight", hidden: true });

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    app.on("model", () => {
      this.#keepRows(({ name, isDone }) => !isDone || app.site.networks.entry(name)); // not forgotten
    });
  }

  /** The id of the network that was trained last, or null. */
  get id() {
    return this.#rows.filter(({ isDone }) => isDone).at(-1)?.name ?? null;
  }

  /**
   * A name for a network that will be trained: not one that is still being stored, either.
   * @param {Settings} settings
   */
  newName(settings) {
    return nameOf([...this.#app.site.models, ...this.#rows].map(({ name }) => name), settings);
  }

  /**
   * Show a row for each network that will be trained.
   * @param {Plan[]} plans
   */
  begin(plans) {
    this.#rows = plans.map((plan) => new Row(this.#app, plan));
    this.#keepRows(() => true);
  }

  /** @param {string} name of the network whose training begins */
  start(name) {
    this.#row(name)?.say("train.row.now");
  }

  /** Those that aren't trained won't be. */
  end() {
    this.#keepRows(({ isDone }) => isDone);
  }

  /**
   * List a network among the page's.
   * @param {string} name
   * @param {NetworkParts} network
   * @param {Test} test
   */
  async keep(name, network, test) {
    await this.#row(name)?.keep(network, test);
  }

  /** @param {string} name */
  #row(name) {
    return this.#rows.find((row) => row.name === name);
  }

  /** @param {(row: Row) => unknown} isKept */
  #keepRows(isKept) {
    this.#rows = this.#rows.filter(isKept);
    this.root.replaceChildren(...this.#rows.map(({ root }) => root));
    this.root.hidden = this.#rows.length === 0;
  }
}

class Row {
  #app;
  #plan;
  /** @type {NetworkParts | null} */
  #network = null;
  #state = el("span", { class: "hint", text: "train.row.later" });
  #dat = action("train.dat", "save", () => this.#save(datOf, "dat"));
  /** @type {HTMLButtonElement[]} */
  #buttons;
  root;

  /**
   * @param {App} app
   * @param {Plan} plan
   */
  constructor(app, plan) {
    const { name } = plan;
    this.#app = app;
    this.#plan = plan;
    const draw = action("train.use", "pen", () => {
      app.choose(name);
      app.showCanvas();
    }, "primary");
    const ideas = action("train.see", "eye", () => this.#open("ideas"));
    const fool = action("train.fool", "dice", () => this.#open("fool"));
    const file = action("train.safetensors", "save", () => this.#save(safetensorsOf, "safetensors"));
    setTexts(file, { title: "train.safetensors.title" });
    setTexts(this.#dat, { title: "train.dat.title" });
    this.#dat.hidden = plan.settings.kind !== "mlp";
    const tfjs = action("train.tfjs", "save", () => this.#saveTfjs());
    setTexts(tfjs, { title: "train.tfjs.title" });
    this.#buttons = [draw, ideas, fool, file, tfjs, this.#dat];
    for (const button of this.#buttons) enable(button, false);
    const line = el("p", {}, el("b", {}, name), " ", this.#state);
    const row = el("div", { class: "row tight" }, ...this.#buttons);
    this.root = el("div", { class: "stack tight", role: "group", "aria-label": name }, line, row);
  }

  get name() {
    return this.#plan.name;
  }

  get isDone() {
    return this.#network !== null;
  }

  /**
   * @param {string} text key
   * @param {Record<string, string>} params
   */
  say(text, params = {}) {
    setTexts(this.#state, { text, params });
  }

  /**
   * @param {NetworkParts} network
   * @param {Test} test
   */
  async keep(network, test) {
    const { name, settings: { kind, units }, data: { name: data, task } } = this.#plan;
    const accuracy = test && `${(100 * test.accuracy).toFixed(1)} % of ${test.count} test images`;
    const shapes = describe(shapesOf(kind, units, task), task);
    const { networks } = this.#app.site;
    const entry = await networks.addTrained({ id: name, name, network: shapes, task, data, accuracy }, network);
    this.#network = network;
    this.#app.emit("models");
    const share = test ? t("percent", { n: number(100 * test.accuracy, 1) }) : "–";
    this.say(networks.placeOf(entry) === "browser" ? "train.kept" : "train.added", { accuracy: share });
    this.#dat.hidden = !fitsDat(network, task);
    for (const button of this.#buttons) enable(button, true);
  }

  /** @param {import("../shell/app.js").TabName} panel */
  #open(panel) {
    this.#app.choose(this.name);
    this.#app.openTab(panel);
  }

  /**
   * @param {(network: NetworkParts, task: Task) => Blob} encode
   * @param {string} suffix
   */
  #save(encode, suffix) {
    if (this.#network) this.#app.save(encode(this.#network, this.#plan.data.task), `${this.name}.${suffix}`);
  }

  /** Save two files, as TensorFlow.js does. */
  #saveTfjs() {
    if (!this.#network) return;
    for (const { blob, name } of tfjsOf(this.#network, this.name)) this.#app.save(blob, name);
  }
}
