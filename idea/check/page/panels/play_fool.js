// @ts-check
/** "Fool it yourself": another answer by fewer flips than the machine needs. */

import { Editor } from "./editor.js";
import { comparedTo, flipsBetween, hintOf, pointsOf, rivalsOf } from "../games/fooling.js";
import { isEqual } from "../base/arrays.js";
import { Latest } from "../base/latest.js";
import { findFewest, isWorthPlaying } from "./play_machine.js";
import { FoolGameView } from "./play_fool_view.js";
import { Undoable } from "./undoable.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/kinds.js").Answer} Answer */
/**
 * @typedef {object} Played
 * @property {Answer} answer the latest, perhaps to an earlier image
 * @property {boolean} isFresh whether it is the answer to the present image
 * @property {number} hints
 * @property {number | null} hint the pixel that is pointed out
 * @property {boolean} isRevealed whether the machine's flips are shown
 * @property {boolean} isGivenUp whether they were shown before the network was fooled
 *
 * @typedef {import("./play_machine.js").Challenge & Played} Round
 */

export class FoolGame {
  #app;
  #source;
  #best;
  #loading = new Latest();
  #answering = new Latest();
  #searching = new Latest();
  #undoable = new Undoable(new Float32Array(0));
  #editor;
  #view;
  /** @type {Round | null} */
  #round = null;

  /**
   * @param {App} app
   * @param {import("./play_source.js").PlaySource} source
   * @param {import("./play_best.js").BestRow} best
   */
  constructor(app, source, best) {
    this.#app = app;
    this.#source = source;
    this.#best = best;
    this.#editor = new Editor(app.task, {
      flip: (pixel) => this.#flip(pixel),
      paint: () => {}, // each flip counts
      onCursorMove: (pixel) => this.#view.place(pixel, this.#undoable.image[pixel]),
    });
    this.#view = new FoolGameView(app, source, this.#editor.canvas, {
      hint: () => this.#hint(),
      reveal: () => this.#reveal(),
      reset: () => this.#change(() => this.#undoable.replace(this.#before)),
      undo: () => this.#change(() => this.#undoable.undo()),
      redo: () => this.#change(() => this.#undoable.redo()),
    });
    app.on("model", () => {
      this.#stop();
      this.#round = null;
      this.#editor.task = app.task;
    });
  }

  get root() {
    return this.#view.root;
  }

  get controls() {
    return this.#view.controls;
  }

  get #before() {
    return this.#round?.before ?? new Float32Array(0);
  }

  shown() {
    const { model } = this.#app;
    const describe = (/** @type {number[]} */ [points]) =>
      ({ text: "play.best.points", params: { points, name: model.name } });
    this.#best.show(this.#game, describe);
    this.#load();
  }

  hidden() {
    this.#stop();
  }

  get #game() {
    return `fool ${this.#app.model.name}`;
  }

  #stop() {
    for (const requests of [this.#loading, this.#answering, this.#searching]) requests.stop();
  }

  async #load() {
    const signal = this.#loading.begin();
    const { model, site } = this.#app;
    try {
      const image = await this.#source.image(signal, (given) => isWorthPlaying(site, model, given, signal));
      const isSame = this.#round && image && this.#round.model === model.id && isEqual(this.#round.before, image);
      if (!isSame) {
        this.#giveUp();
        this.#show();
        if (image) this.#begin(model.id, image, (await site.classify(model.id, [image], signal))[0], signal);
      }
      if (this.#round && !this.#round.isFresh) this.#answer(this.#round); // it was interrupted
      if (this.#round && !this.#round.isMachineDone) this.#search(this.#round);
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error);
    }
    if (!signal.aborted) this.#show();
  }

  /** End the round: an answer about its image that comes later counts no more. */
  #giveUp() {
    this.#answering.stop();
    this.#searching.stop();
    this.#round = null;
  }

  /**
   * @param {string} model
   * @param {Float32Array<ArrayBuffer>} image
   * @param {Answer} answer
   * @param {AbortSignal} signal
   */
  #begin(model, image, answer, signal) {
    signal.throwIfAborted();
    this.#undoable = new Undoable(image);
    this.#round = {
      model, before: image, first: answer, answer, isFresh: true, hints: 0, hint: null,
      machine: null, isMachineDone: false, isLeast: false, isRevealed: false, isGivenUp: false,
    };
  }

  /** @param {Round} round */
  async #search(round) {
    const signal = this.#searching.begin();
    try {
      await findFewest(this.#app.site, round, signal, () => {
        if (round.isMachineDone) this.#score(round);
        this.#show();
      });
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error);
    }
  }

  /** @param {number} pixel */
  #flip(pixel) {
    this.#change(() => this.#undoable.flip(pixel));
    return this.#undoable.image[pixel];
  }

  /** @param {() => void} change */
  #change(change) {
    const round = this.#round;
    if (!round) return;
    const before = this.#undoable.image;
    change();
    if (this.#undoable.image === before) return;
    round.hint = null;
    round.isFresh = false;
    this.#show();
    this.#answer(round);
  }

  /** @param {Round} round */
  async #answer(round) {
    const signal = this.#answering.begin();
    try {
      const [answer] = await this.#app.site.classify(round.model, [this.#undoable.image], signal);
      signal.throwIfAborted();
      Object.assign(round, { answer, isFresh: true });
      this.#score(round);
      this.#show();
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error);
    }
  }

  async #hint() {
    const round = this.#round;
    if (!round?.isFresh || round.hint !== null) return;
    const signal = this.#answering.begin();
    const { site } = this.#app;
    const [image, away] = [this.#undoable.image, round.first.index];
    const [towards] = rivalsOf(round.answer.logits.map((logit, index) => (index === away ? Infinity : logit)));
    try {
      const other = await site.gains(round.model, towards, image, signal);
      const present = await site.gains(round.model, away, image, signal);
      signal.throwIfAborted();
      round.hint = hintOf(other.gains, present.gains);
      round.hints++;
      this.#show();
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error);
    }
  }

  #reveal() {
    const round = this.#round;
    if (!round?.machine) return;
    round.isGivenUp ||= !this.#isFooled(round);
    round.isRevealed = true;
    this.#show();
  }

  /** @param {Round} round */
  #isFooled(round) {
    return round.isFresh && round.answer.index !== round.first.index;
  }

  /** @param {Round} round */
  #spent(round) {
    return { flips: flipsBetween(round.before, this.#undoable.image), hints: round.hints };
  }

  /**
   * Count what fools the network, once the machine has its own.
   * @param {Round} round
   */
  #score(round) {
    if (!this.#isFooled(round) || !round.isMachineDone || !round.machine || round.isGivenUp) return;
    this.#best.offer(this.#game, [pointsOf(round.machine.flips.length, this.#spent(round))]);
    round.isRevealed = true;
  }

  #show() {
    const round = this.#round;
    if (!round) {
      this.#view.show(null);
      return;
    }
    const { image, canUndo } = this.#undoable;
    this.#editor.show({ image, gains: null, best: round.hint, before: round.before });
    const spent = this.#spent(round);
    const machine = round.machine?.flips.length ?? null;
    const isFooled = this.#isFooled(round);
    const result = isFooled && machine !== null && round.isMachineDone
      ? { points: pointsOf(machine, spent), compared: comparedTo(machine, spent) }
      : null;
    this.#view.show({ round, spent, machine, isFooled, result, canUndo });
  }
}
