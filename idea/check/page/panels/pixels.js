// @ts-check
/** The image pixel by pixel, and what each flip would gain. */

import { binaryOf } from "../base/binary.js";
import { Editor } from "./editor.js";
import { Gainer } from "./gainer.js";
import { toPixels } from "./handover.js";
import { onLanguage } from "../base/language.js";
import { Latest } from "../base/latest.js";
import { PixelsView } from "./pixels_view.js";
import { Undoable } from "./undoable.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/server.js").Server} Server */

// While it plays, between two flips.
const BEAT = 60;

/**
 * @param {HTMLElement} root
 * @param {App} app
 */
export function mountPixels(root, app) {
  const { site } = app;
  if (!site.hasServer) return undefined;
  const pixels = new Pixels(app, site);
  root.append(pixels.view.root);
  return { shown: () => pixels.shown(), hidden: () => pixels.hidden() };
}

class Pixels {
  #app;
  #gainer;
  #undoable = new Undoable(new Float32Array(784));
  #idea = new Latest();
  /** Whether the image is the reader's work, not to be thrown away without being asked. */
  #edited = false;
  /** Whether the digit is the reader's choice, too. */
  #chosen = false;
  #visible = false;
  #playing = false;
  /** Flips since it plays; all together are one change. */
  #played = 0;
  #timer = 0;
  #editor = new Editor({
    flip: (pixel) => this.#flip(pixel),
    paint: (pixel, value) => this.#change(() => this.#undoable.amend(pixel, value)),
    visit: (pixel) => this.#visit(pixel),
  });
  view;

  /**
   * @param {App} app
   * @param {Server} site
   */
  constructor(app, site) {
    this.#app = app;
    this.#gainer = new Gainer(site, () => this.#answered(), (error) => {
      this.#stop();
      app.showError(error);
    });
    this.view = new PixelsView(app, site, this.#editor.canvas, {
      changed: () => this.#show(),
      asked: () => {
        this.#chosen = true;
        this.#ask();
      },
      best: () => this.#step(),
      play: () => (this.#playing ? this.#stop() : this.#play()),
      undo: () => this.#change(() => this.#undoable.undo()),
      redo: () => this.#change(() => this.#undoable.redo()),
      fromDrawing: () => this.#take(this.#app.drawing.images().prepared),
      fromIdea: () => this.#fromIdea(),
      blank: () => this.#take(new Float32Array(784)),
      image: () => this.#undoable.image,
    });
    app.on("model", () => this.#ask());
    app.on("drawing", () => this.#follow());
    onLanguage(() => this.#show());
    toPixels.take(({ image, digit }) => {
      this.view.digits.digit = digit;
      this.#chosen = true;
      this.#take(image);
    });
  }

  shown() {
    this.#visible = true;
    this.#follow();
    this.#ask();
  }

  hidden() {
    this.#visible = false;
    this.#stop();
    this.view.nearest.stop();
  }

  /** Show the drawing as long as there is nothing else of worth. */
  #follow() {
    if (!this.#visible) return;
    const { answers, drawing } = this.#app;
    const { prepared } = drawing.images();
    if (prepared && !this.#edited) {
      this.#undoable = new Undoable(binaryOf(prepared));
      if (answers.prepared && !this.#chosen) this.view.digits.digit = answers.prepared.digit;
      this.#ask();
    } else this.#show();
  }

  async #fromIdea() {
    const signal = this.#idea.begin();
    try {
      const { model, site } = this.#app;
      const { image } = await site.ideal(model.id, this.view.digits.digit, signal);
      if (!signal.aborted) this.#take(image);
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error);
    }
  }

  /** @param {Float32Array | null} image */
  #take(image) {
    if (image) this.#change(() => this.#undoable.replace(binaryOf(image)));
  }

  /** @param {number} pixel */
  #flip(pixel) {
    this.#change(() => this.#undoable.flip(pixel));
    return this.#undoable.image[pixel];
  }

  /** @param {() => void} change */
  #change(change) {
    this.#stop();
    const before = this.#undoable.image;
    change();
    if (this.#undoable.image === before) return;
    this.#edited = true;
    this.#ask();
  }

  #ask() {
    this.#idea.stop();
    if (this.#visible) {
      const { image } = this.#undoable;
      this.#gainer.ask(this.#app.model.id, this.view.digits.digit, image);
      this.view.nearest.find(image);
    }
    this.#show();
  }

  #answered() {
    this.#show();
    if (!this.#gainer.isFresh) return;
    if (this.#editor.isVisited) this.#visit(this.#editor.cursor);
    if (!this.#playing) return;
    if (this.#gainer.best) this.#timer = window.setTimeout(() => this.#step(), BEAT);
    else this.#stop();
  }

  #play() {
    this.#playing = true;
    this.#played = 0;
    this.#answered();
  }

  #stop() {
    this.#playing = false;
    clearTimeout(this.#timer);
    this.#show();
  }

  #step() {
    const { best } = this.#gainer;
    if (!best) return;
    this.#edited = true;
    if (this.#playing && this.#played > 0) {
      this.#undoable.amend(best.pixel, 1 - this.#undoable.image[best.pixel]);
    } else this.#undoable.flip(best.pixel);
    this.#played++;
    this.#ask();
  }

  #show() {
    const { gains, isFresh, best } = this.#gainer;
    const { image, canUndo } = this.#undoable;
    const marks = this.view.marked && gains ? gains.gains : null;
    this.#editor.show({ image, gains: marks, best: best && best.pixel });
    const isEmpty = !this.#app.drawing.images().prepared;
    this.view.show({ gains, isFresh, canUndo, isEmpty, isPlaying: this.#playing });
  }

  /** @param {number} pixel */
  #visit(pixel) {
    this.view.place(pixel, this.#undoable.image[pixel], this.#gainer.gainOf(pixel));
  }
}
