// @ts-check
/** "Distort until it breaks": predict the strength at which the network's answer changes. */

import { choiceValue } from "../base/address_values.js";
import { isEqual } from "../base/arrays.js";
import { Choice } from "../base/choice.js";
import { el } from "../base/dom.js";
import { breaksAt, predictionPoints, ROUNDS, shaken, SHAKINGS, STEPS } from "../games/shaking.js";
import { Latest, pause } from "../base/latest.js";
import { prefersReducedMotion } from "../base/motion.js";
import { ShakeCurves } from "./shake_curves.js";
import { ShakeGameView } from "./play_shake_view.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/kinds.js").Answer} Answer */
/** @typedef {import("../games/shaking.js").Shaking} Shaking */

const STEP_MS = 350;

/**
 * @typedef {object} Round
 * @property {string} model
 * @property {Shaking} shaking
 * @property {Float32Array<ArrayBuffer>} before
 * @property {Float32Array[]} images step by step
 * @property {Answer} first
 * @property {Answer[]} answers those that are shown
 * @property {number | null} broken the step, once it is known
 * @property {number} points
 */

export class ShakeGame {
  #app;
  #source;
  #best;
  #loading = new Latest();
  #shaking = new Choice("play.shaking", SHAKINGS.map((value) => ({ value, text: `play.shake.${value}` })), () => this.#load());
  #view;
  #curves;
  /** @type {Round | null} */
  #round = null;
  /** Of the digits of a game. */
  #played = 0;
  #points = 0;
  #seed = 0;
  root;

  /**
   * @param {App} app
   * @param {import("./play_source.js").PlaySource} source
   * @param {import("./play_best.js").BestRow} best
   * @param {() => boolean} isShown
   */
  constructor(app, source, best, isShown) {
    this.#app = app;
    this.#source = source;
    this.#best = best;
    this.#view = new ShakeGameView(app, source, () => (this.#round?.broken === null ? this.#shake() : this.#next()));
    const shaking = choiceValue(this.#shaking, () => this.#curves.follow(this.#kind));
    app.address.declare("play", "shaking", { ...shaking, read: () => (isShown() ? shaking.read() : null) });
    this.#curves = new ShakeCurves(app, source, isShown);
    this.root = el("div", { class: "stack" }, this.#view.root, this.#curves.root);
    app.on("model", () => this.#restart());
  }

  get controls() {
    return this.#shaking.root;
  }

  get #kind() {
    return /** @type {Shaking} */ (this.#shaking.value);
  }

  get #game() {
    return `shake ${this.#kind} ${this.#app.model.name}`;
  }

  shown() {
    this.#load();
  }

  hidden() {
    this.#loading.stop();
    this.#curves.hidden();
  }

  #restart() {
    this.#round = null;
    this.#played = this.#points = 0;
  }

  async #load() {
    this.#curves.follow(this.#kind);
    const { model } = this.#app;
    const params = { name: model.name, most: ROUNDS };
    this.#best.show(this.#game, ([points]) => ({ text: "play.best.shake", params: { ...params, points } }));
    const signal = this.#loading.begin();
    if (this.#round && this.#round.shaking !== this.#kind) this.#restart();
    try {
      const image = await this.#source.image(signal);
      const known = this.#round;
      const isSame = known && image && known.model === model.id && isEqual(known.before, image);
      if (!isSame) {
        this.#round = null;
        if (image) await this.#begin(image, signal);
      } else if (known.answers.length > 0 && known.broken === null) known.answers = []; // it was interrupted
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error);
    }
    if (!signal.aborted) this.#show();
  }

  /**
   * @param {Float32Array<ArrayBuffer>} before
   * @param {AbortSignal} signal
   */
  async #begin(before, signal) {
    const [{ model, site, task }, shaking] = [this.#app, this.#kind];
    const [first] = await site.classify(model.id, [before], signal);
    signal.throwIfAborted();
    this.#seed++;
    const images = Array.from({ length: STEPS + 1 }, (_, step) => shaken(before, task, shaking, step, this.#seed));
    this.#round = { model: model.id, shaking, before, images, first, answers: [], broken: null, points: 0 };
    if (this.#played === ROUNDS) this.#played = this.#points = 0;
  }

  /** Another image; of a drawing, another shaking. */
  #next() {
    this.#round = null;
    if (this.#source.isDrawing) this.#load();
    else this.#source.next();
  }

  async #shake() {
    const round = this.#round;
    if (!round || round.answers.length > 0) return;
    const signal = this.#loading.begin();
    const { model, site } = this.#app;
    const predicted = this.#view.predicted;
    try {
      const answers = await site.classify(model.id, round.images, signal);
      signal.throwIfAborted();
      const broken = breaksAt(answers.map(({ index }) => index));
      for (let step = 0; step <= Math.min(broken, STEPS); step++) {
        round.answers = answers.slice(0, step + 1);
        this.#show();
        if (!prefersReducedMotion()) await pause(STEP_MS, signal);
      }
      this.#end(round, answers, predicted, broken);
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error);
    }
    if (!signal.aborted) this.#show();
  }

  /**
   * @param {Round} round
   * @param {Answer[]} answers
   * @param {number} predicted
   * @param {number} broken
   */
  #end(round, answers, predicted, broken) {
    Object.assign(round, { answers, broken, points: predictionPoints(predicted, broken) });
    this.#played++;
    this.#points += round.points;
    if (this.#played === ROUNDS) this.#best.offer(this.#game, [this.#points]);
  }

  #show() {
    this.#view.show(this.#round, { played: this.#played, points: this.#points });
  }
}
