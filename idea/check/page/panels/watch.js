// @ts-check
/** A search in progress, from noise to the network's idea of a class. */

import { action, enable } from "../base/action.js";
import { doneValue } from "../base/address_values.js";
import { classParams } from "./article.js";
import { Bars } from "../shell/bars.js";
import { CommandLine } from "../shell/command_line.js";
import { Curve } from "./curve.js";
import { el, setTexts } from "../base/dom.js";
import { FrameAnswers } from "./frame_answers.js";
import { toWatch } from "./handover.js";
import { imageCanvas, paint } from "../base/images.js";
import { number, onLanguage, percent, t } from "../base/language.js";
import { Latest } from "../base/latest.js";
import { bringIntoView, prefersReducedMotion } from "../base/motion.js";
import { noisePosition } from "./noise_slider.js";
import { searchAt } from "./objective.js";
import { Player } from "./player.js";
import { Readout } from "./readout.js";
import { Recording } from "./recording.js";
import { gifButtons, saveRow } from "./save.js";
import { pixelsOf } from "../base/task.js";
import { Transport } from "./transport.js";
import { WatchSetup } from "./watch_setup.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").Site} Site */
/** @typedef {import("../base/task.js").Task} Task */

/**
 * @param {HTMLElement} root
 * @param {App} app
 */
export function mountWatch(root, app) {
  const { site } = app;
  const watch = new Watch(app, site);
  root.append(watch.root);
  return { shown: () => watch.shown(), hidden: () => watch.hidden() };
}

class Watch {
  #app;
  #site;
  #latest = new Latest();
  #recording;
  #halted = false;
  /** The key of the settings that were searched with. */
  #searched = "";
  #player = new Player(() => this.#show());
  #image;
  #answers;
  #bars = new Bars();
  #step = new Readout("watch.step");
  #energy = new Readout("watch.energy");
  #stage = el("div", { class: "watch-stage" });
  #curve = new Curve({ x: "watch.steps", y: "watch.axis", label: "watch.curve" });
  #result = el("p", { class: "watch-result", role: "status", hidden: true });
  #start = action("watch.start", "play", () => this.#search(), "primary");
  #stop = action("watch.stop", "stop", () => this.#halt());
  #save;
  #setup;
  #command;
  #transport;
  root;

  /**
   * @param {App} app
   * @param {Site} site
   */
  constructor(app, site) {
    this.#app = app;
    this.#site = site;
    this.#command = new CommandLine(app);
    this.#setup = new WatchSetup(app, site.methods, (command) => this.#command.show([command], app.model));
    this.#recording = this.#nothing;
    this.#image = imageCanvas(randomGreys(app.task), app.task, "watch.image");
    const speeds = { slowest: 4, fastest: 120 };
    const stepOf = (/** @type {number} */ at) => this.#recording.points[at].x;
    this.#transport = new Transport(this.#player, speeds, () => this.#described(), stepOf);
    this.#answers = new FrameAnswers(app, () => this.#player.showSoon());
    this.#save = this.#saveRow();
    this.root = this.#layout();
    app.on("model", () => this.#clear());
    onLanguage(() => this.#show());
    toWatch.onReceive(app.task, ({ target, kind, run }) => {
      this.#setup.target.index = target;
      this.#setup.take(kind);
      this.#search({ options: kind.options, run });
    });
    app.address.declare("watch", "run", doneValue(() => this.#isSearched, () => this.#search()));
    this.#show();
  }

  /** Whether what is shown is the search of the settings. */
  get #isSearched() {
    const isShown = this.#recording.frames.length > 0 || this.#player.mayGrow;
    return isShown && this.#setup.key === this.#searched;
  }

  /** What there is before a search. */
  get #nothing() {
    return new Recording(this.#app.task, this.#setup.target.index);
  }

  shown() {
    this.#player.resume();
  }

  hidden() {
    this.#player.suspend();
  }

  #layout() {
    const begin = el("div", { class: "row tight" }, this.#start, this.#stop);
    const readouts = el("div", { class: "readouts" }, this.#step.root, this.#energy.root);
    const right = el("div", { class: "stack watch-right" }, readouts, this.#curve.root);
    const marks = el("p", { class: "hint", text: "curve.marks" });
    right.append(this.#transport.place, this.#transport.root, marks, this.#result);
    const left = el("div", { class: "stack race" }, this.#image, this.#bars.root);
    this.#stage.append(left, right);
    const hint = el("p", { class: "hint", text: "watch.hint" });
    const below = [this.#stage, this.#save, this.#command.root];
    return el("div", { class: "stack" }, hint, this.#setup.root, begin, ...below);
  }

  /** @param {{options?: Record<string, number>, run?: number}} [more] of a search that is known */
  async #search(more = {}) {
    this.#clear();
    const signal = this.#latest.begin();
    const request = this.#setup.request();
    this.#searched = this.#setup.key;
    const recording = new Recording(this.#app.task, request.target);
    this.#recording = recording;
    this.#answers.begin((at) => recording.imageAt(at).image);
    this.#player.begin();
    if (prefersReducedMotion()) this.#player.pause();
    bringIntoView(this.#stage);
    try {
      const { objective } = await searchAt(this.#site, this.#app.model, noisePosition(), signal);
      recording.maximised = !objective ? "logit" : objective.prior_weight ? "prior" : "smooth";
      const ideal = await this.#site.search({ ...request, ...more, objective }, (frame) => {
        recording.add(frame);
        this.#player.grow(recording.frames.length);
        this.#answers.grow(recording.frames.length);
      }, signal);
      signal.throwIfAborted();
      recording.finish(ideal, request.every);
      this.#finish();
    } catch (error) {
      if (signal.aborted) return;
      this.#fail(error);
    }
  }

  #finish() {
    const { length } = this.#recording.frames;
    this.#player.grow(length);
    this.#answers.grow(length);
    this.#player.close();
    if (prefersReducedMotion()) this.#player.seek(length - 1);
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#halted = true;
    this.#player.close();
    this.#app.showError(error);
  }

  /** Stop the search, or what is still shown of it after its end. */
  #halt() {
    if (this.#player.mayGrow) {
      this.#latest.stop();
      this.#halted = true;
      this.#player.close();
    }
    this.#player.pause();
  }

  #clear() {
    this.#latest.stop();
    this.#recording = this.#nothing;
    this.#halted = false;
    this.#answers.clear();
    paint(this.#image, randomGreys(this.#app.task), this.#app.task);
    this.#player.clear();
  }

  #show() {
    const { at, length, mayGrow, playing } = this.#player;
    const { frames, points, task, target } = this.#recording;
    const frame = frames[at];
    if (frame) paint(this.#image, frame.image, task);
    setTexts(this.#image, { params: classParams(task, target) });
    this.#step.show(frame ? number(frame.step) : "–");
    this.#energy.rename(frame ? `watch.energy.${this.#recording.maximised}` : "watch.energy");
    this.#energy.show(frame ? number(frame.energy, 1) : "–");
    const marks = this.#answers.switches.map((to) => ({ at: to.at, label: task.classes[to.index] }));
    this.#curve.show(points, at, marks);
    this.#bars.show(frame ? this.#answers.at(at) : null, task, "probability");
    this.#transport.show();
    enable(this.#stop, mayGrow || playing);
    this.#save.hidden = mayGrow || length === 0;
    this.#showResult(at === length - 1);
  }

  /** @param {boolean} isLast */
  #showResult(isLast) {
    const { task, target, ideal } = this.#recording;
    this.#result.hidden = !(ideal && isLast) && !this.#halted;
    if (this.#halted) setTexts(this.#result, { text: "watch.halted" });
    if (!ideal || !isLast) return;
    const optimum = ideal.locally_optimal ? "watch.optimum" : "watch.found";
    const found = ideal.flat ? "watch.flat" : optimum;
    const text = ideal.finished ? found : "watch.unfinished";
    const probability = percent(ideal.probabilities[target]);
    const params = { ...classParams(task, target), energy: number(ideal.energy, 1), probability };
    setTexts(this.#result, { text, params });
  }

  #described() {
    const { step, energy } = this.#recording.frames[this.#player.at];
    return t("watch.frame", { step: number(step), energy: number(energy, 1) });
  }

  #saveRow() {
    const gif = gifButtons(this.#app, () => {
      const images = this.#recording.frames.map(({ image }) => image);
      return { images, fps: this.#player.rate, name: this.#recording.name };
    });
    return saveRow(this.#app, () => this.#recording.imageAt(this.#player.at), gif);
  }
}

/**
 * Return random greys, such as a search begins with.
 * @param {Task} task
 */
function randomGreys(task) {
  return Float32Array.from({ length: pixelsOf(task) }, () => Math.random());
}
