// @ts-check
/** The fewest flips that make the network predict another class. */

import { action } from "../base/action.js";
import { choiceValue, classValue, doneValue } from "../base/address_values.js";
import { isEqual } from "../base/arrays.js";
import { classParams } from "./article.js";
import { binaryOf } from "../base/binary.js";
import { Choice } from "../base/choice.js";
import { ClassChoice } from "./class_choice.js";
import { CommandLine, DRAWING } from "../shell/command_line.js";
import { attackCommand, searchCommand } from "../shell/commands.js";
import { el, icon, setTexts } from "../base/dom.js";
import { FoolResult } from "./fool_result.js";
import { toFool } from "./handover.js";
import { imageCanvas, paint } from "../base/images.js";
import { onLanguage, percent, t } from "../base/language.js";
import { Latest, pause } from "../base/latest.js";
import { DIGITS, fileName } from "../base/task.js";
import { WIDTH } from "../numbers/jobs.js";
import { runnerUp } from "../numbers/softmax.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").Site} Site */
/** @typedef {import("../site/site.js").Answer} Answer */

const DEBOUNCE_MS = 120;
const NOTHING = { target: null, run: false };

/**
 * @param {HTMLElement} root
 * @param {App} app
 */
export function mountFool(root, app) {
  const { site } = app;
  const fool = new Fool(app, site);
  root.append(fool.root);
  return { shown: () => fool.shown(), hidden: () => fool.hidden() };
}

class Fool {
  #app;
  #site;
  #latest = new Latest();
  #visible = false;
  /** @type {Float32Array<ArrayBuffer> | null} binary */
  #image = null;
  /** @type {Answer | null} */
  #answer = null;
  #source = new Choice("fool.from", [
    { value: "drawing", text: "fool.drawing" }, { value: "idea", text: "fool.idea" },
  ], () => this.#load());
  #idea;
  #target;
  #shown = imageCanvas(null, DIGITS, "fool.image");
  #prediction = el("p");
  #empty = el("p", { class: "notice", text: "fool.empty" });
  #start = action("fool.start", "arrow", () => this.#toggle(), "primary");
  #working = el("p", { class: "hint", role: "status" });
  #isBusy = false;
  /** @type {{target: number | null, run: boolean}} what is wanted, until there is an image */
  #wanted = NOTHING;
  /** Of the present network. */
  #classes;
  #retry = action("panels.retry", "reset", () => this.#load());
  #choose;
  #result;
  #command;
  root;

  /**
   * @param {App} app
   * @param {Site} site
   */
  constructor(app, site) {
    this.#app = app;
    this.#site = site;
    this.#classes = app.task.classes;
    this.#result = new FoolResult(app);
    this.#idea = new ClassChoice(app, "fool.idea.digit", 4, () => this.#load());
    this.#target = new ClassChoice(app, "fool.target", 0, () => this.#retarget());
    this.#retry.hidden = true;
    this.#choose = el("div", { class: "fool-choose" }, this.#shown, this.#prediction);
    const start = el("div", { class: "row tight" }, this.#start, this.#working);
    this.#choose.append(this.#target.root, start);
    const sources = el("div", { class: "stack tight" }, this.#source.root, this.#idea.root);
    const hint = el("p", { class: "hint", text: "fool.hint" });
    this.root = el("div", { class: "stack" }, hint, sources, this.#empty, this.#retry);
    this.#command = new CommandLine(app);
    this.root.append(this.#choose, this.#result.root, this.#command.root);
    app.on("model", () => this.#followModel());
    app.on("recovered", () => {
      if (!this.#retry.hidden) this.#load();
    });
    app.on("drawing", () => this.#update());
    onLanguage(() => this.#show());
    toFool.onReceive(app.task, ({ target }) => this.#receive(target));
    this.#nameInAddress();
    this.#show();
  }

  #followModel() {
    const { classes } = this.#app.task;
    if (!isEqual(classes, this.#classes)) this.#wanted = NOTHING; // its class was another network's
    this.#classes = classes;
    this.#answer = null;
    this.#load();
  }

  /** @param {number} target the class to turn the drawing into, at once */
  #receive(target) {
    this.#wanted = { target, run: true };
    this.#source.value = "drawing";
    this.#load();
  }

  #nameInAddress() {
    const [idea, target, result] = [this.#idea, this.#target, this.#result];
    const values = {
      from: choiceValue(this.#source, () => this.#load()),
      idea: classValue(this.#app, () => (this.#source.value === "idea" ? idea.index : null), (index) => {
        idea.index = index;
        this.#load();
      }),
      class: classValue(this.#app, () => this.#wanted.target ?? (this.#answer && target.index), (index) => {
        this.#wanted = { ...this.#wanted, target: index };
        if (this.#image) this.#take();
      }),
      run: doneValue(() => this.#wanted.run || this.#isBusy || result.target === target.index, () => {
        this.#wanted = { ...this.#wanted, run: true };
        if (this.#image) this.#take();
      }),
    };
    for (const [name, value] of Object.entries(values)) this.#app.address.declare("fool", name, value);
  }

  /** Do what is wanted, now that there is an image. */
  #take() {
    const { target, run } = this.#wanted;
    this.#wanted = NOTHING;
    if (!this.#answer) return;
    if (target !== null && target !== this.#answer.index) this.#target.index = target;
    this.#show();
    if (run) this.#fool();
  }

  shown() {
    this.#visible = true;
    this.#result.player.resume();
    this.#update();
    if (!this.#image) this.#load();
  }

  hidden() {
    this.#visible = false;
    this.#result.player.suspend();
  }

  /** Load the drawing, unless it is the image that was just copied to the canvas from here. */
  #update() {
    if (this.#source.value !== "drawing" || !this.#visible) return;
    const { drawn, prepared } = this.#app.drawing.images();
    const same = prepared && this.#image && isEqual(binaryOf(prepared), this.#image);
    if (!same && !this.#result.shows(drawn)) this.#load();
  }

  async #load() {
    const signal = this.#latest.begin();
    this.#image = null;
    this.#isBusy = false;
    this.#retry.hidden = true;
    this.#result.clear();
    this.#show();
    if (!this.#visible) return;
    try {
      await pause(DEBOUNCE_MS, signal);
      await this.#classify(signal);
      this.#take();
    } catch (error) {
      if (signal.aborted) return;
      this.#answer = null;
      this.#retry.hidden = false;
      this.#app.showError(error);
    }
    this.#show();
  }

  /** @param {AbortSignal} signal */
  async #classify(signal) {
    const { id } = this.#app.model;
    const image = await this.#imageOf(id, signal);
    const [answer] = image ? await this.#site.classify(id, [image]) : [null];
    signal.throwIfAborted();
    this.#image = image;
    this.#answer = answer;
    if (answer) this.#target.index = runnerUp(answer.logits, answer.index);
  }

  /**
   * @param {string} model
   * @param {AbortSignal} signal
   */
  async #imageOf(model, signal) {
    if (this.#source.value === "drawing") {
      const { prepared } = this.#app.drawing.images();
      return prepared && binaryOf(prepared);
    }
    return binaryOf((await this.#site.ideal(model, this.#idea.index, { signal })).image);
  }

  #toggle() {
    if (this.#isBusy) this.#halt();
    else this.#fool();
  }

  #retarget() {
    if (!this.#image) this.#wanted = { ...this.#wanted, target: this.#target.index };
    this.#show();
  }

  async #fool() {
    const [image, target] = [this.#image, this.#target.index];
    if (!image) {
      this.#wanted = { ...this.#wanted, run: true }; // it is being loaded
      return;
    }
    const signal = this.#latest.begin();
    this.#result.clear();
    this.#isBusy = true;
    this.#show();
    try {
      const fooling = await this.#site.fool(this.#app.model.id, image, target, signal);
      signal.throwIfAborted();
      this.#result.show(image, target, fooling, this.#source.value === "drawing");
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error);
    } finally {
      if (!signal.aborted) this.#halt();
    }
  }

  #halt() {
    this.#latest.stop();
    this.#isBusy = false;
    this.#show();
  }

  #show() {
    const answer = this.#answer;
    const fromDrawing = this.#source.value === "drawing";
    this.#idea.root.hidden = fromDrawing;
    this.#empty.hidden = !fromDrawing || Boolean(this.#app.drawing.images().prepared);
    this.#choose.hidden = this.#command.root.hidden = !answer || !this.#empty.hidden;
    if (!answer) return;
    this.#command.show(this.#commands(), this.#app.model);
    if (this.#image) paint(this.#shown, this.#image, this.#app.task);
    this.#target.disable(answer.index);
    const { index, probability } = answer;
    const params = { ...classParams(this.#app.task, index), share: percent(probability) };
    setTexts(this.#prediction, { text: "fool.prediction", params });
    setTexts(this.#start, { text: this.#isBusy ? "fool.stop" : "fool.start" });
    this.#start.firstElementChild?.replaceWith(icon(this.#isBusy ? "stop" : "arrow"));
    this.#working.textContent = this.#isBusy ? t("fool.working") : "";
  }

  #commands() {
    const [{ model, task }, target] = [this.#app, this.#target.index];
    const attack = (/** @type {string} */ image) => attackCommand(model, { image, target, beam: WIDTH });
    if (this.#source.value === "drawing") return [attack(DRAWING)];
    const { index } = this.#idea;
    const search = searchCommand(model, { target: index, method: "greedy", seed: 0 });
    return [search, attack(`ideas/idea_${fileName(task, index)}.vf`)];
  }
}
