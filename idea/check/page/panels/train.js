// @ts-check
/** A network that is trained in the page. */

import { action, enable } from "../base/action.js";
import { el, setTexts } from "../base/dom.js";
import { number, t } from "../base/language.js";
import { DIGITS } from "../base/task.js";
import { Confusion } from "./confusion.js";
import { Forming } from "./forming.js";
import { findTensorFlow, loadImages } from "../training/files.js";
import { Trainer } from "../training/trainer.js";
import { TrainCurves } from "./train_curves.js";
import { TrainInside } from "./train_inside.js";
import { TrainSetup } from "./train_setup.js";
import { TrainStatus } from "./train_status.js";
import { Trained, nameOf, networkOf } from "./trained.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../training/kinds.js").Images} Images */
/** @typedef {import("../training/kinds.js").Report} Report */
/**
 * @typedef {object} Run
 * @property {import("../training/kinds.js").Settings} settings
 * @property {string} name of the network
 * @property {import("../kernel/kernel.js").NetworkParts | null} network with its last good weights,
 *   null before it has learned
 */

/**
 * @param {HTMLElement} root
 * @param {App} app
 */
export function mountTrain(root, app) {
  const train = new Train(app);
  root.append(train.root);
  return { shown: () => train.forming.shown(), hidden: () => train.forming.hidden() };
}

class Train {
  #app;
  #setup = new TrainSetup();
  #curves = new TrainCurves();
  #confusion = new Confusion((image) => this.#draw(image));
  #trainer = new Trainer((report) => this.#take(report));
  #trained;
  #inside;
  forming;
  /** @type {Run | null} the present training, or the last one */
  #run = null;
  /** @type {Promise<string> | null} the address of TensorFlow.js */
  #library = null;
  /** @type {Images | null} */
  #images = null;
  #status;
  #start = action("train.start", "play", () => this.#begin(), "primary");
  #pause = action("train.pause", "pause", () => this.#togglePause());
  #stop = action("train.stop", "stop", () => this.#trainer.stop());
  #isLoading = false;
  /** Whether it is paused because nobody sees the page. */
  #isAway = false;
  root;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#status = new TrainStatus(app);
    this.#trained = new Trained(app);
    this.forming = new Forming(app, DIGITS);
    this.#inside = new TrainInside(app);
    const hint = el("p", { class: "hint", text: "train.hint" });
    const buttons = el("div", { class: "row tight" }, this.#start, this.#pause, this.#stop);
    const parts = [hint, this.#setup.root, buttons, this.#status.root, this.#trained.root, this.forming.root];
    this.root = el("div", { class: "stack train" }, ...parts, this.#inside.root, this.#curves.root, this.#confusion.root);
    this.#curves.clear();
    this.#show();
    this.#find();
    // Another tab needs no computing power; and phones stop pages in the background anyway.
    document.addEventListener("visibilitychange", () => this.#followVisibility());
    app.on("recovered", () => {
      if (!this.#library) this.#find();
    });
  }

  /** Look whether TensorFlow.js is there, or have the server fetch it. */
  async #find() {
    this.#library = findTensorFlow(this.#app.site.trainFiles, () => this.#status.say("train.fetching"));
    try {
      await this.#library;
      this.#status.say("train.ready");
    } catch (error) {
      this.#library = null;
      this.#status.sayError(error);
    }
    this.#show();
  }

  async #begin() {
    this.#isLoading = true;
    this.#show();
    if (!this.#library) await this.#find();
    const library = await this.#library;
    if (library) await this.#load(library);
    this.#isLoading = false;
    this.#show();
  }

  /** @param {string} library */
  async #load(library) {
    try {
      this.#images ??= await loadImages(this.#app.site.trainFiles, (share) => {
        if (share === null) this.#status.say("train.fetching.images");
        else this.#status.say("train.loading", { percent: t("percent", { n: number(100 * share) }) });
      });
      this.#train(this.#images, library);
    } catch (error) {
      this.#status.sayError(error);
    }
  }

  /**
   * @param {Images} images
   * @param {string} library
   */
  #train(images, library) {
    const { settings } = this.#setup;
    this.#run = { settings, name: nameOf(this.#app.site, settings), network: null };
    this.#curves.clear();
    this.#confusion.clear();
    this.#trained.clear();
    this.forming.begin(this.#run.name, settings.seed);
    this.#status.say("train.starting");
    this.#trainer.start(images, settings, library);
  }

  #togglePause() {
    this.#isAway = false;
    if (this.#trainer.state === "paused") this.#trainer.resume();
    else this.#trainer.pause();
    this.#status.say(this.#trainer.state === "paused" ? "train.paused" : "train.resumed");
    this.#show();
  }

  #followVisibility() {
    if (document.hidden && this.#trainer.state === "running") {
      this.#isAway = true;
      this.#trainer.pause();
      this.#status.say("train.hidden");
    } else if (!document.hidden && this.#isAway) {
      this.#isAway = false;
      this.#trainer.resume();
      this.#status.say("train.resumed");
    }
    this.#show();
  }

  /** @param {Report} report */
  #take(report) {
    if (report.kind === "backend") this.#status.sayBackend(report);
    else if (report.kind === "progress") this.#advance(report.progress);
    else if (report.kind === "weights") this.#look(report.step, report.weights);
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
    const network = networkOf(run.settings, DIGITS, weights);
    if (step > 0) run.network = network;
    this.forming.take(step, network);
    this.#inside.take(network, /** @type {Images} */ (this.#images));
  }

  /** @param {import("../training/kinds.js").Ended} ended */
  #finish({ test, answers, seconds, tensors }) {
    this.root.dataset.tensors = String(tensors);
    const accuracy = t("percent", { n: number(100 * test.accuracy, 1) });
    this.#status.say("train.ended", { accuracy, seconds: number(seconds, 1) });
    this.#confusion.show(/** @type {Images} */ (this.#images), answers);
    this.#keep({ accuracy: test.accuracy, count: answers.length });
  }

  /**
   * @param {string} key
   * @param {string} text
   */
  #fail(key, text) {
    this.#status.say(key, { text });
    this.#keep(null);
  }

  /**
   * Keep the last good weights.
   * @param {{accuracy: number, count: number} | null} test
   */
  #keep(test) {
    const { settings, name, network } = /** @type {Run} */ (this.#run);
    this.forming.end();
    this.#status.rest();
    if (network) this.#trained.keep(name, settings, DIGITS, network, test);
  }

  /**
   * Put an image onto the canvas, before the network that was trained.
   * @param {Float32Array} image
   */
  #draw(image) {
    if (this.#trained.id) this.#app.choose(this.#trained.id);
    this.#app.drawing.place(image);
    this.#app.showCanvas();
  }

  #show() {
    const { state } = this.#trainer;
    const isIdle = state === "idle" && !this.#isLoading;
    this.#setup.enable(isIdle);
    enable(this.#start, isIdle);
    enable(this.#pause, state !== "idle");
    setTexts(this.#pause, { text: state === "paused" ? "train.resume" : "train.pause" });
    enable(this.#stop, state !== "idle");
  }
}
