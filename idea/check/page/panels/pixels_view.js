// @ts-check
/** The panel around the board of pixels: target, numbers and buttons. */

import { action, enable } from "../base/action.js";
import { ClassChoice } from "./class_choice.js";
import { el, icon, setTexts } from "../base/dom.js";
import { number, percent, t } from "../base/language.js";
import { legendOf } from "./legend.js";
import { NearestImage } from "./nearest.js";
import { Readout, signed } from "./readout.js";
import { saveRow } from "./save.js";
import { fileName } from "../base/task.js";
import { undoByKeys } from "../base/undo_keys.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").Gains} Gains */
/** @typedef {import("../site/site.js").Site} Site */

/**
 * @typedef {object} Actions
 * @property {(paints: boolean) => void} swipePaints
 * @property {() => void} changed the marks are to be shown or hidden
 * @property {() => void} onTargetChange
 * @property {() => void} best
 * @property {() => void} play
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {() => void} fromDrawing
 * @property {() => void} fromIdea
 * @property {() => void} blank
 * @property {() => Float32Array} image
 */

export class PixelsView {
  target;
  nearest;
  #app;
  #actions;
  #energy = new Readout("pixels.energy");
  #prediction = new Readout("pixels.prediction");
  #status = el("p", { class: "pixels-status", role: "status" });
  #place = el("p", { class: "hint", "aria-live": "polite" });
  #marks = el("input", { type: "checkbox", checked: true });
  #swipe = el("input", { type: "checkbox", autocomplete: "off" });
  #best = action("pixels.best", "step", () => this.#actions.best(), "primary");
  #play = action("pixels.play", "play", () => this.#actions.play());
  #drawing = action("pixels.drawing", "pen", () => this.#actions.fromDrawing());
  #undo = action("pixels.undo", "undo", () => this.#actions.undo());
  root;

  /**
   * @param {App} app
   * @param {Site} site
   * @param {HTMLCanvasElement} board
   * @param {Actions} actions
   */
  constructor(app, site, board, actions) {
    this.#actions = actions;
    this.#app = app;
    this.target = new ClassChoice(app, "pixels.digit", 5, () => actions.onTargetChange());
    this.nearest = new NearestImage(app, site);
    this.#marks.addEventListener("change", () => actions.changed());
    this.#swipe.addEventListener("change", () => actions.swipePaints(this.#swipe.checked));
    const getImage = () => ({
      image: actions.image(), name: `pixels_${fileName(app.task, this.target.index)}`,
    });
    const left = el("div", { class: "stack tight" }, board, this.#legend(), this.#place);
    const right = el("div", { class: "stack" });
    right.append(this.target.root, this.#numbers(), this.#buttons(), this.#sources());
    right.append(this.nearest.root);
    const columns = el("div", { class: "pixels-columns" }, left, right);
    const hint = el("p", { class: "hint", text: "pixels.hint" });
    this.root = el("div", { class: "stack" }, hint, columns, saveRow(app, getImage));
    undoByKeys(this.root, actions);
  }

  /** Whether the gains are to be shown. */
  get marked() {
    return this.#marks.checked;
  }

  /**
   * @param {object} shown
   * @param {Gains | null} shown.gains
   * @param {boolean} shown.isFresh whether they are those of the image
   * @param {boolean} shown.canUndo
   * @param {boolean} shown.isEmpty whether nothing is drawn
   * @param {boolean} shown.isPlaying
   */
  show({ gains, isFresh, canUndo, isEmpty, isPlaying }) {
    const best = isFresh && gains?.best;
    enable(this.#best, Boolean(best) && !isPlaying);
    enable(this.#play, Boolean(best) || isPlaying);
    this.#play.firstElementChild?.replaceWith(icon(isPlaying ? "pause" : "play"));
    setTexts(this.#play, { text: isPlaying ? "pixels.pause" : "pixels.play" });
    enable(this.#undo, canUndo);
    enable(this.#drawing, !isEmpty);
    this.#energy.show(gains ? number(gains.energy, 1) : "–");
    const label = gains && this.#app.task.classes[gains.index];
    this.#prediction.show(label ?? "–", gains ? percent(gains.probability) : "");
    if (isPlaying) setTexts(this.#status, { text: "pixels.playing" });
    else if (gains && isFresh) this.#showStatus(gains);
  }

  /**
   * Show the position of the keyboard's cursor.
   * @param {number} pixel
   * @param {number} value
   * @param {number | null} gain of flipping it, where it is known
   */
  place(pixel, value, gain) {
    this.#place.textContent = t(gain === null ? "pixels.place" : "pixels.place.gain", {
      ...this.#placeOf(pixel),
      value: t(value ? "pixels.white" : "pixels.black"),
      gain: gain === null ? "" : signed(gain),
    });
  }

  /** @param {Gains} gains */
  #showStatus({ best, gains }) {
    const params = best && { ...this.#placeOf(best.pixel), gain: signed(best.gain) };
    const none = gains.every((gain) => gain === 0) ? "pixels.flat" : "pixels.optimum";
    const texts = params ? { text: "pixels.next", params } : { text: none };
    this.#status.classList.toggle("reached", !params);
    setTexts(this.#status, texts);
  }

  /** @param {number} pixel */
  #placeOf(pixel) {
    const { width } = this.#app.task;
    return { row: Math.floor(pixel / width) + 1, column: (pixel % width) + 1 };
  }

  #legend() {
    const marks = [
      legendOf("gain", "pixels.gain"),
      legendOf("loss", "pixels.loss"),
      legendOf("next", "pixels.most"),
    ];
    const toggle = el("label", { class: "legend toggle" }, this.#marks);
    toggle.append(el("span", { text: "pixels.marks" }));
    const swipe = el("label", { class: "legend toggle touch-only" }, this.#swipe);
    swipe.append(el("span", { text: "pixels.swipe" }));
    return el("div", { class: "row tight hint board-width" }, ...marks, toggle, swipe);
  }

  #numbers() {
    const readouts = el("div", { class: "readouts" }, this.#energy.root, this.#prediction.root);
    return el("div", { class: "stack tight" }, readouts, this.#status);
  }

  #buttons() {
    return el("div", { class: "row tight" }, this.#best, this.#play, this.#undo);
  }

  #sources() {
    const idea = action("pixels.idea", "eye", this.#actions.fromIdea);
    const blank = action("pixels.blank", "eraser", this.#actions.blank);
    const buttons = el("div", { class: "row tight" }, this.#drawing, idea, blank);
    return el("div", { class: "stack tight" }, el("h3", { text: "pixels.from" }), buttons);
  }
}
