// @ts-check
/** Once the pen rests: whether the drawing looks like anything that the network was trained on. */

import { binaryOf } from "../base/binary.js";
import { Latest, pause } from "../base/latest.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("../drawing/network_input.js").Images} Images */

const REST_MS = 400;

class LikenessUpdater {
  #app;
  #latest = new Latest();
  /** @type {Images | null} that are being checked, or were last */
  #images = null;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  /** Forget what was found: it was of another network. */
  restart() {
    this.#images = null;
    this.#show(false);
    this.update();
  }

  /** While one draws on, what was found last stays; not on an empty canvas. */
  update() {
    const { drawing, model } = this.#app;
    const images = drawing.empty ? null : drawing.images();
    if (images && images === this.#images) return;
    const signal = this.#latest.begin();
    this.#images = images;
    if (!images?.prepared || !model.data) this.#show(false);
    else this.#check(binaryOf(images.prepared), model.id, model.data, signal);
  }

  /**
   * @param {Float32Array} image binary
   * @param {string} model
   * @param {string} data
   * @param {AbortSignal} signal
   */
  async #check(image, model, data, signal) {
    const { site, task } = this.#app;
    try {
      await pause(REST_MS, signal);
      const [{ isUnlike }, { nearestOnceLoaded }] = await Promise.all([
        import("../numbers/likeness.js"), import("../site/nearest.js"),
      ]);
      const nearest = await nearestOnceLoaded(site, model, image, signal);
      this.#show(isUnlike(image, nearest.image, task, data));
    } catch {
      // Without the training images nothing is known.
      if (!signal.aborted) this.#show(false);
    }
  }

  /** @param {boolean} isUnlike */
  #show(isUnlike) {
    const app = this.#app;
    if (isUnlike === app.looksUnlike) return;
    app.looksUnlike = isUnlike;
    app.emit("answers");
  }
}

/** @param {App} app */
export function mountLikeness(app) {
  const updater = new LikenessUpdater(app);
  app.on("drawing", () => updater.update());
  app.on("model", () => updater.restart());
}
