// @ts-check
/** Why the network answers so: what the answer would lose if each pixel alone were flipped. */

import { classParams } from "./article.js";
import { paintBoard, pixelAt } from "./board.js";
import { binaryOf } from "../base/binary.js";
import { el, setTexts } from "../base/dom.js";
import { onLanguage, t } from "../base/language.js";
import { legendOf } from "./legend.js";
import { Pad } from "./pad.js";
import { moved } from "../numbers/field.js";
import { runnerUp } from "../numbers/softmax.js";
import { lostBy } from "../numbers/why.js";
import { pixelsOf } from "../base/task.js";
import { signed } from "./readout.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../base/task.js").Task} Task */

/**
 * @typedef {object} Reasons
 * @property {Float32Array} image binary
 * @property {number} first the index of the answer
 * @property {number} second
 * @property {number[]} lost for each pixel
 * @property {number} whole what there is to lose
 * @property {boolean} isAgainst whether it is the lead over the second class
 * @property {Task} task
 */

export class Why {
  #app;
  #visible = false;
  #busy = false;
  #stale = false;
  /** @type {Reasons | null} */
  #reasons = null;
  #cursor = -1;
  #title = el("h3");
  #about = el("p", { class: "hint" });
  #most = el("p");
  #place = el("p", { class: "hint", "aria-live": "polite" });
  #board = el("canvas", { class: "board", tabindex: 0, role: "application", label: "why.board" });
  #against = el("input", { type: "checkbox", autocomplete: "off" });
  #second = el("span", { text: "why.second" });
  root;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#against.addEventListener("change", () => this.update());
    const marks = el("div", { class: "row tight hint" }, legendOf("gain", "why.for"), legendOf("loss", "why.against"));
    const toggle = el("label", { class: "field flat" }, this.#against, this.#second);
    const head = el("div", { class: "why-head stack tight" }, this.#title, this.#most, toggle, new Pad(app).root);
    const board = el("div", { class: "why-board stack tight" }, this.#board, marks, this.#place);
    this.root = el("div", { class: "why" }, head, board, this.#about);
    this.#board.addEventListener("pointermove", (event) => this.#point(pixelAt(this.#board, event, app.task)));
    this.#board.addEventListener("click", (event) => this.#point(pixelAt(this.#board, event, app.task)));
    this.#board.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const { width } = app.task;
      const next = moved(event.key, Math.max(0, this.#cursor), width, pixelsOf(app.task));
      if (next === null) return;
      event.preventDefault();
      this.#point(next);
    });
    this.#board.addEventListener("blur", () => this.#point(null));
    onLanguage(() => this.#show());
    this.#show();
  }

  /** Whether the second class is taken into account, for the address. */
  get addressValue() {
    return {
      read: () => (this.#against.checked ? "second" : null),
      write: (/** @type {string} */ text) => {
        if (text === "second") this.#against.checked = true;
        return text === "second";
      },
    };
  }

  set visible(/** @type {boolean} */ visible) {
    this.#visible = visible;
    if (visible) this.update();
  }

  /** Find the reasons for the drawing as it is. */
  update() {
    this.#stale = true;
    if (this.#visible && !this.#busy) this.#find();
  }

  async #find() {
    this.#busy = true;
    while (this.#stale && this.#visible) {
      this.#stale = false;
      try {
        this.#reasons = await this.#reasonsNow();
        this.#show();
        this.#app.clearError("inside");
      } catch (error) {
        this.#app.showError(error, "inside");
      }
    }
    this.#busy = false;
  }

  /** @returns {Promise<Reasons | null>} null while nothing is drawn */
  async #reasonsNow() {
    const { answers, drawing, model: { id }, site, task } = this.#app;
    const { prepared } = drawing.images();
    if (!prepared) return null;
    const image = binaryOf(prepared);
    let gains = await site.gains(id, answers.prepared?.index ?? 0, image);
    const first = gains.logits.indexOf(Math.max(...gains.logits));
    if (first !== answers.prepared?.index) gains = await site.gains(id, first, image);
    const second = runnerUp(gains.logits, first);
    const isAgainst = this.#against.checked;
    const other = isAgainst ? await site.gains(id, second, image) : null;
    const lost = lostBy(gains.gains, other?.gains ?? null);
    const whole = gains.logits[first] - (isAgainst ? gains.logits[second] : 0);
    return { image, first, second, lost, whole, isAgainst, task };
  }

  #show() {
    const reasons = this.#reasons?.task === this.#app.task ? this.#reasons : null;
    const { task } = this.#app;
    const cursor = this.#cursor < 0 ? null : this.#cursor;
    const image = reasons?.image ?? new Float32Array(pixelsOf(task));
    paintBoard(this.#board, { image, gains: reasons?.lost ?? null, best: null, cursor }, task);
    this.#most.textContent = reasons ? mostOf(reasons) : "";
    if (!reasons) {
      setTexts(this.#title, { text: "why.draw" });
      setTexts(this.#second, { text: "why.second" });
      setTexts(this.#about, { text: "why.about" });
      return;
    }
    const params = paramsOf(reasons);
    setTexts(this.#title, { text: reasons.isAgainst ? "why.title.second" : "why.title", params });
    setTexts(this.#second, { text: "why.second.which", params });
    setTexts(this.#about, { text: reasons.isAgainst ? "why.about.second" : "why.about.first", params });
    this.#showPlace();
  }

  /** @param {number | null} pixel */
  #point(pixel) {
    if ((pixel ?? -1) === this.#cursor) return;
    this.#cursor = pixel ?? -1;
    this.#show();
  }

  #showPlace() {
    const [reasons, pixel] = [this.#reasons, this.#cursor];
    this.#place.textContent = reasons && pixel >= 0 && pixel < reasons.lost.length ? t("why.place", placeOf(reasons, pixel)) : "";
  }
}

/** @param {Reasons} reasons */
function paramsOf({ first, second, task, whole }) {
  return { ...classParams(task, first), ...classParams(task, second, "second"), whole: signed(whole) };
}

/** @param {Reasons} reasons */
function mostOf(reasons) {
  const most = reasons.lost.indexOf(Math.max(...reasons.lost));
  if (!(reasons.lost[most] > 0)) return t("why.none");
  const text = reasons.isAgainst ? "why.most.second" : "why.most";
  return t(text, { ...paramsOf(reasons), ...placeOf(reasons, most) });
}

/**
 * @param {Reasons} reasons
 * @param {number} pixel
 */
function placeOf({ image, lost, task: { width } }, pixel) {
  return {
    row: Math.floor(pixel / width) + 1,
    column: (pixel % width) + 1,
    value: t(image[pixel] ? "pixels.white" : "pixels.black"),
    lost: signed(-lost[pixel]),
  };
}
