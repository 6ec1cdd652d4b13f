// @ts-check
/** The best score of the game that is shown, and what forgets all of them. */

import { action, enable } from "../base/action.js";
import { el, setTexts } from "../base/dom.js";
import { BestScores } from "../games/best_scores.js";

/** @typedef {import("../games/best_scores.js").Score} Score */
/** @typedef {(score: Score) => import("../base/dom.js").Texts} Describe */

export class BestRow {
  #scores = new BestScores();
  #words = el("p");
  #forget = action("play.forget", "trash", () => this.#clear(), "quiet");
  /** @type {() => void} */
  #show = () => {};
  root = el("div", { class: "row tight play-best" }, this.#words, this.#forget);

  constructor() {
    setTexts(this.#forget, { title: "play.forget.title" });
  }

  /**
   * Show the best score of a game.
   * @param {string} game with all that makes it another game
   * @param {Describe} describe
   */
  show(game, describe) {
    this.#show = () => {
      const best = this.#scores.of(game);
      setTexts(this.#words, best ? describe(best) : { text: "play.best.none" });
      enable(this.#forget, !this.#scores.isEmpty);
    };
    this.#show();
  }

  /**
   * @param {string} game
   * @param {Score} score
   * @returns {boolean} whether it is the best so far
   */
  offer(game, score) {
    const isBest = this.#scores.offer(game, score);
    this.#show();
    return isBest;
  }

  #clear() {
    this.#scores.forget();
    this.#show();
  }
}
