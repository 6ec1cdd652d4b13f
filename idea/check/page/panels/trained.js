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
/** @typedef {{name: string, settings: Pick<Settings, "kind" | "units">, data: Pick<import("./train_data.js").Data, "name" | "task">}} Plan */
/** @typedef {import("../site/kinds.js").ModelEntry} ModelEntry */

/**
 * Return a name for a network: its kind, what makes it robust, and a number that no other one has.
 * @param {unknown[]} taken
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

/** The rows of a training, or of two that are compared, and of those before. */
export class Trained {
  #app;
  /** @type {Row[]} */
  #rows = [];
  root = el("div", { class: "stack tight", hidden: true });

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#rows = app.site.models.filter(({ trained }) => trained).map((entry) => new Row(app, planOf(entry), entry));
    this.#keepRows(() => true);
    app.on("model", () => {
      this.#keepRows(({ name, isDone }) => !isDone || app.site.networks.entry(name)); // not forgotten
    });
  }

  /**
   * The id of a network, if it has been trained.
   * @param {string} name
   */
  idOf(name) {
    return this.#row(name)?.isDone ? name : null;
  }

  /**
   * A name for a network that will be trained, which no other one has: not one that is still being
   * stored, nor one that another tab has stored.
   * @param {Settings} settings
   * @param {Row} [row] its own, if there is one
   */
  async newName(settings, row) {
    const { site } = this.#app;
    const stored = await site.networks.storedIds();
    const known = [...site.models, ...this.#rows.filter((other) => other !== row)];
    return nameOf([...known.map(({ name }) => name), ...stored], settings);
  }

  /**
   * Show a row for each network that will be trained, above those that are there.
   * @param {Plan[]} plans
   */
  begin(plans) {
    this.#rows.unshift(...plans.map((plan) => new Row(this.#app, plan, null)));
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
   * @param {{name: string, settings: Settings}} run
   * @param {NetworkParts} network
   * @param {Test} test
   * @returns {Promise<string>} its name: another one, if another tab has stored one of that name meanwhile
   */
  async keep({ name, settings }, network, test) {
    const row = /** @type {Row} */ (this.#row(name));
    row.name = await this.newName(settings, row);
    await row.keep(network, test);
    return row.name;
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
  /** @type {ModelEntry | null} once it is among the page's networks */
  #entry;
  #name = "";
  #title = el("b");
  #state = el("span", { class: "hint", text: "train.row.later" });
  #dat = action("train.dat", "save", () => this.#save(datOf, "dat"));
  /** @type {HTMLButtonElement[]} */
  #buttons;
  root = el("div", { class: "stack tight", role: "group" });

  /**
   * @param {App} app
   * @param {Plan} plan
   * @param {ModelEntry | null} entry of one that is among the page's networks
   */
  constructor(app, plan, entry) {
    this.#app = app;
    this.#plan = plan;
    this.#entry = entry;
    const draw = action("train.use", "pen", () => {
      app.choose(this.name);
      app.showCanvas();
    }, "primary");
    const ideas = action("train.see", "eye", () => this.#open("ideas"));
    const fool = action("train.fool", "dice", () => this.#open("fool"));
    const file = action("train.safetensors", "save", () => this.#save(safetensorsOf, "safetensors"));
    setTexts(file, { title: "train.safetensors.title" });
    setTexts(this.#dat, { title: "train.dat.title" });
    this.#dat.hidden = !fitsDat(shapesOf(plan.settings.kind, plan.settings.units, plan.data.task), plan.data.task);
    const tfjs = action("train.tfjs", "save", () => this.#saveTfjs());
    setTexts(tfjs, { title: "train.tfjs.title" });
    this.#buttons = [draw, ideas, fool, file, tfjs, this.#dat];
    for (const button of this.#buttons) enable(button, this.isDone);
    if (entry) this.say("train.row.before");
    const line = el("p", {}, this.#title, " ", this.#state);
    this.root.append(line, el("div", { class: "row tight" }, ...this.#buttons));
    this.name = plan.name;
  }

  get name() {
    return this.#name;
  }

  set name(name) {
    this.#name = this.#title.textContent = name;
    this.root.setAttribute("aria-label", name);
  }

  get isDone() {
    return this.#entry !== null;
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
    const { settings: { kind, units }, data: { name: data, task } } = this.#plan;
    const accuracy = test && `${(100 * test.accuracy).toFixed(1)} % of ${test.count} test images`;
    const shapes = describe(shapesOf(kind, units, task), task);
    const [{ networks }, name] = [this.#app.site, this.name];
    this.#entry = await networks.addTrained({ id: name, name, network: shapes, task, data, accuracy }, network);
    this.#app.emit("models");
    const share = test ? t("percent", { n: number(100 * test.accuracy, 1) }) : "–";
    this.say(networks.placeOf(this.#entry) === "browser" ? "train.kept" : "train.added", { accuracy: share });
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
  async #save(encode, suffix) {
    const network = await this.#network();
    if (network) this.#app.save(encode(network, this.#plan.data.task), `${this.name}.${suffix}`);
  }

  /** Save two files, as TensorFlow.js does. */
  async #saveTfjs() {
    const network = await this.#network();
    for (const { blob, name } of network ? tfjsOf(network, this.name) : []) this.#app.save(blob, name);
  }

  /** @returns {Promise<NetworkParts | null>} with the weights, which the page or the browser keeps */
  async #network() {
    const { app, name } = { app: this.#app, name: this.name };
    try {
      return await app.site.inPage(name, (page) => page.shapes(name));
    } catch (error) {
      app.showError(error);
      return null;
    }
  }
}

/**
 * What a network of an earlier visit was.
 * @param {ModelEntry} entry
 * @returns {Plan}
 */
function planOf({ name, network, task, data }) {
  const [, units] = network.split("-").map(Number); // of an MLP
  return { name, settings: { kind: units ? "mlp" : "cnn", units }, data: { name: data ?? "", task } };
}
