// @ts-check
/** Ideals of some classes side by side, each a button. */

import { el } from "../base/dom.js";
import { IdeaThumb } from "./idea_thumb.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").IdealAnswer} IdealAnswer */
/** @typedef {import("../site/site.js").Frame} Frame */
/** @typedef {import("../site/kinds.js").SearchKind} SearchKind */
/** @typedef {IdealAnswer & {kind: SearchKind, run: number}} Idea an ideal, and how it was found */

// Longer labels need more room than there is beside a number.
const LONGEST_SHORT = 2;

export class IdeaRow {
  #app;
  #kind;
  #click;
  /** @type {IdeaThumb[]} */
  thumbs = [];
  /** @type {(Idea | null)[]} */
  ideals = [];
  root = el("div", { class: "ideas-grid" });

  /**
   * @param {App} app
   * @param {"thumb" | "plain"} kind which texts its buttons have
   * @param {(place: number) => void} click
   */
  constructor(app, kind, click) {
    this.#app = app;
    this.#kind = kind;
    this.#click = click;
    this.root.classList.toggle("plain", kind === "plain");
  }

  /**
   * Offer some of the classes, without their ideals.
   * @param {number} first
   * @param {number} count
   */
  offer(first, count) {
    const { task } = this.#app;
    this.thumbs = Array.from({ length: count }, (_, place) =>
      new IdeaThumb(task, first + place, this.#kind, () => this.#click(place)));
    this.root.classList.toggle("words", task.classes.some(({ length }) => length > LONGEST_SHORT));
    this.root.replaceChildren(...this.thumbs.map(({ root }) => root));
    this.clear();
  }

  clear() {
    this.ideals = this.thumbs.map(() => null);
  }

  /** Forget the images on the way, of searches that have failed. */
  stop() {
    for (const [place, thumb] of this.thumbs.entries()) if (!this.ideals[place]) thumb.blank();
  }

  /** Show the images less clearly until there are others. */
  fade() {
    for (const thumb of this.thumbs) thumb.fade();
  }

  /**
   * Take the result of a run; the best of several counts, the first of equal ones.
   * @param {number} place
   * @param {Idea} ideal
   */
  take(place, ideal) {
    const known = this.ideals[place];
    if (!known || ideal.energy > known.energy) this.ideals[place] = ideal;
  }

  /**
   * Show an image on the way, until there is a result.
   * @param {number} place
   * @param {Pick<Frame | IdealAnswer, "image">} frame
   */
  showFrame(place, frame) {
    if (!this.ideals[place]) this.thumbs[place]?.showFrame(frame);
  }

  /**
   * @param {number | null} chosen its place
   * @param {number} most the logit at which the bars end
   * @param {boolean} isBusy
   */
  show(chosen, most, isBusy) {
    this.root.setAttribute("aria-busy", String(isBusy));
    for (const [place, thumb] of this.thumbs.entries()) {
      thumb.show(this.ideals[place], place === chosen, this.#app.model, most);
    }
  }
}
