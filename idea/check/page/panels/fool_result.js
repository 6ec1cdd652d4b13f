// @ts-check
/** How the network was fooled: before and after, and every flip in between. */

import { isEqual } from "../base/arrays.js";
import { classParams } from "./article.js";
import { bytesOf, flipped } from "../base/binary.js";
import { Bars } from "../shell/bars.js";
import { Curve } from "./curve.js";
import { el, setTexts } from "../base/dom.js";
import { paintFlips } from "./flips.js";
import { FrameAnswers } from "./frame_answers.js";
import { number, onLanguage, percent, t } from "../base/language.js";
import { legendOf } from "./legend.js";
import { bringIntoView, prefersReducedMotion } from "../base/motion.js";
import { Player } from "./player.js";
import { gifButtons, saveRow } from "./save.js";
import { fileName } from "../base/task.js";
import { Transport } from "./transport.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").Fooling} Fooling */
/** @typedef {import("../site/site.js").Answer} Answer */

// Duration of all flips together, within the limits of their rate.
const SECONDS = 3;
const [SLOWEST, FASTEST] = [1, 30];

/**
 * @typedef {object} Attack
 * @property {import("../base/task.js").Task} task
 * @property {Float32Array<ArrayBuffer>} image before
 * @property {number} target
 * @property {Fooling} fooling
 * @property {boolean} isDrawing whether the image is the drawing
 * @property {{x: number, y: number}[]} points flips and margins
 */

export class FoolResult {
  #app;
  /** @type {Attack | null} */
  #attack = null;
  player = new Player(() => this.#refresh());
  #headline = el("h3", { class: "fool-headline" });
  #before = el("canvas", { class: "board", role: "img", label: "fool.image" });
  #after = el("canvas", { class: "board", role: "img", label: "fool.after.image" });
  #beforeCaption = el("figcaption", {});
  #afterCaption = el("figcaption", {});
  #progress = el("p");
  #curve = new Curve({ x: "fool.flips", y: "fool.margin", label: "fool.curve" });
  #transport;
  #answers;
  #bars = new Bars();
  root = el("div", { class: "stack fool-result", hidden: true });

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    const speeds = { slowest: SLOWEST, fastest: FASTEST };
    this.#transport = new Transport(this.player, speeds, () => this.#progress.textContent ?? "");
    const pair = el("div", { class: "fool-pair" });
    pair.append(el("figure", {}, this.#before, this.#beforeCaption));
    const after = el("figure", { class: "race" }, this.#after, this.#afterCaption, this.#bars.root);
    pair.append(after);
    const progress = el("div", { class: "stack tight" }, this.#progress, this.#curve.root);
    progress.append(this.#transport.root, el("p", { class: "hint", text: "curve.marks" }));
    pair.append(progress);
    this.#answers = new FrameAnswers(app, () => this.#refresh());
    const marks = [legendOf("added", "fool.added"), legendOf("removed", "fool.removed")];
    const legend = el("div", { class: "row tight hint" }, ...marks);
    this.root.append(this.#headline, pair, legend, this.#saveRow());
    onLanguage(() => this.#refresh());
  }

  /**
   * @param {Float32Array<ArrayBuffer>} image
   * @param {number} target
   * @param {Fooling} fooling
   * @param {boolean} isDrawing
   */
  show(image, target, fooling, isDrawing) {
    const margins = [marginOf(fooling.before, target), ...fooling.margins];
    const points = margins.map((y, x) => ({ x, y }));
    this.#attack = { task: this.#app.task, image, target, fooling, isDrawing, points };
    const { flips } = fooling;
    this.#answers.begin((at) => flipped(image, flips.slice(0, at)));
    this.#answers.grow(flips.length + 1);
    this.player.rate = Math.min(Math.max(flips.length / SECONDS, 2), FASTEST);
    this.player.begin();
    this.player.grow(flips.length + 1);
    this.player.close();
    if (prefersReducedMotion()) this.player.seek(flips.length);
    const { text = "", params } = headlineOf(this.#attack);
    this.#app.announce(t(text, params));
    bringIntoView(this.root);
  }

  /** The class that the shown flips lead to, or null. */
  get target() {
    return this.#attack?.target ?? null;
  }

  clear() {
    this.#attack = null;
    this.#answers.clear();
    this.player.clear();
  }

  /**
   * Check whether this is the image that is shown.
   * @param {ArrayLike<number>} image
   */
  shows(image) {
    return this.#attack !== null && isEqual(this.#present, image);
  }

  /** The image after as many flips as are shown. */
  get #present() {
    const { image, fooling } = /** @type {Attack} */ (this.#attack);
    return flipped(image, fooling.flips.slice(0, this.player.at));
  }

  #refresh() {
    const attack = this.#attack;
    this.root.hidden = !attack;
    if (!attack) return;
    const { at } = this.player;
    const { before, after, flips } = attack.fooling;
    paintFlips(this.#before, attack.image, attack.image, attack.task);
    paintFlips(this.#after, this.#present, attack.image, attack.task);
    setTexts(this.#headline, headlineOf(attack));
    setTexts(this.#beforeCaption, captionOf("fool.before", before, attack.task));
    const isLast = at === flips.length;
    const caption = isLast ? captionOf("fool.after", after, attack.task) : this.#captionAt(attack, at);
    setTexts(this.#afterCaption, caption);
    this.#describe(attack, at);
    this.#curve.show(attack.points, at, switchesOf(attack));
    this.#bars.show(this.#answers.at(at), attack.task, "probability");
    this.#transport.show();
  }

  /**
   * @param {Attack} attack
   * @param {number} at
   */
  #captionAt({ fooling, task }, at) {
    const index = at === 0 ? fooling.before.index : fooling.indices[at - 1];
    return { text: "fool.meanwhile", params: { label: task.classes[index] } };
  }

  /**
   * @param {Attack} attack
   * @param {number} at
   */
  #describe({ fooling, points, target, task }, at) {
    const { y } = points[at];
    const margin = number(Math.abs(y), Math.abs(y) < 10 ? 2 : 1);
    const params = { at, count: fooling.flips.length, target: task.classes[target], margin };
    setTexts(this.#progress, { text: y < 0 ? "fool.behind" : "fool.leads", params });
  }

  #saveRow() {
    const name = () => {
      const { task, fooling, target } = /** @type {Attack} */ (this.#attack);
      return `fooled_${fileName(task, fooling.before.index)}_${fileName(task, target)}`;
    };
    const gif = gifButtons(this.#app, () => {
      const { image, fooling } = /** @type {Attack} */ (this.#attack);
      const count = fooling.flips.length + 1;
      const images = Array.from({ length: count }, (_, at) =>
        bytesOf(flipped(image, fooling.flips.slice(0, at))));
      return { images, fps: this.player.rate, name: name() };
    });
    return saveRow(this.#app, () => ({ image: this.#present, name: name() }), gif);
  }
}

/**
 * The flips after which the prediction is another.
 * @param {Attack} attack
 * @returns {import("./curve.js").Mark[]}
 */
function switchesOf({ fooling: { before, indices }, task }) {
  const all = [before.index, ...indices];
  const switches = all.flatMap((index, at) => (at > 0 && index !== all[at - 1] ? [at] : []));
  return switches.map((at) => ({ at, label: task.classes[all[at]] }));
}

/**
 * @param {Attack} attack
 * @returns {import("../base/dom.js").Texts}
 */
function headlineOf({ fooling: { before, fooled, flips }, task, target, isDrawing }) {
  const classes = { ...classParams(task, before.index), ...classParams(task, target, "target") };
  const params = { count: flips.length, ...classes };
  if (!fooled) return { text: "fool.failed", params };
  const source = isDrawing ? "drawing" : "idea";
  return { text: `fool.${source}.${flips.length === 1 ? "one" : "many"}`, params };
}

/**
 * @param {string} text
 * @param {Answer} answer
 * @param {import("../base/task.js").Task} task
 */
function captionOf(text, { index, probability }, task) {
  return { text, params: { label: task.classes[index], share: percent(probability) } };
}

/**
 * The target's logit minus the largest other.
 * @param {Answer} answer
 * @param {number} target
 */
function marginOf({ logits }, target) {
  return logits[target] - Math.max(...logits.filter((_, index) => index !== target));
}
