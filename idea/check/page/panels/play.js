// @ts-check
/** Three games: fool the network, predict when its answer breaks, draw ten digits. */

import { choiceValue } from "../base/address_values.js";
import { Choice } from "../base/choice.js";
import { el, setTexts } from "../base/dom.js";
import { BestRow } from "./play_best.js";
import { DrawGame } from "./play_draw.js";
import { FoolGame } from "./play_fool.js";
import { ShakeGame } from "./play_shake.js";
import { PlaySource } from "./play_source.js";

/** @typedef {import("../shell/app.js").App} App */
/**
 * @typedef {object} Game
 * @property {HTMLElement} root
 * @property {HTMLElement} [controls] beside what is played with
 * @property {() => void} shown it is in sight, from now on or still, perhaps with another network
 * @property {() => void} hidden
 */

const GAMES = ["fool", "shake", "draw"];

/**
 * @param {HTMLElement} root
 * @param {App} app
 */
export function mountPlay(root, app) {
  const play = new Play(app);
  root.append(play.root);
  return { shown: () => play.shown(), hidden: () => play.hidden() };
}

class Play {
  #isVisible = false;
  #choice = new Choice("play.game", GAMES.map((value) => ({ value, text: `play.${value}` })), () => this.#follow());
  #hint = el("p", { class: "hint" });
  #source;
  /** @type {Record<string, Game>} */
  #games;
  root;

  /** @param {App} app */
  constructor(app) {
    const best = new BestRow();
    const isShown = (/** @type {string} */ name) => this.#choice.value === name;
    this.#source = new PlaySource(app, () => isShown("fool") || isShown("shake"));
    app.address.declare("play", "game", choiceValue(this.#choice, () => this.#follow()));
    this.#source.declare();
    this.#games = {
      fool: new FoolGame(app, this.#source, best),
      shake: new ShakeGame(app, this.#source, best, () => isShown("shake")),
      draw: new DrawGame(app, best, () => isShown("draw")),
    };
    this.root = el("div", { class: "stack play" }, this.#choice.root, this.#hint);
    const games = Object.values(this.#games);
    this.root.append(el("div", { class: "row play-controls" }, this.#source.root, ...games.flatMap(({ controls = [] }) => controls)));
    this.root.append(...games.map(({ root }) => root), best.root);
    this.#source.onChange = () => this.#follow();
    app.on("model", () => this.#follow());
    app.on("recovered", () => this.#follow());
    this.#follow();
  }

  shown() {
    this.#isVisible = true;
    this.#follow();
  }

  hidden() {
    this.#isVisible = false;
    this.#follow();
  }

  /** Let the chosen game, and no other, know that it is in sight. */
  #follow() {
    const chosen = this.#choice.value;
    setTexts(this.#hint, { text: `play.${chosen}.about` });
    this.#source.root.hidden = chosen === "draw";
    for (const [name, game] of Object.entries(this.#games)) {
      game.root.hidden = name !== chosen;
      if (game.controls) game.controls.hidden = name !== chosen;
      if (name !== chosen || !this.#isVisible) game.hidden();
    }
    if (this.#isVisible) this.#games[chosen].shown();
  }
}
