// @ts-check
/** What is played with: a real image of the network's classes, or the drawing. */

import { action } from "../base/action.js";
import { choiceValue, numberValue } from "../base/address_values.js";
import { binaryOf } from "../base/binary.js";
import { Choice } from "../base/choice.js";
import { el } from "../base/dom.js";
import { pause } from "../base/latest.js";
import { isSame } from "../base/task.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../numbers/trial.js").Examples} Examples */

const COUNT = 250; // real images
const TRIED = 25; // whether one suits
const DEBOUNCE_MS = 250;

export class PlaySource {
  /** Replaceable: there is another image. */
  onChange = () => {};
  #app;
  #isPlayed;
  #from = new Choice("play.from", [
    { value: "real", text: "play.real" }, { value: "drawing", text: "play.drawing" },
  ], () => this.onChange());
  #number = 0;
  /** Whether the address names the image. */
  #isNamed = false;
  #next = action("play.next", "arrow", () => this.next());
  #missing = el("p", { class: "hint", text: "play.real.none", hidden: true });
  /** @type {{data: string | null, task: import("../base/task.js").Task, examples: Promise<Examples>} | null} */
  #known = null;
  root = el("div", { class: "row tight play-source" }, this.#from.root, this.#next, this.#missing);

  /**
   * @param {App} app
   * @param {() => boolean} isPlayed whether a game with images is shown
   */
  constructor(app, isPlayed) {
    this.#app = app;
    this.#isPlayed = isPlayed;
    app.on("drawing", () => {
      if (this.needsDrawing && this.#isPlayed()) this.onChange();
    });
  }

  /** Let the address name what is played with. */
  declare() {
    const { address } = this.#app;
    const from = choiceValue(this.#from, () => this.onChange());
    const number = numberValue({ least: 0, most: COUNT - 1 }, () => this.#number, (value) => {
      this.#number = value;
      this.#isNamed = true;
      this.onChange();
    });
    const isNumbered = () => this.#isPlayed() && !this.isDrawing;
    address.declare("play", "from", { ...from, read: () => (this.#isPlayed() ? from.read() : null) });
    address.declare("play", "number", { ...number, read: () => (isNumbered() ? number.read() : null) });
  }

  get isDrawing() {
    return this.#from.value === "drawing";
  }

  /** Whether the games use the drawing: by choice, or because there are no real images. */
  get needsDrawing() {
    return this.isDrawing || !this.#missing.hidden;
  }

  /** Another real image. */
  next() {
    this.#number = (this.#number + 1) % COUNT;
    this.#isNamed = false;
    this.onChange();
  }

  /** Real images; none where the site has none. */
  examples() {
    const { model: { id, data, task }, site } = this.#app;
    if (!this.#known || this.#known.data !== data || !isSame(this.#known.task, task)) {
      const known = { data, task, examples: site.images.examples(id, COUNT) };
      known.examples.catch(() => {
        if (this.#known === known) this.#known = null; // to be loaded again
      });
      this.#known = known;
    }
    return this.#known.examples;
  }

  /**
   * The image to play with, in black and white.
   * @param {AbortSignal} signal
   * @param {(image: Float32Array) => Promise<boolean>} suits whether a real image will do, unless the
   *   address names it; else one of the next is taken
   * @returns {Promise<Float32Array<ArrayBuffer> | null>} null while nothing is drawn
   */
  async image(signal, suits = async () => true) {
    const { images } = this.isDrawing ? { images: [] } : await this.examples();
    signal.throwIfAborted();
    const hasNone = !this.isDrawing && images.length === 0;
    this.#missing.hidden = !hasNone;
    this.#next.hidden = this.isDrawing || hasNone;
    if (images.length > 0) {
      if (!this.#isNamed) await this.#skip(images, suits);
      return binaryOf(images[this.#number % images.length]);
    }
    await pause(DEBOUNCE_MS, signal);
    const { prepared } = this.#app.drawing.images();
    return prepared && binaryOf(prepared);
  }

  /**
   * Go on to the next image that suits.
   * @param {Float32Array[]} images
   * @param {(image: Float32Array) => Promise<boolean>} suits
   */
  async #skip(images, suits) {
    for (let tried = 0; tried < TRIED; tried++) {
      if (await suits(binaryOf(images[this.#number % images.length]))) break;
      this.#number = (this.#number + 1) % COUNT;
    }
    this.#app.address.update();
  }
}
