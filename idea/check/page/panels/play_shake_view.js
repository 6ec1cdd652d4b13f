// @ts-check
/** "Distort until it breaks": the image at each strength, the prediction, and what came of it. */

import { action, enable } from "../base/action.js";
import { classParams } from "./article.js";
import { el, icon, setTexts } from "../base/dom.js";
import { NEVER, ROUNDS, STEPS, strengthOf } from "../games/shaking.js";
import { imageCanvas, paint } from "../base/images.js";
import { onLanguage, percent, t } from "../base/language.js";
import { Readout } from "./readout.js";
import { DIGITS } from "../base/task.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("./play_shake.js").Round} Round */

// Where the slider is at first.
const USUAL = 4;

export class ShakeGameView {
  #app;
  #source;
  #image = imageCanvas(null, DIGITS, "play.shake.image");
  #slider = el("input", { type: "range", class: "wide", min: 1, max: NEVER, step: 1, value: USUAL, autocomplete: "off" });
  #strength = el("output", { class: "play-strength" });
  #first = el("p");
  #status = el("p", { class: "play-status", role: "status" });
  #button;
  #round = new Readout("play.shake.round");
  #points = new Readout("play.points");
  #steps = el("ol", { class: "history play-steps", label: "play.shake.steps", tabindex: 0 });
  #empty = el("p", { class: "notice", text: "play.empty" });
  #stage = el("div", { class: "play-shake" });
  /** @type {[Round | null, {played: number, points: number}]} */
  #shown = [null, { played: 0, points: 0 }];
  root;

  /**
   * @param {App} app
   * @param {import("./play_source.js").PlaySource} source
   * @param {() => void} go on: shake the image or, once it was, take another
   */
  constructor(app, source, go) {
    this.#app = app;
    this.#source = source;
    this.#button = action("play.shake.start", "dice", go, "primary");
    this.#slider.addEventListener("input", () => this.#showPreview());
    const label = el("label", { class: "field play-predict" }, el("span", { text: "play.shake.predict" }), this.#slider, this.#strength);
    const readouts = el("div", { class: "readouts" }, this.#round.root, this.#points.root);
    const right = el("div", { class: "stack" }, this.#first, label, this.#button, this.#status, readouts);
    this.#stage.append(this.#image, right);
    this.root = el("div", { class: "stack" }, this.#empty, this.#stage, this.#steps);
    onLanguage(() => this.show(...this.#shown));
  }

  get predicted() {
    return this.#slider.valueAsNumber;
  }

  /**
   * @param {Round | null} round
   * @param {{played: number, points: number}} game
   */
  show(round, game) {
    this.#shown = [round, game];
    this.#empty.hidden = Boolean(round) || !this.#source.needsDrawing || !this.#app.drawing.empty;
    this.#stage.hidden = this.#steps.hidden = !round;
    if (!round) return;
    const { task } = this.#app;
    const isOver = round.broken !== null;
    const isBegun = round.answers.length > 0;
    const params = { ...classParams(task, round.first.index), share: percent(round.first.probability) };
    setTexts(this.#first, { text: "play.shake.first", params });
    const place = Math.min(ROUNDS, game.played + (isOver ? 0 : 1));
    this.#round.show(String(place), t("play.shake.of", { count: ROUNDS }));
    this.#points.show(String(game.points));
    this.#slider.disabled = isBegun;
    setTexts(this.#button, { text: isOver ? "play.shake.next" : "play.shake.start" });
    this.#button.firstElementChild?.replaceWith(icon(isOver ? "arrow" : "dice"));
    enable(this.#button, isOver || !isBegun);
    this.#showStatus(round, game);
    this.#steps.replaceChildren(...round.answers.map((answer, step) => this.#step(round, answer, step)));
    this.#steps.hidden = !isBegun;
    this.#showPreview();
  }

  /**
   * @param {Round} round
   * @param {{played: number, points: number}} game
   */
  #showStatus({ broken, points, shaking, answers }, game) {
    const { task } = this.#app;
    this.#status.classList.toggle("reached", broken !== null && points > 0);
    if (broken === null) {
      setTexts(this.#status, { text: answers.length > 0 ? "play.shake.shaking" : "play.shake.wait" });
      return;
    }
    const { label } = classParams(task, answers[Math.min(broken, STEPS)].index);
    const strength = this.#strengthText(shaking, Math.min(broken, STEPS));
    const ending = game.played === ROUNDS ? ".last" : "";
    const text = `play.shake.${broken === NEVER ? "held" : "broke"}${ending}`;
    setTexts(this.#status, { text, params: { strength, label, points, sum: game.points, most: ROUNDS } });
  }

  #showPreview() {
    const [round] = this.#shown;
    if (!round) return;
    const predicted = this.predicted;
    const at = round.answers.length > 0 ? round.answers.length - 1 : Math.min(predicted, STEPS);
    const shownAt = round.broken === null ? at : Math.min(round.broken, STEPS);
    paint(this.#image, round.images[shownAt], this.#app.task);
    const text = predicted === NEVER ? t("play.shake.never") : this.#strengthText(round.shaking, predicted);
    this.#strength.textContent = text;
    this.#slider.setAttribute("aria-valuetext", text);
  }

  /**
   * @param {Round} round
   * @param {import("../site/kinds.js").Answer} answer
   * @param {number} step
   */
  #step({ images, first, shaking }, answer, step) {
    const { task } = this.#app;
    const isSame = answer.index === first.index;
    const label = task.classes[answer.index];
    const strength = this.#strengthText(shaking, step);
    const image = imageCanvas(images[step], task, "play.shake.step.image", { strength });
    const words = el("span", { class: "history-answer" }, icon(isSame ? "check" : "close"), el("b", {}, label));
    words.append(el("span", { class: "visually-hidden", text: isSame ? "play.shake.same" : "play.shake.other" }));
    const kind = isSame ? "unchanged" : "changed";
    return el("li", { class: `history-step ${kind}` }, el("span", { class: "hint" }, strength), image, words);
  }

  /**
   * @param {import("../games/shaking.js").Shaking} shaking
   * @param {number} step
   */
  #strengthText(shaking, step) {
    return t(`play.shake.${shaking}.at`, { strength: strengthOf(shaking, step, this.#app.task) });
  }
}
