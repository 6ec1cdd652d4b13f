// @ts-check
/** The lights of the network that is being trained, after each of its reports. */

import { el, setTexts } from "../base/dom.js";
import { pixelsOf, sizeOf } from "../base/task.js";
import { LayersView } from "./layers_view.js";
import { HiddenWorker } from "../site/hidden_worker.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("../training/kinds.js").Images} Images */

export class TrainInside {
  #app;
  #worker = new HiddenWorker();
  #view = new LayersView(null);
  #about = el("p", { class: "hint", text: "train.inside.test" });
  /** @type {{network: NetworkParts, images: Images} | null} */
  #latest = null;
  /** The shapes that are shown. */
  #shown = "";
  #busy = false;
  #stale = false;
  root;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    const head = el("div", {}, el("h3", { text: "train.inside" }), this.#about);
    this.root = el("section", { class: "stack tight", hidden: true }, head, this.#view.root);
    app.on("drawing", () => {
      if (this.root.checkVisibility()) this.#update();
    });
  }

  /**
   * @param {NetworkParts} network as it is now
   * @param {Images} images that it learns
   */
  take(network, images) {
    this.#latest = { network, images };
    this.root.hidden = false;
    this.#update();
  }

  #update() {
    this.#stale = this.#latest !== null;
    if (!this.#busy) this.#light();
  }

  async #light() {
    this.#busy = true;
    while (this.#stale && this.#latest) {
      this.#stale = false;
      const { network, images } = this.#latest;
      const drawn = this.#drawn(images);
      const image = drawn ?? firstTest(images);
      try {
        const activities = await this.#worker.lights(network, image);
        this.#reset(network, images);
        this.#view.show(image, activities);
        setTexts(this.#about, { text: drawn ? "train.inside.drawing" : "train.inside.test" });
      } catch (error) {
        this.#app.showError(error, "inside");
      }
    }
    this.#busy = false;
  }

  /**
   * @param {NetworkParts} network
   * @param {Images} images
   */
  #reset({ convolutions, layers }, { task }) {
    const shapes = JSON.stringify({ convolutions, layers, task });
    if (shapes !== this.#shown) this.#view.reset({ convolutions, layers }, task);
    this.#shown = shapes;
  }

  /** @param {Images} images */
  #drawn({ task }) {
    const { drawing, task: drawnTask } = this.#app;
    return sizeOf(task) === sizeOf(drawnTask) && !drawing.empty ? drawing.images().prepared : null;
  }
}

/** @param {Images} images */
function firstTest({ task, greys, training }) {
  const pixels = pixelsOf(task);
  return Float32Array.from(greys.subarray(training * pixels, (training + 1) * pixels), (grey) => grey / 255);
}
