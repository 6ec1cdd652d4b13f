// @ts-check
/** The ten ideas of a network while it learns, beside those of the one before, and the film of both. */

import { action } from "../base/action.js";
import { el, setTexts } from "../base/dom.js";
import { number, onLanguage, t } from "../base/language.js";
import { prefersReducedMotion } from "../base/motion.js";
import { encodeApng } from "../training/apng.js";
import { Climber } from "../training/climber.js";
import { drawFilm } from "../training/film.js";
import { noisePosition, NoiseSlider, noiseValue, onNoise } from "./noise_slider.js";
import { FilmRow } from "./film_row.js";
import { Player } from "./player.js";
import { Transport } from "./transport.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("../training/film.js").FilmFrame} FilmFrame */
/** @typedef {{name: string, frames: FilmFrame[]}} Film of the network's name */

const LAST_MS = 2000; // the end stays longer
const RATE = 8; // frames a second

export class Forming {
  #app;
  #task;
  /** @type {Film} */
  #film = { name: "", frames: [] };
  /** @type {Film | null} of the training before */
  #before = null;
  #climber;
  #player = new Player(() => this.#show());
  #transport;
  /** @type {FilmRow} */
  #row;
  /** @type {FilmRow} */
  #rowBefore;
  #hint = el("p", { class: "hint", text: "train.ideas.about" });
  #below;
  root;

  /**
   * @param {App} app
   * @param {Task} task
   */
  constructor(app, task) {
    this.#app = app;
    this.#task = task;
    this.#climber = new Climber(() => this.#goal(), (frame) => this.#add(frame), app.showError);
    this.#player.rate = RATE;
    this.#transport = new Transport(this.#player, { slowest: 1, fastest: 30 }, () => this.#caption(this.#film, this.#now));
    const save = action("train.save", "save", () => this.#save().catch(app.showError));
    setTexts(save, { title: "train.save.title" });
    this.#below = el("div", { class: "row tight film-below" }, this.#transport.root, save);
    [this.#row, this.#rowBefore] = [new FilmRow(task), new FilmRow(task)];
    const head = el("div", {}, el("h3", { text: "train.ideas" }), this.#hint);
    this.root = el("div", { class: "stack tight" }, head, new NoiseSlider().root, this.#row.root, this.#rowBefore.root, this.#below);
    app.address.declare("train", "noise", noiseValue());
    onNoise(() => this.#climber.again());
    onLanguage(() => this.#show());
    this.#show();
  }

  /**
   * Begin with a network that is yet to learn.
   * @param {string} name
   * @param {number} seed of the noise
   */
  begin(name, seed) {
    if (this.#film.frames.length > 1) this.#before = this.#film;
    this.#film = { name, frames: [] };
    this.#climber.begin(this.#task, seed);
    this.#player.begin();
    if (prefersReducedMotion()) this.#player.pause();
  }

  /**
   * @param {number} step
   * @param {NetworkParts} network as it is now
   */
  take(step, network) {
    this.#climber.take(step, network);
  }

  /** No more weights come; in the last ones the search still goes on. */
  end() {
    this.#climber.end();
    this.#player.close();
  }

  shown() {
    this.#player.resume();
  }

  hidden() {
    this.#player.suspend();
  }

  /** What the searches maximise, by the slider. */
  async #goal() {
    const position = noisePosition();
    return { position, prior: position > 0 ? await this.#app.site.priorOf(this.#task) : null };
  }

  /** @param {FilmFrame} frame */
  #add(frame) {
    const { frames } = this.#film;
    const follows = this.#player.at >= frames.length - 1;
    if (frames.at(-1)?.step === frame.step) frames.pop(); // the slider was moved
    frames.push(frame);
    this.#player.grow(frames.length);
    if (follows && !this.#player.playing) this.#player.seek(frames.length - 1);
  }

  get #now() {
    return this.#film.frames[this.#player.at];
  }

  #show() {
    const now = this.#now;
    this.#row.show(this.#film.name, now);
    this.#rowBefore.root.hidden = !this.#before;
    if (this.#before) this.#rowBefore.show(this.#before.name, frameAt(this.#before, now?.step ?? 0));
    this.#below.hidden = this.#film.frames.length < 2;
    this.#transport.show();
  }

  /**
   * @param {Film} film
   * @param {FilmFrame} frame
   */
  #caption({ name }, { step }) {
    return t("train.film", { name, step: number(step) });
  }

  async #save() {
    const films = this.#before ? [this.#film, this.#before] : [this.#film];
    const pages = this.#film.frames.map(({ step }) => films.map((film) => {
      const frame = frameAt(film, step);
      return { caption: this.#caption(film, frame), ideals: frame.ideals };
    }));
    const { width, height, images } = drawFilm(this.#task, pages);
    const each = Math.round(1000 / this.#player.rate);
    const times = images.map((_, place) => (place === images.length - 1 ? LAST_MS : each));
    this.#app.save(await encodeApng(images, width, height, times), `${this.#film.name}_ideas.png`);
  }
}

/**
 * The last frame up to a step, so that networks are compared after as many steps.
 * @param {Film} film
 * @param {number} step
 */
function frameAt({ frames }, step) {
  return frames.filter((frame) => frame.step <= step).at(-1) ?? frames[0];
}
