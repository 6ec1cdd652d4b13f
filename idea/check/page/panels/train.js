// @ts-check
/** A network that is trained in the page. */

import { action, enable } from "../base/action.js";
import { el, setTexts } from "../base/dom.js";
import { number, percent, t } from "../base/language.js";
import { findTensorFlow, loadImages } from "../training/files.js";
import { Trainer } from "../training/trainer.js";
import { TrainCurves } from "./train_curves.js";
import { TrainSetup } from "./train_setup.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../training/kinds.js").Images} Images */
/** @typedef {import("../training/kinds.js").Report} Report */

/**
 * @param {HTMLElement} root
 * @param {App} app
 */
export function mountTrain(root, app) {
  root.append(new Train(app).root);
}

class Train {
  #app;
  #setup = new TrainSetup();
  #curves = new TrainCurves();
  #trainer = new Trainer((report) => this.#take(report));
  /** @type {Promise<string> | null} the address of TensorFlow.js */
  #library = null;
  /** @type {Images | null} */
  #images = null;
  #status = el("p", { class: "train-status", role: "status", text: "train.checking" });
  #backend = el("p", { class: "hint", hidden: true });
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
    const hint = el("p", { class: "hint", text: "train.hint" });
    const buttons = el("div", { class: "row tight" }, this.#start, this.#pause, this.#stop);
    const parts = [hint, this.#setup.root, buttons, this.#status, this.#backend, this.#curves.root];
    this.root = el("div", { class: "stack" }, ...parts);
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
    this.#library = findTensorFlow(this.#app.site.trainFiles, () => this.#say("train.fetching"));
    try {
      await this.#library;
      this.#say("train.ready");
    } catch (error) {
      this.#library = null;
      this.#sayError(error);
    }
    this.#show();
  }

  async #begin() {
    this.#isLoading = true;
    this.#show();
    try {
      if (!this.#library) await this.#find();
      const library = await this.#library;
      this.#images ??= await loadImages(this.#app.site.trainFiles, (share) => {
        if (share === null) this.#say("train.fetching.images");
        else this.#say("train.loading", { percent: t("percent", { n: number(100 * share) }) });
      });
      if (library) this.#train(this.#images, library);
    } catch (error) {
      this.#sayError(error);
    }
    this.#isLoading = false;
    this.#show();
  }

  /**
   * @param {Images} images
   * @param {string} library
   */
  #train(images, library) {
    this.#curves.clear();
    this.#say("train.starting");
    this.#trainer.start(images, this.#setup.settings, library);
  }

  #togglePause() {
    this.#isAway = false;
    if (this.#trainer.state === "paused") this.#trainer.resume();
    else this.#trainer.pause();
    this.#say(this.#trainer.state === "paused" ? "train.paused" : "train.resumed");
    this.#show();
  }

  #followVisibility() {
    if (document.hidden && this.#trainer.state === "running") {
      this.#isAway = true;
      this.#trainer.pause();
      this.#say("train.hidden");
    } else if (!document.hidden && this.#isAway) {
      this.#isAway = false;
      this.#trainer.resume();
    }
    this.#show();
  }

  /** @param {Report} report */
  #take(report) {
    if (report.kind === "backend") this.#sayBackend(report);
    else if (report.kind === "progress") {
      const { step, steps } = report.progress;
      this.#curves.add(report.progress);
      if (this.#trainer.state === "running") this.#say("train.step", { step: number(step), steps: number(steps) });
    } else if (report.kind === "ended") {
      const { test, seconds, tensors } = report.ended;
      this.root.dataset.tensors = String(tensors);
      const accuracy = t("percent", { n: number(100 * test.accuracy, 1) });
      this.#say("train.ended", { accuracy, seconds: number(seconds, 1) });
    } else if (report.kind === "failure") this.#say(report.key, { text: report.text });
    this.#show();
  }

  /** @param {{name: string, device: string}} backend */
  #sayBackend({ name, device }) {
    this.#backend.hidden = false;
    setTexts(this.#backend, { text: `train.backend.${name}`, params: { device } });
  }

  /**
   * @param {string} text key
   * @param {Record<string, string>} [params]
   */
  #say(text, params = {}) {
    setTexts(this.#status, { text, params });
  }

  /** @param {unknown} error */
  #sayError(error) {
    if (!(error instanceof UserError)) throw error;
    setTexts(this.#status, { text: error.key, params: error.params });
    if (error.isUnreachable) this.#app.showError(error);
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
