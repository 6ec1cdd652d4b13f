// @ts-check
/** The ten ideas of a network while it learns, beside those of the one before, and the film of both. */

import { action } from "../base/action.js";
import { el, setTexts } from "../base/dom.js";
import { number, onLanguage, t } from "../base/language.js";
import { prefersReducedMotion } from "../base/motion.js";
import { isSame } from "../base/task.js";
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
/**
 * @typedef {object} Film
 * @property {Climber} climber which finds its frames
 * @property {{name: string}} run whose network it shows
 * @property {Task} task
 * @property {FilmFrame[]} frames
 * @property {{step: number, accuracy: number, flips: number | null} | null} result once it was tested,
 *   after how many steps; how many flips fool it on average, where that is known
 */

const LAST_MS = 2000; // the end stays longer
const RATE = 8; // frames a second

export class Forming {
  #app;
  /** @type {Film} */
  #film;
  /** @type {Film | null} of the training before */
  #before = null;
  #onBegin;
  #player = new Player(() => this.#show());
  #transport;
  /** @type {FilmRow} */
  #row;
  /** @type {FilmRow} */
  #rowBefore;
  #rows = el("div", { class: "stack tight" });
  #searching = el("p", { class: "hint", role: "status", hidden: true });
  #hint = el("p", { class: "hint", text: "train.ideas.about" });
  #below;
  root;

  /**
   * @param {App} app
   * @param {Task} task
   * @param {() => void} onBegin called when the search in the latest network begins
   */
  constructor(app, task, onBegin) {
    this.#app = app;
    this.#onBegin = onBegin;
    this.#film = { climber: this.#newClimber(), run: { name: "" }, task, frames: [], result: null };
    this.#player.rate = RATE;
    this.#transport = new Transport(this.#player, { slowest: 1, fastest: 30 }, () => this.#moment(this.#film, this.#now));
    const save = action("train.save", "save", () => this.#save().catch(app.showError));
    setTexts(save, { title: "train.save.title" });
    this.#below = el("div", { class: "row tight film-below" }, this.#transport.root, save);
    [this.#row, this.#rowBefore] = [new FilmRow(task), new FilmRow(task)];
    this.#rows.append(this.#rowBefore.root, this.#row.root);
    const head = el("div", {}, el("h3", { text: "train.ideas" }), this.#hint);
    this.root = el("div", { class: "stack tight" }, head, new NoiseSlider().root, this.#searching, this.#rows, this.#below);
    app.address.declare("train", "noise", noiseValue());
    onNoise(() => {
      for (const film of this.#films) film.climber.again();
    });
    onLanguage(() => this.#show());
    this.#show();
  }

  /**
   * Begin with a network that is yet to learn; the ideas of the one before stay above its own.
   * @param {import("./train.js").Run} run
   * @param {boolean} isFirst whether none before is to be shown
   */
  begin(run, isFirst) {
    const { data: { task }, settings: { seed } } = run;
    const last = this.#film;
    const spare = this.#before?.climber;
    if (!isSame(last.task, task)) {
      [this.#row, this.#rowBefore] = [new FilmRow(task), new FilmRow(task)];
      this.#rows.replaceChildren(this.#rowBefore.root, this.#row.root);
    }
    if (isFirst || !isSame(last.task, task)) this.#before = null;
    else if (last.frames.length > 1) this.#before = last;
    const climber = this.#before === last ? spare ?? this.#newClimber() : last.climber;
    if (!this.#before) spare?.stop();
    this.#film = { climber, run, task, frames: [], result: null };
    climber.begin(task, seed);
    this.#searching.hidden = true;
    this.#player.begin();
    if (prefersReducedMotion()) this.#player.pause();
  }

  /**
   * How well a network did, and how few flips fool it.
   * @param {Film["run"]} run
   * @param {NonNullable<Film["result"]>} result
   */
  tell(run, result) {
    for (const film of this.#films) if (film.run === run) film.result = result;
    this.#show();
  }

  /**
   * @param {number} step
   * @param {NetworkParts} network as it is now
   */
  take(step, network) {
    this.#film.climber.take(step, network);
  }

  /** No more weights come; in the last ones the search still goes on. */
  end() {
    this.#searching.hidden = false; // before, it would change with each report
    this.#film.climber.end();
    this.#player.close();
  }

  /** Wait until the ideas of the last network are found. */
  settled() {
    return this.#film.climber.settled();
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
    return { position, prior: position > 0 ? await this.#app.site.priorOf(this.#film.task) : null };
  }

  get #films() {
    return this.#before ? [this.#before, this.#film] : [this.#film];
  }

  #newClimber() {
    const climber = new Climber(() => this.#goal(), {
      begin: () => {
        setTexts(this.#searching, { text: "train.ideas.searching" });
        if (climber === this.#film.climber) this.#onBegin();
      },
      frame: (frame) => this.#add(climber, frame),
      error: this.#app.showError,
      rest: () => setTexts(this.#searching, { text: "train.ideas.found" }),
    });
    return climber;
  }

  /**
   * @param {Climber} climber
   * @param {FilmFrame} frame
   */
  #add(climber, frame) {
    const film = this.#films.find((each) => each.climber === climber);
    if (!film) return;
    const { frames } = film;
    const follows = this.#player.at >= frames.length - 1;
    if (frames.at(-1)?.step === frame.step) frames.pop(); // the slider was moved
    frames.push(frame);
    if (film !== this.#film) {
      this.#player.showSoon();
      return;
    }
    this.#player.grow(frames.length);
    if (follows && !this.#player.playing) this.#player.seek(frames.length - 1);
  }

  get #now() {
    return this.#film.frames[this.#player.at];
  }

  #show() {
    const now = this.#now;
    this.#row.show(now, now ? this.#caption(this.#film, now) : "");
    this.#rowBefore.root.hidden = !this.#before;
    if (this.#before) {
      const frame = frameAt(this.#before, now?.step ?? 0);
      this.#rowBefore.show(frame, this.#caption(this.#before, frame));
    }
    this.#below.hidden = this.#film.frames.length < 2;
    this.#transport.show();
  }

  /**
   * @param {Film} film
   * @param {FilmFrame} frame
   */
  #moment({ run: { name } }, { step }) {
    return t("train.film", { name, step: number(step) });
  }

  /**
   * @param {Film} film
   * @param {FilmFrame} frame
   */
  #caption(film, frame) {
    const moment = this.#moment(film, frame);
    if (film.result?.step !== frame.step) return moment;
    const { accuracy, flips } = film.result;
    const count = flips === null ? "" : number(flips, 1);
    const params = { moment, accuracy: t("percent", { n: number(100 * accuracy, 1) }), count };
    return t(flips === null ? "train.film.tested" : "train.film.fooled", params);
  }

  async #save() {
    const films = this.#films;
    const { run: { name }, task, frames } = this.#film; // while it is encoded, the next may begin
    const pages = frames.map(({ step }) => films.map((film) => {
      const frame = frameAt(film, step);
      return { caption: this.#caption(film, frame), ideals: frame.ideals };
    }));
    const { width, height, images } = drawFilm(task, pages);
    const each = Math.round(1000 / this.#player.rate);
    const times = images.map((_, place) => (place === images.length - 1 ? LAST_MS : each));
    this.#app.save(await encodeApng(images, width, height, times), `${name}_ideas.png`);
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
