// @ts-check
/** How many real images each network still reads as they are shaken more and more. */

import { action } from "../base/action.js";
import { doneValue } from "../base/address_values.js";
import { binaryOf } from "../base/binary.js";
import { el, icon, setTexts } from "../base/dom.js";
import { shaken, shareRight, STEPS, strengthOf } from "../games/shaking.js";
import { Latest, pause } from "../base/latest.js";
import { LinesChart } from "./lines_chart.js";
import { isSame } from "../base/task.js";
import { ThinProgress } from "./thin_progress.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../games/shaking.js").Shaking} Shaking */
/** @typedef {import("../numbers/trial.js").Examples} Examples */
/** @typedef {import("./lines_chart.js").Series} Series */

const MOST = 200; // images

export class ShakeCurves {
  #app;
  #source;
  #latest = new Latest();
  #isBusy = false;
  /** What was measured, of which shaking. */
  #measured = "";
  /** @type {Shaking} */
  #shaking = "noise";
  #start = action("play.curves.start", "play", () => (this.#isBusy ? this.#halt() : this.#measure()));
  #progress = new ThinProgress("play.curves.working");
  #chart = new LinesChart({ y: "play.curves.right", label: "play.curves.label" });
  #about = el("p", { class: "hint" });
  #result = el("div", { class: "stack tight", hidden: true }, this.#chart.root, this.#about);
  root = el("section", { class: "stack tight play-curves" }, el("h3", { text: "play.curves" }));

  /**
   * @param {App} app
   * @param {import("./play_source.js").PlaySource} source
   * @param {() => boolean} isShown
   */
  constructor(app, source, isShown) {
    this.#app = app;
    this.#source = source;
    const hint = el("p", { class: "hint", text: "play.curves.hint" });
    this.root.append(hint, el("div", { class: "row tight" }, this.#start), this.#progress.root, this.#result);
    const done = doneValue(() => this.#isBusy || this.#measured === this.#wanted, () => this.#measure());
    app.address.declare("play", "curves", { ...done, read: () => (isShown() ? done.read() : null) });
    app.on("model", () => this.#reset());
  }

  /** @param {Shaking} shaking */
  follow(shaking) {
    if (shaking === this.#shaking) return;
    this.#shaking = shaking;
    this.#reset();
  }

  hidden() {
    if (this.#isBusy) this.#halt();
  }

  /** The networks that are compared, and how. */
  get #wanted() {
    return JSON.stringify([this.#shaking, this.#networks.map(({ id }) => id)]);
  }

  get #networks() {
    const { site, task } = this.#app;
    return site.models.filter((entry) => isSame(entry.task, task));
  }

  #reset() {
    if (this.#measured === this.#wanted) return;
    this.#halt();
    this.#measured = "";
    this.#result.hidden = true;
  }

  #halt() {
    this.#latest.stop();
    this.#isBusy = false;
    this.#progress.hide();
    this.#showButton();
  }

  #showButton() {
    setTexts(this.#start, { text: this.#isBusy ? "play.curves.stop" : "play.curves.start" });
    this.#start.firstElementChild?.replaceWith(icon(this.#isBusy ? "stop" : "play"));
  }

  async #measure() {
    const signal = this.#latest.begin();
    const wanted = this.#wanted;
    this.#isBusy = true;
    this.#showButton();
    this.#progress.show(0);
    try {
      await this.#draw(signal);
      this.#measured = wanted;
      this.#app.announce(this.#about.textContent ?? "");
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error);
    } finally {
      if (!signal.aborted) this.#halt();
    }
  }

  /** @param {AbortSignal} signal */
  async #draw(signal) {
    const all = await this.#source.examples();
    signal.throwIfAborted();
    const [images, labels] = [all.images.slice(0, MOST).map(binaryOf), all.labels.slice(0, MOST)];
    this.#result.hidden = false;
    const kind = all.areTest ? "test" : "training";
    const isKnown = images.length > 0;
    setTexts(this.#about, { text: isKnown ? `play.curves.about.${kind}` : "play.real.none", params: { count: images.length } });
    const networks = this.#networks;
    /** @type {Series[]} */
    const series = networks.map(({ name }) => ({ name, points: [] }));
    const [shaking, { task }] = [this.#shaking, this.#app];
    for (let step = 0; isKnown && step <= STEPS; step++) {
      const distorted = images.map((image, seed) => shaken(image, task, shaking, step, seed));
      await pause(0, signal); // so that the page stays alive
      for (const [place, { id }] of networks.entries()) {
        const answers = await this.#app.site.classifyAside(id, distorted, signal);
        signal.throwIfAborted();
        const right = shareRight(answers.map(({ index }) => index), labels);
        series[place].points.push({ x: strengthOf(shaking, step, task), y: 100 * right });
        this.#chart.show(series, strengthOf(shaking, STEPS, task), `play.shake.${shaking}.axis`);
        this.#progress.show((step * networks.length + place + 1) / ((STEPS + 1) * networks.length));
      }
    }
  }
}
