// @ts-check
/** "Ten digits against the clock": the digit to draw and the time above the canvas, and the result. */

import { action } from "../base/action.js";
import { Choice } from "../base/choice.js";
import { el, icon, setTexts } from "../base/dom.js";
import { LIMITS } from "../games/drawing_race.js";
import { imageCanvas } from "../base/images.js";
import { number, onLanguage, t } from "../base/language.js";
import { bringIntoView } from "../base/motion.js";
import { hasDigits } from "../base/task.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../games/drawing_race.js").DrawingRace} DrawingRace */
/** @typedef {Record<"start" | "stop" | "skip" | "share" | "limited", () => void>} Actions */

export class DrawGameView {
  #app;
  #start;
  #share;
  #needs = el("p", { class: "notice", text: "play.draw.needs" });
  #ready = el("p", { class: "hint", role: "status" });
  #setup = el("div", { class: "stack" });
  #wanted = el("strong", { class: "play-wanted" });
  #time = el("span", { class: "play-time", role: "timer" });
  #count = el("span", { class: "hint" });
  #unlike = el("p", { class: "hint play-unlike", role: "status" });
  /** Above the canvas, for on phones the panel is out of sight. */
  #strip = el("div", { class: "play-strip", hidden: true });
  #headline = el("h3", { class: "fool-headline", tabindex: -1 });
  #list = el("ol", { class: "play-drawn" });
  #result = el("section", { class: "stack", hidden: true });
  /** @type {[DrawingRace | null, boolean]} */
  #shown = [null, false];
  limit;
  root;

  /**
   * @param {App} app
   * @param {Actions} actions
   */
  constructor(app, actions) {
    this.#app = app;
    const options = LIMITS.map((seconds) => ({ value: String(seconds), text: `play.draw.limit.${seconds}` }));
    this.limit = new Choice("play.draw.limit", options, actions.limited);
    this.#start = action("play.draw.start", "play", actions.start, "primary");
    this.#share = action("play.draw.share", "link", actions.share);
    this.#setup.append(this.limit.root, el("div", { class: "row tight" }, this.#start, this.#ready));
    const words = el("p", { class: "play-strip-words" }, el("span", { text: "play.draw.wanted" }), this.#wanted);
    const [skip, stop] = [action("play.draw.skip", "arrow", actions.skip), action("play.draw.stop", "stop", actions.stop)];
    const numbers = el("p", { class: "play-strip-numbers" }, this.#time, this.#count);
    this.#strip.append(words, numbers, el("div", { class: "row tight" }, skip, stop), this.#unlike);
    app.drawing.canvas.closest(".draw")?.prepend(this.#strip);
    this.#result.append(this.#headline, this.#list, el("div", { class: "row tight" }, this.#share));
    this.root = el("div", { class: "stack" }, this.#needs, this.#setup, this.#result);
    onLanguage(() => this.show(...this.#shown));
  }

  /** Seconds; 0 for no limit. */
  get seconds() {
    return Number(this.limit.value);
  }

  showReady() {
    setTexts(this.#ready, { text: "play.draw.ready" });
    this.#result.hidden = true;
  }

  /**
   * @param {DrawingRace | null} race
   * @param {boolean} isBest
   */
  show(race, isBest = false) {
    this.#shown = [race, isBest];
    const isRunning = race !== null && !race.isOver;
    const canPlay = hasDigits(this.#app.task);
    this.#needs.hidden = canPlay;
    this.#setup.hidden = !canPlay || isRunning;
    this.#ready.textContent = "";
    this.#strip.hidden = !isRunning;
    this.#unlike.textContent = "";
    this.#result.hidden = !canPlay || !race?.isOver;
    if (!race || !canPlay) return;
    this.#wanted.textContent = this.#app.task.classes[race.wanted];
    this.#count.textContent = t("play.draw.count", { right: race.right, count: race.count });
    this.showTime(race);
    if (race.isOver) this.#showDrawn(race, isBest);
  }

  /** @param {DrawingRace | null} race */
  showTime(race) {
    if (!race) return;
    const now = performance.now();
    const left = race.left(now);
    this.#time.textContent = t("play.draw.seconds", { seconds: number(Number.isFinite(left) ? left : race.spent(now), 1) });
  }

  /** What is drawn looks like nothing that the network has learnt. */
  showUnlike() {
    setTexts(this.#unlike, { text: "play.draw.unlike" });
  }

  /** Bring what to draw into sight, with the canvas below it. */
  showStrip() {
    bringIntoView(this.#strip);
  }

  showResult() {
    bringIntoView(this.#result);
    this.#headline.focus({ preventScroll: true });
  }

  /**
   * @param {DrawingRace} race
   * @param {boolean} isBest
   */
  #showDrawn(race, isBest) {
    const { right, count } = race;
    const params = { right, count, seconds: number(race.spent(performance.now()), 1) };
    setTexts(this.#headline, { text: isBest ? "play.draw.result.best" : "play.draw.result", params });
    this.#list.replaceChildren(...race.drawn.map((drawn) => this.#item(drawn)));
  }

  /** @param {import("../games/drawing_race.js").Drawn} drawn */
  #item({ wanted, isRight, misread }) {
    const { task } = this.#app;
    const name = el("span", { class: "history-answer" }, icon(isRight ? "check" : "close"), el("b", {}, task.classes[wanted]));
    name.append(el("span", { class: "visually-hidden", text: isRight ? "play.draw.right" : "play.draw.left" }));
    const wrong = misread.map(({ index, image }) => {
      const params = { label: task.classes[index] };
      const picture = imageCanvas(image, task, "play.draw.misread.image", params);
      return el("span", { class: "play-misread" }, picture, el("span", { class: "hint", text: "play.draw.misread", params }));
    });
    return el("li", { class: `history-step ${isRight ? "unchanged" : "changed"}` }, name, ...wrong);
  }
}
