// @ts-check
/** How a network was fooled: before and after, and every flip between. */

import { digitParams } from "./article.js";
import { flipped, isSame } from "../base/binary.js";
import { prepareBoard } from "./board.js";
import { Curve } from "./curve.js";
import { el, setTexts } from "../base/dom.js";
import { paintFlips } from "./flips.js";
import { bytesOf, gifButtons, keepRow } from "./keep.js";
import { number, onLanguage, percent, t } from "../base/language.js";
import { legendOf } from "./legend.js";
import { bringIntoView, prefersReducedMotion } from "../base/motion.js";
import { Player } from "./player.js";
import { Transport } from "./transport.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/server.js").Fooling} Fooling */
/** @typedef {import("../site/site.js").Answer} Answer */

// So many seconds the flips take together, as far as their rate allows.
const SECONDS = 3;
const [SLOWEST, FASTEST] = [1, 30];

/**
 * @typedef {object} Case
 * @property {Float32Array<ArrayBuffer>} image before
 * @property {number} target
 * @property {Fooling} fooling
 * @property {boolean} isYours whether the image is the reader's drawing
 * @property {{x: number, y: number}[]} points flips and margins
 */

export class FoolResult {
  #app;
  /** @type {Case | null} */
  #case = null;
  #player = new Player(() => this.#refresh());
  #headline = el("h3", { class: "fool-headline" });
  #before = el("canvas", { class: "board", role: "img", label: "fool.image" });
  #after = el("canvas", { class: "board", role: "img", label: "fool.after.image" });
  #beforeReads = el("figcaption", {});
  #afterReads = el("figcaption", {});
  #progress = el("p", { class: "fool-progress" });
  #curve = new Curve({ x: "fool.flips", y: "fool.margin", label: "fool.curve" });
  #transport;
  root = el("div", { class: "stack fool-result", hidden: true });

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    prepareBoard(this.#before);
    prepareBoard(this.#after);
    const speeds = { slowest: SLOWEST, fastest: FASTEST };
    this.#transport = new Transport(this.#player, speeds, () => this.#progress.textContent ?? "");
    const pair = el("div", { class: "fool-pair" });
    pair.append(el("figure", {}, this.#before, this.#beforeReads));
    pair.append(el("figure", {}, this.#after, this.#afterReads));
    pair.append(el("div", { class: "stack tight" }, this.#progress, this.#curve.root));
    const marks = [legendOf("added", "fool.added"), legendOf("removed", "fool.removed")];
    const legend = el("div", { class: "row tight hint" }, ...marks);
    this.root.append(this.#headline, pair, legend, this.#transport.root, this.#keepRow());
    onLanguage(() => this.#refresh());
  }

  /**
   * @param {Float32Array<ArrayBuffer>} image
   * @param {number} target
   * @param {Fooling} fooling
   * @param {boolean} isYours
   */
  show(image, target, fooling, isYours) {
    const margins = [marginOf(fooling.before, target), ...fooling.margins];
    const points = margins.map((y, x) => ({ x, y }));
    this.#case = { image, target, fooling, isYours, points };
    const { flips } = fooling;
    this.#player.rate = Math.min(Math.max(flips.length / SECONDS, 2), FASTEST);
    this.#player.begin();
    this.#player.grow(flips.length + 1);
    this.#player.close();
    if (prefersReducedMotion()) this.#player.seek(flips.length);
    const { text = "", params } = headlineOf(this.#case);
    this.#app.announce(t(text, params));
    bringIntoView(this.root);
  }

  clear() {
    this.#case = null;
    this.#player.forget();
  }

  pause() {
    this.#player.pause();
  }

  /**
   * Whether this is the image that is shown.
   * @param {ArrayLike<number>} image
   */
  shows(image) {
    return this.#case !== null && isSame(this.#present, image);
  }

  /** The image after as many flips as are shown. */
  get #present() {
    const { image, fooling } = /** @type {Case} */ (this.#case);
    return flipped(image, fooling.flips.slice(0, this.#player.at));
  }

  #refresh() {
    const now = this.#case;
    this.root.hidden = !now;
    if (!now) return;
    const { at } = this.#player;
    const { before, after, flips } = now.fooling;
    paintFlips(this.#before, now.image, now.image);
    paintFlips(this.#after, this.#present, now.image);
    setTexts(this.#headline, headlineOf(now));
    setTexts(this.#beforeReads, captionOf("fool.before", before));
    const reads = at === flips.length ? captionOf("fool.after", after) : this.#reads(now, at);
    setTexts(this.#afterReads, reads);
    this.#tell(now, at);
    this.#curve.show(now.points, at);
    this.#transport.show();
  }

  /**
   * @param {Case} now
   * @param {number} at
   */
  #reads({ fooling }, at) {
    const digit = at === 0 ? fooling.before.digit : fooling.digits[at - 1];
    return { text: "fool.meanwhile", params: { digit } };
  }

  /**
   * @param {Case} now
   * @param {number} at
   */
  #tell({ fooling, points, target }, at) {
    const { y } = points[at];
    const margin = number(Math.abs(y), Math.abs(y) < 10 ? 2 : 1);
    const params = { at, count: fooling.flips.length, target, margin };
    setTexts(this.#progress, { text: y < 0 ? "fool.behind" : "fool.leads", params });
  }

  #keepRow() {
    const name = () => `fooled_${this.#case?.fooling.before.digit}_${this.#case?.target}`;
    const film = gifButtons(this.#app, () => {
      const { image, fooling } = /** @type {Case} */ (this.#case);
      const count = fooling.flips.length + 1;
      const images = Array.from({ length: count }, (_, at) =>
        bytesOf(flipped(image, fooling.flips.slice(0, at))));
      return { images, fps: this.#player.rate, name: name() };
    });
    return keepRow(this.#app, () => ({ image: this.#present, name: name() }), film);
  }
}

/**
 * @param {Case} now
 * @returns {import("../base/dom.js").Texts}
 */
function headlineOf({ fooling: { before, fooled, flips }, target, isYours }) {
  const digits = { ...digitParams(before.digit), ...digitParams(target, "target") };
  const params = { count: flips.length, ...digits };
  if (!fooled) return { text: "fool.failed", params };
  const whose = isYours ? "yours" : "idea";
  return { text: `fool.${whose}.${flips.length === 1 ? "one" : "many"}`, params };
}

/**
 * @param {string} text
 * @param {Answer} answer
 */
function captionOf(text, { digit, probability }) {
  return { text, params: { digit, share: percent(probability) } };
}

/**
 * The target's logit minus the largest other.
 * @param {Answer} answer
 * @param {number} target
 */
function marginOf({ logits }, target) {
  return logits[target] - Math.max(...logits.filter((_, digit) => digit !== target));
}
