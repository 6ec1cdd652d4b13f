// @ts-check
/** The ten ideas of a network while it learns, and the film of how they form. */

import { action } from "../base/action.js";
import { classParams } from "./article.js";
import { el, setTexts } from "../base/dom.js";
import { imageCanvas, paint } from "../base/images.js";
import { number, t } from "../base/language.js";
import { prefersReducedMotion } from "../base/motion.js";
import { encodeApng } from "../training/apng.js";
import { Climber } from "../training/climber.js";
import { drawFilm } from "../training/film.js";
import { Player } from "./player.js";
import { Transport } from "./transport.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("../training/film.js").FilmFrame} FilmFrame */

const LAST_MS = 2000; // the end stays longer

export class Forming {
  #app;
  /** @type {Task} */
  #task;
  /** @type {FilmFrame[]} */
  #frames = [];
  #name = "";
  #climber;
  #player = new Player(() => this.#show());
  #transport;
  /** @type {HTMLCanvasElement[]} */
  #canvases = [];
  /** @type {HTMLElement[]} */
  #seen = [];
  #grid = el("div", { class: "forming-grid" });
  #step = el("p", { class: "hint forming-step", text: "train.ideas.none" });
  #below;
  root;

  /**
   * @param {App} app
   * @param {Task} task
   */
  constructor(app, task) {
    this.#app = app;
    this.#task = task;
    this.#climber = new Climber((frame) => this.#add(frame), app.showError);
    const speeds = { slowest: 1, fastest: 30 };
    this.#player.rate = 8;
    this.#transport = new Transport(this.#player, speeds, () => this.#described());
    const save = action("train.save", "save", () => this.#save().catch(app.showError));
    setTexts(save, { title: "train.save.title" });
    this.#below = el("div", { class: "row tight" }, this.#transport.root, save);
    this.#offer();
    const head = el("div", { class: "stack tight" }, el("h3", { text: "train.ideas" }), this.#step);
    this.root = el("div", { class: "stack tight forming" }, head, this.#grid, this.#below);
    this.#show();
  }

  /**
   * Begin with a network that is yet to learn.
   * @param {string} name that of the film's file
   * @param {number} seed of the noise
   */
  begin(name, seed) {
    this.#name = name;
    this.#frames = [];
    this.#climber.begin(this.#task, seed);
    this.#player.begin();
  }

  /**
   * @param {number} step
   * @param {NetworkParts} network as it is now
   */
  take(step, network) {
    this.#climber.take(step, network);
  }

  /** No more weights come; the last ones are still searched. */
  end() {
    this.#player.close();
  }

  shown() {
    this.#player.resume();
  }

  hidden() {
    this.#player.suspend();
  }

  #offer() {
    const cells = this.#task.classes.map((label, index) => {
      const canvas = imageCanvas(null, this.#task, "ideas.image", classParams(this.#task, index));
      const seen = el("span", { class: "idea-figures" });
      this.#canvases.push(canvas);
      this.#seen.push(seen);
      return el("div", { class: "forming-idea" }, canvas, el("span", { class: "idea-words" }, el("b", {}, label), seen));
    });
    this.#grid.replaceChildren(...cells);
  }

  /** @param {FilmFrame} frame */
  #add(frame) {
    this.#frames.push(frame);
    const follows = !this.#player.playing && this.#player.at >= this.#frames.length - 2;
    this.#player.grow(this.#frames.length);
    if (follows || prefersReducedMotion()) this.#player.seek(this.#frames.length - 1);
  }

  #show() {
    const frame = this.#frames[this.#player.at];
    for (const [index, canvas] of this.#canvases.entries()) {
      const ideal = frame?.ideals[index];
      paint(canvas, ideal ? ideal.greys : null, this.#task);
      this.#seen[index].textContent = ideal ? number(ideal.energy, 1) : "";
    }
    setTexts(this.#step, frame
      ? { text: "train.ideas.step", params: { step: number(frame.step) } }
      : { text: "train.ideas.none" });
    this.#below.hidden = this.#frames.length < 2;
    this.#transport.show();
  }

  #described() {
    return t("train.ideas.step", { step: number(this.#frames[this.#player.at].step) });
  }

  async #save() {
    const caption = (/** @type {FilmFrame} */ { step }) =>
      t("train.film", { name: this.#name, step: number(step) });
    const { width, height, images } = drawFilm(this.#task, this.#frames, caption);
    const each = Math.round(1000 / this.#player.rate);
    const times = images.map((_, place) => (place === images.length - 1 ? LAST_MS : each));
    this.#app.save(await encodeApng(images, width, height, times), `${this.#name}_ideas.png`);
  }
}
