// @ts-check
/** The image pixel by pixel, with the gain of each flip. */

import { classValue } from "../base/address_values.js";
import { isEqual } from "../base/arrays.js";
import { binaryOf } from "../base/binary.js";
import { bitsOf, imageOf } from "../drawing/drawing_text.js";
import { Editor } from "./editor.js";
import { GainRequester } from "./gain_requester.js";
import { toPixels } from "./handover.js";
import { onLanguage } from "../base/language.js";
import { Latest } from "../base/latest.js";
import { pixelsOf, sizeOf } from "../base/task.js";
import { PixelsView } from "./pixels_view.js";
import { Undoable } from "./undoable.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").Site} Site */

// Between two flips while it plays.
const STEP_MS = 60;

/**
 * @param {HTMLElement} root
 * @param {App} app
 */
export function mountPixels(root, app) {
  const { site } = app;
  const pixels = new Pixels(app, site);
  root.append(pixels.view.root);
  return { shown: () => pixels.shown(), hidden: () => pixels.hidden() };
}

class Pixels {
  #app;
  #gains;
  #undoable;
  /** Which the image is for. */
  #task;
  #idea = new Latest();
  /** Whether the reader has edited the image: then the drawing does not replace it. */
  #edited = false;
  /** Whether the reader has chosen the target. */
  #targetChosen = false;
  #visible = false;
  #playing = false;
  /** Whether it played when the panel was hidden. */
  #suspended = false;
  /** Flips since it began to play; together they are undone as one. */
  #played = 0;
  #timer = 0;
  #editor;
  view;

  /**
   * @param {App} app
   * @param {Site} site
   */
  constructor(app, site) {
    this.#app = app;
    this.#task = app.task;
    this.#undoable = new Undoable(this.#blank);
    this.#editor = new Editor(app.task, {
      flip: (pixel) => this.#flip(pixel),
      paint: (pixel, value) => this.#change(() => this.#undoable.amend(pixel, value)),
      onCursorMove: (pixel) => this.#showCursor(pixel),
    });
    this.#gains = new GainRequester(site, () => this.#answered(), (error) => {
      this.#stop();
      app.showError(error);
    });
    this.view = new PixelsView(app, site, this.#editor.canvas, {
      changed: () => this.#show(),
      swipePaints: (paints) => {
        this.#editor.swipePaints = paints;
      },
      onTargetChange: () => {
        this.#targetChosen = true;
        this.#request();
      },
      best: () => this.#step(),
      play: () => (this.#playing ? this.#stop() : this.#play()),
      undo: () => this.#change(() => this.#undoable.undo()),
      redo: () => this.#change(() => this.#undoable.redo()),
      fromDrawing: () => this.#setImage(this.#app.drawing.images().prepared),
      fromIdea: () => this.#fromIdea(),
      blank: () => this.#setImage(this.#blank),
      image: () => this.#undoable.image,
    });
    app.on("model", () => {
      this.#gains.clear();
      this.#followTask();
    });
    app.on("recovered", () => this.#request());
    app.on("drawing", () => this.#update());
    onLanguage(() => this.#show());
    toPixels.onReceive(app.task, ({ image, target }) => {
      this.view.target.index = target;
      this.#targetChosen = true;
      this.#setImage(image);
    });
    app.address.declare("pixels", "class", classValue(app, () => this.view.target.index, (index) => {
      this.view.target.index = index;
      this.#targetChosen = true;
      this.#request();
    }));
    app.address.declare("pixels", "image", {
      read: () => (this.#edited ? bitsOf(this.#undoable.image) : null),
      write: (text) => this.#setImage(imageOf(text, app.task)),
    });
  }

  shown() {
    this.#visible = true;
    this.#update();
    this.#request();
    if (this.#suspended) this.#play();
  }

  hidden() {
    this.#visible = false;
    const wasPlaying = this.#playing;
    this.#stop();
    this.#suspended = wasPlaying;
    this.view.nearest.stop();
  }

  get #blank() {
    return new Float32Array(pixelsOf(this.#app.task));
  }

  /** Reset the panel for a network whose images have another size, or which has other classes. */
  #followTask() {
    const { task } = this.#app;
    const [before, isSame] = [this.#task, sizeOf(task) === sizeOf(this.#task)];
    this.#task = task;
    if (!isEqual(before.classes, task.classes)) this.#targetChosen = false;
    if (!isSame) {
      this.#stop();
      this.#edited = false;
      this.#undoable = new Undoable(this.#blank);
      this.#editor.task = task;
    }
    this.#update();
    this.#request();
  }

  /** Show the drawing until the image is edited. */
  #update() {
    if (!this.#visible) return;
    const { answers, drawing } = this.#app;
    const { prepared } = drawing.images();
    if (prepared && !this.#edited) {
      this.#undoable = new Undoable(binaryOf(prepared));
      const predicted = answers.prepared?.index ?? -1;
      const isClass = predicted >= 0 && predicted < this.#task.classes.length;
      if (isClass && !this.#targetChosen) this.view.target.index = predicted;
      this.#request();
    } else this.#show();
  }

  async #fromIdea() {
    const signal = this.#idea.begin();
    try {
      const { model, site } = this.#app;
      const { image } = await site.ideal(model.id, this.view.target.index, { signal });
      if (!signal.aborted) this.#setImage(image);
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error);
    }
  }

  /**
   * @param {Float32Array | null} image
   * @returns {boolean} whether there is one
   */
  #setImage(image) {
    if (image) this.#change(() => this.#undoable.replace(binaryOf(image)));
    return image !== null;
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
    this.#request();
  }

  #request() {
    this.#idea.stop();
    if (this.#visible) {
      const { image } = this.#undoable;
      this.#gains.request(this.#app.model.id, this.view.target.index, image);
      this.view.nearest.find(image);
    }
    this.#show();
  }

  #answered() {
    this.#show();
    if (!this.#gains.isFresh) return;
    if (this.#editor.hasKeyboardFocus) this.#showCursor(this.#editor.cursor);
    if (!this.#playing) return;
    clearTimeout(this.#timer); // the flip to come, when another target was chosen meanwhile
    if (this.#gains.best) this.#timer = window.setTimeout(() => this.#step(), STEP_MS);
    else this.#stop();
  }

  #play() {
    this.#playing = true;
    this.#played = 0;
    this.#answered();
  }

  #stop() {
    this.#playing = this.#suspended = false;
    clearTimeout(this.#timer);
    this.#show();
  }

  #step() {
    const { best } = this.#gains;
    if (!best) return;
    this.#edited = true;
    if (this.#playing && this.#played > 0) {
      this.#undoable.amend(best.pixel, 1 - this.#undoable.image[best.pixel]);
    } else this.#undoable.flip(best.pixel);
    this.#played++;
    this.#request();
  }

  #show() {
    const { isFresh, best } = this.#gains;
    const { image, canUndo } = this.#undoable;
    const isSame = this.#gains.gains?.gains.length === image.length;
    const gains = isSame ? this.#gains.gains : null; // otherwise those of another size of images
    const marks = this.view.marked && gains ? gains.gains : null;
    this.#editor.show({ image, gains: marks, best: best && best.pixel });
    const isEmpty = !this.#app.drawing.images().prepared;
    this.view.show({ gains, isFresh, canUndo, isEmpty, isPlaying: this.#playing });
  }

  /** @param {number} pixel */
  #showCursor(pixel) {
    this.view.place(pixel, this.#undoable.image[pixel], this.#gains.gainOf(pixel));
  }
}
