// @ts-check
/** What plays until somebody draws: a search, from noise to an idea that one can read, and what the network answers meanwhile. */

import { byId, el } from "../base/dom.js";
import { paint } from "../base/images.js";
import { t } from "../base/language.js";
import { prefersReducedMotion } from "../base/motion.js";
import { hasDigits } from "../base/task.js";
import { LAST } from "../numbers/positions.js";
import { classParams } from "../panels/article.js";
import { FrameAnswers } from "../panels/frame_answers.js";
import { searchAt } from "../panels/objective.js";
import { Player } from "../panels/player.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("../site/site.js").Frame} Frame */

const FIVE = 5;
const [FRAMES, SECONDS] = [200, 6.5];
// Of eight seeds that with the clearest fives of the bundled networks.
const [SEED, EVERY] = [2, 20];
// The first steps decide most, and are shown more slowly: frame n of N is the step at (n / N)² of all.
const SLOWNESS = 2;

export class Intro {
  #app;
  #touched;
  #target;
  /** @type {Uint8Array[]} */
  #frames = [];
  #isOver = false;
  #player = new Player(() => this.#show());
  #answers;
  #canvas = el("canvas", { class: "intro-image" });
  #root = el("div", { class: "intro", "aria-hidden": "true" }, this.#canvas);

  /**
   * @param {App} app
   * @param {AbortSignal} touched aborted once somebody draws, or another network is chosen
   */
  constructor(app, touched) {
    this.#app = app;
    this.#touched = touched;
    this.#target = hasDigits(app.task) ? FIVE : 0;
    this.#answers = new FrameAnswers(app, () => this.#show());
    this.#answers.begin((at) => Float32Array.from(this.#frames[at], (grey) => grey / 255));
    this.#player.rate = FRAMES / SECONDS;
    const params = classParams(app.task, this.#target);
    this.#root.append(el("p", { class: "intro-about", text: "intro.about", params }),
      el("p", { class: "intro-turn", text: "intro.turn" }));
  }

  /** Search, and play what is found. */
  async play() {
    const { site, model } = this.#app;
    const signal = this.#touched;
    signal.addEventListener("abort", () => this.#end());
    try {
      const { method, options, objective } = await searchAt(site, model, LAST, signal);
      const kind = { method, options, objective, seed: SEED, start: null, every: EVERY };
      const request = { model: model.id, target: this.#target, ...kind };
      const ideal = await site.search(request, (frame) => this.#add(frame), signal);
      signal.throwIfAborted();
      this.#push(Uint8Array.from(ideal.image, (value) => value * 255));
      this.#finish();
    } catch {
      // Drawing shows what is wrong.
      this.#end();
    }
  }

  #begin() {
    const { announce, task } = this.#app;
    announce(t("intro.announce", classParams(task, this.#target)));
    this.#player.begin();
    if (prefersReducedMotion()) this.#player.pause();
  }

  /** @param {Frame} frame of which those are kept that are to be shown */
  #add({ step, steps, image }) {
    if (step >= steps * (this.#frames.length / FRAMES) ** SLOWNESS) this.#push(image);
  }

  /** @param {Uint8Array} image */
  #push(image) {
    if (this.#frames.length === 0) this.#begin();
    this.#frames.push(image);
    this.#answers.grow(this.#frames.length);
    this.#player.grow(this.#frames.length);
  }

  #finish() {
    this.#player.close();
    if (prefersReducedMotion()) this.#player.seek(this.#frames.length - 1);
  }

  #show() {
    const { at, mayGrow, playing } = this.#player;
    const frame = this.#frames[at];
    if (this.#isOver || !frame || (prefersReducedMotion() && mayGrow)) return;
    if (!this.#root.isConnected) byId("hint").before(this.#root);
    const app = this.#app;
    paint(this.#canvas, frame, app.task);
    const image = Float32Array.from(frame, (grey) => grey / 255);
    app.preview = { drawn: image, prepared: image, box: null, isUnprocessed: true };
    app.emit("preview");
    const answer = this.#answers.at(at);
    app.answers = { drawn: answer, prepared: answer, state: answer ? "none" : "waiting" };
    app.emit("answers");
    this.#root.classList.toggle("over", !mayGrow && !playing);
  }

  #end() {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#player.pause();
    this.#answers.clear();
    this.#root.remove();
    const app = this.#app;
    if (!app.preview) return;
    app.preview = null;
    app.emit("preview");
    app.answers = { drawn: null, prepared: null, state: "none" };
    app.emit("answers");
  }
}
