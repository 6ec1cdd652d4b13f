// @ts-check
/** The training image that an image is nearest to. */

import { el, setTexts } from "../base/dom.js";
import { imageCanvas, paint } from "../base/images.js";
import { Latest, pause } from "../base/latest.js";
import { nearestOnceLoaded } from "../site/nearest.js";
import { DIGITS } from "../base/task.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").Site} Site */

const DEBOUNCE_MS = 250;
const NO_DATA = "server.code.no_data";

export class NearestImage {
  #app;
  #site;
  #latest = new Latest();
  /** @type {string | null} the data set that it last searched */
  #data = null;
  #image = imageCanvas(null, DIGITS, "nearest.image", { label: "–" });
  #words = el("p", { text: "nearest.waiting" });
  root = el(
    "div", { class: "nearest row tight" }, this.#image,
    el("div", { class: "stack tight" }, el("h3", { text: "nearest" }), this.#words),
  );

  /**
   * @param {App} app
   * @param {Site} site
   */
  constructor(app, site) {
    this.#app = app;
    this.#site = site;
  }

  /**
   * Find it, if the data set of the network is known and a server or the site has it.
   * @param {Float32Array} image binary
   */
  async find(image) {
    const signal = this.#latest.begin();
    this.root.hidden = !this.#site.images.hasNearest(this.#app.model.id);
    if (this.root.hidden) return;
    this.#forgetOtherData();
    try {
      await pause(DEBOUNCE_MS, signal);
      await this.#request(image, signal);
    } catch (error) {
      if (!signal.aborted) this.#showError(error);
    }
  }

  stop() {
    this.#latest.stop();
  }

  /** An image of another network's data set must not stay. */
  #forgetOtherData() {
    const { data } = this.#app.model;
    if (data === this.#data) return;
    this.#data = data;
    this.#paintNone();
    setTexts(this.#words, { text: "nearest.waiting" });
  }

  #paintNone() {
    paint(this.#image, null, this.#app.task);
    setTexts(this.#image, { params: { label: "–" } });
  }

  /**
   * @param {Float32Array} image
   * @param {AbortSignal} signal
   */
  async #request(image, signal) {
    const [site, { id }] = [this.#site, this.#app.model];
    const nearest = await nearestOnceLoaded(site, id, image, signal, (error) => this.#showError(error));
    const { label, flips } = nearest;
    paint(this.#image, nearest.image, this.#app.task);
    setTexts(this.#image, { params: { label } });
    const text = flips === 1 ? "nearest.one" : "nearest.found";
    setTexts(this.#words, { text, params: { label, flips } });
  }

  /** @param {any} error */
  #showError({ key, params }) {
    this.root.hidden = key === NO_DATA;
    this.#paintNone();
    setTexts(this.#words, key ? { text: key, params } : { text: "nearest.none" });
  }
}
