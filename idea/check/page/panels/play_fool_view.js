// @ts-check
/** "Fool it yourself": board, bars, counts and buttons. */

import { action, enable } from "../base/action.js";
import { classParams } from "./article.js";
import { flipped } from "../base/binary.js";
import { Bars } from "../shell/bars.js";
import { Choice } from "../base/choice.js";
import { el, setTexts } from "../base/dom.js";
import { paintFlips } from "./flips.js";
import { onLanguage, t } from "../base/language.js";
import { legendOf } from "./legend.js";
import { Readout } from "./readout.js";
import { isSame } from "../base/task.js";
import { undoByKeys } from "../base/undo_keys.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("./play_fool.js").Round} Round */

/**
 * @typedef {object} Shown
 * @property {Round} round
 * @property {{flips: number, hints: number}} spent
 * @property {number | null} machine its flips
 * @property {boolean} isFooled
 * @property {{points: number, compared: "fewer" | "equal" | "more"} | null} result
 * @property {boolean} canUndo
 */
/** @typedef {Record<"hint" | "reveal" | "reset" | "undo" | "redo", () => void>} Actions */

const ROBUST = "robust";

export class FoolGameView {
  #app;
  #source;
  #level = new Choice("play.level", [
    { value: "ordinary", text: "play.level.ordinary" }, { value: ROBUST, text: "play.level.robust" },
  ], () => this.#choose());
  /** The network of the other level. */
  #ordinary = "";
  #flips = new Readout("play.fool.flips");
  #hints = new Readout("play.fool.hints");
  #machine = new Readout("play.fool.machine");
  #bars = new Bars();
  #status = el("p", { class: "play-status", role: "status" });
  #place = el("p", { class: "hint", "aria-live": "polite" });
  #hinted = el("p", { class: "play-hinted", role: "status" });
  #hint;
  #reset;
  #undo;
  #reveal;
  #empty = el("p", { class: "notice", text: "play.empty" });
  #columns;
  #solution = el("canvas", { class: "board", role: "img", label: "play.fool.solution.image" });
  #caption = el("figcaption", {});
  controls = el("div", {}, this.#level.root);
  #figure = el("figure", { class: "play-solution", hidden: true }, this.#solution, this.#caption);
  /** @type {Shown | null} */
  #shown = null;
  root;

  /**
   * @param {App} app
   * @param {import("./play_source.js").PlaySource} source
   * @param {HTMLCanvasElement} board
   * @param {Actions} actions
   */
  constructor(app, source, board, actions) {
    this.#app = app;
    this.#source = source;
    this.#hint = action("play.fool.hint", "eye", actions.hint, "primary");
    setTexts(this.#hint, { title: "play.fool.hint.title" });
    this.#undo = action("pixels.undo", "undo", actions.undo);
    this.#reset = action("play.fool.reset", "reset", actions.reset);
    this.#reveal = action("play.fool.reveal", "stop", actions.reveal);
    const legend = el("div", { class: "row tight hint board-width" });
    legend.append(legendOf("gain", "fool.added"), legendOf("loss", "fool.removed"), legendOf("next", "play.fool.hinted"));
    // At the board, whose flips they are about: on phones the rest lies below the screen's edge.
    const buttons = el("div", { class: "row tight board-width" }, this.#hint, this.#undo, this.#reset);
    const left = el("div", { class: "stack tight" }, this.#status, board, buttons, legend, this.#place);
    const readouts = el("div", { class: "readouts" }, this.#flips.root, this.#hints.root, this.#machine.root);
    const right = el("div", { class: "stack" }, readouts, this.#bars.root, this.#hinted, this.#reveal, this.#figure);
    this.#columns = el("div", { class: "pixels-columns" }, left, right);
    this.root = el("div", { class: "stack" }, this.#empty, this.#columns);
    undoByKeys(this.root, actions);
    onLanguage(() => this.show(this.#shown));
  }

  /** @param {Shown | null} shown null while there is no image */
  show(shown) {
    this.#shown = shown;
    this.#showLevel();
    this.#columns.hidden = !shown;
    this.#empty.hidden = Boolean(shown) || !this.#source.needsDrawing || !this.#app.drawing.empty;
    if (!shown) return;
    const { round, spent, machine, isFooled, canUndo } = shown;
    this.#flips.show(String(spent.flips));
    this.#hints.show(String(spent.hints));
    const none = round.isMachineDone ? "–" : "…";
    this.#machine.show(machine === null ? none : String(machine), round.isLeast ? t("play.fool.least") : "");
    this.#bars.show(round.answer, this.#app.task, "probability");
    setTexts(this.#status, this.#statusOf(shown));
    this.#status.classList.toggle("reached", isFooled);
    this.#hinted.textContent = round.hint === null ? "" : t("play.fool.hint.place", this.#placeOf(round.hint));
    enable(this.#hint, !isFooled && round.isFresh && round.hint === null);
    enable(this.#undo, canUndo);
    enable(this.#reset, spent.flips > 0);
    enable(this.#reveal, machine !== null && !round.isRevealed);
    this.#showSolution(round);
  }

  /**
   * Where the keyboard's cursor is.
   * @param {number} pixel
   * @param {number} value
   */
  place(pixel, value) {
    const colour = t(value ? "pixels.white" : "pixels.black");
    this.#place.textContent = t("pixels.place", { ...this.#placeOf(pixel), value: colour });
  }

  /** @param {number} pixel */
  #placeOf(pixel) {
    const { width } = this.#app.task;
    return { row: Math.floor(pixel / width) + 1, column: (pixel % width) + 1 };
  }

  /**
   * @param {Shown} shown
   * @returns {import("../base/dom.js").Texts}
   */
  #statusOf({ round, spent, machine, isFooled, result }) {
    const { task } = this.#app;
    const params = { ...classParams(task, round.first.index), ...classParams(task, round.answer.index, "now") };
    if (!isFooled) {
      const text = round.isGivenUp ? "play.fool.given_up" : "play.fool.not_yet";
      return { text, params };
    }
    const sum = t(spent.hints ? "play.fool.spent" : "play.fool.spent.flips", { ...spent, sum: spent.flips + spent.hints });
    const counts = { ...params, spent: sum, machine: machine ?? "…" };
    if (!result || round.isGivenUp) return { text: "play.fool.fooled", params: counts };
    return { text: `play.fool.${result.compared}`, params: { ...counts, points: result.points } };
  }

  /** @param {Round} round */
  #showSolution({ isRevealed, machine, before }) {
    this.#figure.hidden = !isRevealed || !machine;
    if (!isRevealed || !machine) return;
    const { task } = this.#app;
    paintFlips(this.#solution, flipped(before, machine.flips), before, task);
    const params = { ...classParams(task, machine.after.index), count: machine.flips.length };
    const text = machine.flips.length === 1 ? "play.fool.solution.one" : "play.fool.solution";
    setTexts(this.#caption, { text, params });
  }

  /** The levels: the network that is chosen, and the robust one of its task. */
  #showLevel() {
    const { model, site, task } = this.#app;
    const robust = site.models.find(({ id }) => id === ROBUST);
    this.#level.root.hidden = !robust || !isSame(robust.task, task);
    this.#level.value = model.id === ROBUST ? ROBUST : "ordinary";
    if (model.id !== ROBUST) this.#ordinary = model.id;
  }

  #choose() {
    const { model, site, task } = this.#app;
    const others = site.models.filter((entry) => entry.id !== ROBUST && isSame(entry.task, task));
    const ordinary = others.find(({ id }) => id === this.#ordinary) ?? others[0] ?? model;
    this.#app.choose(this.#level.value === ROBUST ? ROBUST : ordinary.id);
  }
}
