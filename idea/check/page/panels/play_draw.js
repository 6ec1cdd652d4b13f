// @ts-check
/** "Ten digits against the clock": the page names digits, one draws them, the network reads them. */

import { binaryOf } from "../base/binary.js";
import { DrawGameView } from "./play_draw_view.js";
import { DrawingRace, orderOf } from "../games/drawing_race.js";
import { choiceValue, numberValue } from "../base/address_values.js";
import { copyText } from "../shell/copy.js";
import { shared } from "../shell/copy_link.js";
import { number, t } from "../base/language.js";
import { Latest, pause } from "../base/latest.js";
import { isUnlike } from "../numbers/likeness.js";
import { hasDigits, pixelsOf } from "../base/task.js";

/** @typedef {import("../shell/app.js").App} App */

const TICK_MS = 50;
// Training images that aren't there by then are done without: when a race begins, and for a digit.
const [START_MS, CHECK_MS] = [4000, 1000];
const MOST_SEED = 9999;

export class DrawGame {
  #app;
  #best;
  #isShown;
  #latest = new Latest();
  #view;
  /** @type {DrawingRace | null} */
  #race = null;
  #timer = 0;
  /** @type {AbortSignal | null} of the check of what is drawn, while it is under way */
  #checking = null;
  #seed = randomSeed();
  #isPlayed = false;

  /**
   * @param {App} app
   * @param {import("./play_best.js").BestRow} best
   * @param {() => boolean} isShown
   */
  constructor(app, best, isShown) {
    this.#app = app;
    this.#best = best;
    this.#isShown = isShown;
    this.#view = new DrawGameView(app, {
      start: () => this.#start(),
      stop: () => this.#stop(),
      skip: () => {
        app.drawing.canvas.focus({ preventScroll: true });
        this.#goOn((race, now) => race.skip(now));
      },
      share: () => this.#share(),
      limited: () => this.#showBest(),
    });
    app.on("model", () => this.hidden());
    app.on("drawing", () => this.#race?.touch(performance.now()));
    app.on("answers", () => this.#read());
    this.#nameInAddress();
  }

  get root() {
    return this.#view.root;
  }

  shown() {
    this.#view.show(this.#race);
    this.#showBest();
  }

  /** Out of sight, a game that runs ends without a score. */
  hidden() {
    this.#latest.stop();
    clearInterval(this.#timer);
    if (this.#race && !this.#race.isOver) this.#race = null;
    this.#view.show(this.#race);
  }

  /** @param {number} seconds its limit */
  #gameOf(seconds) {
    return `draw ${seconds} ${this.#app.model.name}`;
  }

  #showBest() {
    const { model: { name }, task: { classes } } = this.#app;
    this.#best.show(this.#gameOf(this.#view.seconds), ([right, seconds]) => ({
      text: "play.best.draw", params: { right, count: classes.length, seconds: number(-seconds, 1), name },
    }));
  }

  #nameInAddress() {
    const seconds = choiceValue(this.#view.limit, () => this.#showBest());
    const seed = numberValue({ least: 0, most: MOST_SEED }, () => this.#seed, (value) => {
      this.#seed = value;
      this.#isPlayed = false;
    });
    const { address } = this.#app;
    for (const [name, value] of Object.entries({ seconds, seed })) {
      address.declare("play", name, { ...value, read: () => (this.#isShown() ? value.read() : null) });
    }
  }

  async #start() {
    const { drawing, task } = this.#app;
    if (!hasDigits(task)) return;
    const signal = this.#latest.begin();
    this.#view.showReady();
    await this.#isUnlike(new Float32Array(pixelsOf(task)), START_MS, signal);
    if (signal.aborted) return;
    drawing.clear();
    if (this.#isPlayed) this.#seed = randomSeed();
    this.#isPlayed = true;
    this.#race = new DrawingRace(orderOf(task.classes.length, this.#seed), this.#view.seconds, performance.now());
    this.#timer = window.setInterval(() => this.#tick(), TICK_MS);
    this.#app.address.update();
    this.#view.show(this.#race);
    drawing.canvas.focus({ preventScroll: true });
    this.#view.showStrip();
    this.#name();
  }

  #read() {
    const { answers: { prepared }, drawing } = this.#app;
    if (!this.#race || this.#race.isOver) return;
    const image = prepared && !drawing.empty ? drawing.images().prepared : null;
    this.#race.read(prepared && image && { index: prepared.index, image }, performance.now());
  }

  #tick() {
    const event = this.#race?.tick(performance.now());
    if (event === "over") this.#finish();
    else if (event === "steady") this.#check();
    this.#view.showTime(this.#race);
  }

  /** Let what is read count, unless it looks like nothing that the network has learnt. */
  async #check() {
    const [race, { drawing }] = [this.#race, this.#app];
    const { prepared } = drawing.images();
    if (this.#checking?.aborted === false || !race || !prepared) return;
    const signal = this.#latest.begin();
    this.#checking = signal;
    const isUnlikeAll = await this.#isUnlike(binaryOf(prepared), CHECK_MS, signal);
    if (signal.aborted) return; // another digit is wanted, or none
    this.#checking = null;
    if (isUnlikeAll) {
      race.refuse();
      this.#view.showUnlike();
    } else this.#goOn((each, now) => each.accept(now));
  }

  /**
   * @param {Float32Array} image binary
   * @param {number} patience milliseconds
   * @param {AbortSignal} signal
   * @returns {Promise<boolean>} false, too, where the training images aren't known by then
   */
  async #isUnlike(image, patience, signal) {
    const { model: { id, data }, site, task } = this.#app;
    if (!data || !site.images.hasNearest(id)) return false;
    const found = site.images.nearest(id, image, signal).catch(() => null);
    const nearest = await Promise.race([found, pause(patience)]);
    return nearest ? isUnlike(image, nearest.image, task, data) : false;
  }

  /** @param {(race: DrawingRace, now: number) => void} step to the next digit */
  #goOn(step) {
    const race = this.#race;
    if (!race || race.isOver) return;
    this.#latest.stop();
    step(race, performance.now());
    this.#app.drawing.clear();
    if (race.isOver) this.#finish();
    else {
      this.#view.show(race);
      this.#name();
    }
  }

  #stop() {
    this.#race?.end(performance.now());
    this.#finish();
  }

  #name() {
    if (this.#race) this.#app.announce(t("play.draw.wanted.said", { label: this.#labelOf(this.#race.wanted) }));
  }

  #finish() {
    this.#latest.stop();
    clearInterval(this.#timer);
    const race = this.#race;
    if (!race) return;
    this.#app.drawing.clear();
    const score = [race.right, -race.spent(performance.now())];
    const isBest = race.right > 0 && this.#best.offer(this.#gameOf(race.seconds), score);
    this.#view.show(race, isBest);
    this.#view.showResult();
  }

  async #share() {
    const race = this.#race;
    if (!race) return;
    const { address, model: { name } } = this.#app;
    const seconds = number(race.spent(performance.now()), 1);
    const link = address.link(shared(this.#app).address);
    const text = t("play.draw.share.text", { right: race.right, count: race.count, seconds, name, link });
    if (await copyText(text)) this.#app.showNote(t("play.draw.shared"));
  }

  /** @param {number} index */
  #labelOf(index) {
    return this.#app.task.classes[index];
  }
}

function randomSeed() {
  return Math.floor(Math.random() * (MOST_SEED + 1));
}
