// @ts-check
/** A network that is trained in the page. */

import { action, enable } from "../base/action.js";
import { el, setTexts } from "../base/dom.js";
import { number, t } from "../base/language.js";
import { Confusion } from "./confusion.js";
import { Forming } from "./forming.js";
import { sizeOf } from "../base/task.js";
import { findTensorFlow } from "../training/files.js";
import { Robustness } from "../training/robustness.js";
import { Trainer } from "../training/trainer.js";
import { TrainData } from "./train_data.js";
import { TrainCurves } from "./train_curves.js";
import { TrainInside } from "./train_inside.js";
import { TrainSeen } from "./train_seen.js";
import { TrainSetup } from "./train_setup.js";
import { TrainStatus } from "./train_status.js";
import { Trained, networkOf } from "./trained.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../training/kinds.js").Images} Images */
/** @typedef {import("../training/kinds.js").Report} Report */
/** @typedef {import("../training/kinds.js").Settings} Settings */
/**
 * @typedef {object} Run
 * @property {Settings} settings
 * @property {string} name of the network, which is final once it is kept
 * @property {import("./train_data.js").Data} data
 * @property {Images} images
 * @property {string} library the address of TensorFlow.js
 * @property {import("../kernel/kernel.js").NetworkParts | null} network with its last good weights,
 *   null before it has learned
 */

const RADIUS = 0.1; // of adversarial examples, where none is chosen

/**
 * @param {HTMLElement} root
 * @param {App} app
 */
export function mountTrain(root, app) {
  const train = new Train(app);
  root.append(train.root);
  return { shown: () => train.shown(), hidden: () => train.hidden() };
}

class Train {
  #app;
  #setup = new TrainSetup();
  #curves = new TrainCurves();
  #confusion = new Confusion((image) => this.#draw(image));
  #trainer = new Trainer((report) => this.#take(report));
  #trained;
  #inside;
  #forming;
  #data;
  #robustness = new Robustness();
  /** @type {Run[]} trainings that follow the present one */
  #queue = [];
  /** @type {Run | null} the present training, or the last one */
  #run = null;
  /** @type {Promise<string | null> | null} the address of TensorFlow.js, once it is looked for */
  #library = null;
  #status;
  #start = action("train.start", "play", () => this.#begin([this.#setup.settings]), "primary");
  #both = action("train.both", "play", () => this.#begin(bothOf(this.#setup.settings)));
  #pause = action("train.pause", "pause", () => this.#togglePause());
  #stop = action("train.stop", "stop", () => {
    this.#queue = [];
    this.#trainer.stop();
    this.#onStop();
    this.#show();
  });
  #onStop = () => {};
  #isBusy = false; // from the click until the last network is kept
  #seen = new TrainSeen(this.#trainer, (text) => {
    this.#status.say(text);
    this.#show();
  });
  root;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#status = new TrainStatus(app);
    this.#trained = new Trained(app);
    this.#data = new TrainData(app);
    setTexts(this.#both, { title: "train.both.title", params: { radius: String(RADIUS) } });
    this.#forming = new Forming(app, this.#data.chosen.task, () => this.#trainer.catchUp());
    this.#inside = new TrainInside(app);
    const hint = el("p", { class: "hint", text: "train.hint" });
    const buttons = el("div", { class: "row tight" }, this.#start, this.#both, this.#pause, this.#stop);
    const about = [hint, this.#data.root, this.#setup.root, buttons, this.#status.root];
    const seen = [this.#forming.root, this.#trained.root, this.#inside.root, this.#curves.root, this.#confusion.root];
    this.root = el("div", { class: "stack train" }, ...about, ...seen);
    this.#curves.clear();
    this.#show();
    this.#find();
    app.on("recovered", () => this.#find());
  }

  /**
   * Look whether TensorFlow.js is there, or have the server fetch it, unless that is under way or done.
   * @returns {Promise<string | null>} its address; null where it isn't there
   */
  #find() {
    this.#library ??= this.#search();
    return this.#library;
  }

  async #search() {
    try {
      const library = await findTensorFlow(this.#app.site.trainFiles, () => this.#status.say("train.fetching"));
      this.#status.sayReady();
      return library;
    } catch (error) {
      this.#library = null; // it may be there later
      this.#status.sayError(error);
      return null;
    } finally {
      this.#show();
    }
  }

  shown() {
    this.#forming.shown();
    this.#seen.show(true);
  }

  hidden() {
    this.#forming.hidden();
    this.#seen.show(false);
  }

  /** @param {Settings[]} all of networks that are trained one after the other */
  async #begin(all) {
    const data = this.#data.chosen; // a network of other images may be chosen meanwhile
    this.#isBusy = true;
    this.#show();
    const library = await this.#find();
    this.#isBusy = library !== null && (await this.#load(library, data, all));
    this.#show();
  }

  /**
   * @param {string} library
   * @param {Run["data"]} data
   * @param {Settings[]} all
   * @returns {Promise<boolean>} whether it trains
   */
  async #load(library, data, all) {
    try {
      const images = await this.#data.load(data, (share) => {
        if (share === null) this.#status.say("train.fetching.images");
        else this.#status.say("train.loading", { percent: t("percent", { n: number(100 * share) }) });
      });
      const names = await Promise.all(all.map((settings) => this.#trained.newName(settings)));
      const runs = all.map((settings, place) => ({ settings, name: names[place], data, images, library, network: null }));
      this.#trained.begin(runs);
      const [first, ...others] = runs;
      this.#queue = others;
      this.#train(first, others.length > 0);
      return true;
    } catch (error) {
      this.#status.sayError(error);
      return false;
    }
  }

  /**
   * @param {Run} run
   * @param {boolean} isFirst of several
   */
  #train(run, isFirst) {
    const { settings, name, images, library } = run;
    this.#run = run;
    this.#curves.clear();
    this.#confusion.clear();
    this.#trained.start(name);
    this.#forming.begin(run, isFirst);
    this.#status.say("train.starting");
    this.#trainer.start(images, settings, library);
    this.#seen.look();
  }

  #togglePause() {
    this.#seen.leave();
    if (this.#trainer.state === "paused") this.#trainer.resume();
    else this.#trainer.pause();
    this.#status.say(this.#trainer.state === "paused" ? "train.paused" : "train.resumed");
    this.#show();
  }

  /** @param {Report} report */
  #take(report) {
    if (report.kind === "backend") this.#status.sayBackend(report);
    else if (report.kind === "progress") this.#advance(report.progress);
    else if (report.kind === "weights") this.#look(report.step, report.weights);
    else if (report.kind === "scoring") this.#status.sayScoring(report.isTest);
    else if (report.kind === "ended") this.#finish(report.ended);
    else this.#fail(report.key, report.text);
    this.#show();
  }

  /** @param {import("../training/kinds.js").Progress} progress */
  #advance(progress) {
    if (progress.step > 0 && this.#curves.isEmpty) this.#status.say("train.resumed");
    this.#curves.add(progress);
    this.#status.advance(progress.step, progress.steps);
  }

  /**
   * @param {number} step
   * @param {Float32Array} weights
   */
  #look(step, weights) {
    const run = /** @type {Run} */ (this.#run);
    const network = networkOf(run.settings, run.data.task, weights);
    if (step > 0) run.network = network;
    this.#forming.take(step, network);
    this.#inside.take(network, run.images);
  }

  /** @param {import("../training/kinds.js").Ended} ended */
  async #finish({ step, test, answers, seconds, tensors }) {
    const run = /** @type {Run} */ (this.#run);
    this.root.dataset.tensors = String(tensors);
    this.#confusion.show(run.images, answers);
    await this.#keep({ accuracy: test.accuracy, count: answers.length }); // perhaps under another name
    const accuracy = t("percent", { n: number(100 * test.accuracy, 1) });
    const result = { name: run.name, accuracy, seconds: number(seconds, 1) };
    this.#status.say("train.ended", result);
    this.#forming.tell(run, { step, accuracy: test.accuracy, flips: null });
    if (run.network) this.#tryFlips(run, run.network, { step, accuracy: test.accuracy });
    if (this.#queue.length) {
      this.#status.say("train.between", { name: run.name });
      await Promise.race([this.#forming.settled(), this.#stopped()]);
      this.#status.say("train.ended", result);
    }
    const next = this.#queue.shift();
    if (next) this.#train(next, false);
    else this.#end();
  }

  /** @returns {Promise<void>} resolved when it is stopped between two trainings */
  #stopped() {
    return new Promise((resolve) => {
      this.#onStop = resolve;
    });
  }

  /** All is trained and kept. */
  #end() {
    this.#trained.end();
    this.#isBusy = false;
    this.#show();
  }

  /**
   * How few flips fool a network, which takes seconds.
   * @param {Run} run
   * @param {NonNullable<Run["network"]>} network
   * @param {{step: number, accuracy: number}} result
   */
  async #tryFlips(run, network, result) {
    try {
      this.#forming.tell(run, { ...result, flips: await this.#robustness.flips(network, run.images) });
    } catch (error) {
      this.#app.showError(error);
    }
  }

  /**
   * @param {string} key
   * @param {string} text
   */
  #fail(key, text) {
    this.#queue = [];
    this.#status.say(key, { text });
    this.#keep(null).then(() => this.#end());
  }

  /**
   * Keep the last good weights.
   * @param {{accuracy: number, count: number} | null} test
   */
  async #keep(test) {
    const run = /** @type {Run} */ (this.#run);
    this.#forming.end();
    this.#status.rest();
    try {
      if (run.network) run.name = await this.#trained.keep(run, run.network, test);
    } catch (error) {
      this.#app.showError(error);
    }
  }

  /**
   * Put an image onto the canvas, before the network that was trained.
   * @param {Float32Array} image
   */
  #draw(image) {
    const { name, data } = /** @type {Run} */ (this.#run);
    const id = this.#trained.idOf(name);
    if (id) this.#app.choose(id);
    else if (sizeOf(data.task) !== sizeOf(this.#app.task)) return; // it isn't kept yet, or forgotten
    this.#app.drawing.place(image);
    this.#app.showCanvas();
  }

  #show() {
    const { state } = this.#trainer;
    this.#setup.enable(!this.#isBusy);
    enable(this.#start, !this.#isBusy);
    enable(this.#both, !this.#isBusy);
    enable(this.#pause, state !== "idle");
    setTexts(this.#pause, { text: state === "paused" ? "train.resume" : "train.pause" });
    enable(this.#stop, state !== "idle" || this.#queue.length > 0);
  }
}

/**
 * The same training without and with adversarial examples.
 * @param {Settings} settings
 * @returns {Settings[]}
 */
function bothOf(settings) {
  return [{ ...settings, radius: 0 }, { ...settings, radius: settings.radius || RADIUS }];
}
