// @ts-check
/** What the page's parts share. */

import { imageCanvas } from "../base/images.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("../site/site.js").Site} Site */
/** @typedef {import("../site/site.js").ModelEntry} ModelEntry */
/** @typedef {import("../site/site.js").Answer} Answer */
/** @typedef {import("../drawing/drawing.js").Drawing} Drawing */
/** @typedef {import("../base/images.js").Greys} Greys */
/** @typedef {"model" | "drawing" | "answers"} AppEvent */
/** @typedef {"ideas" | "watch" | "pixels" | "shake" | "fool"} TabName */

/**
 * @typedef {object} Answers
 * @property {Answer | null} drawn
 * @property {Answer | null} prepared null while there is no digit
 * @property {boolean} failed whether the network could not be asked
 */

/**
 * @typedef {object} Services
 * @property {(text: string) => void} say to screen readers, when they have a moment
 * @property {(text: string) => void} note says it to all, in a note that goes away by itself
 * @property {(error: unknown, what?: string) => void} fail shows what went wrong, in doing what
 * @property {(what: string) => void} mended takes that away when it works again
 */

export class App {
  /** @type {Record<AppEvent, (() => void)[]>} */
  #listeners = { model: [], drawing: [], answers: [] };
  /** @type {Answers} */
  answers = { drawn: null, prepared: null, failed: false };
  /** @type {(name: TabName) => void} */
  openTab = () => {};
  #model;

  /**
   * @param {Site} site
   * @param {(changed: () => void) => Drawing} draw
   * @param {Services} services
   */
  constructor(site, draw, { say, note, fail, mended }) {
    this.site = site;
    this.say = say;
    this.note = note;
    this.fail = (/** @type {unknown} */ error, /** @type {string} */ what = "") => {
      if (!this.#forgot(error)) fail(error, what);
    };
    this.mended = mended;
    this.#model = entryOf(site, site.defaultModel);
    this.drawing = draw(() => this.emit("drawing"));
  }

  get model() {
    return this.#model;
  }

  /** @param {string} id */
  choose(id) {
    this.#model = entryOf(this.site, id);
    this.emit("model");
  }

  /**
   * A network that was opened may be gone from the server: then go on with the usual one.
   * @param {unknown} error
   */
  #forgot(error) {
    if (!(error instanceof UserError && error.status === 404 && this.site.hasServer)) return false;
    const { name } = this.#model;
    if (!this.site.drop(this.#model)) return false;
    this.choose(this.site.defaultModel);
    this.fail(new UserError("model.unavailable", { name, other: this.#model.name }), "open");
    return true;
  }

  /**
   * @param {AppEvent} event
   * @param {() => void} listener
   */
  on(event, listener) {
    this.#listeners[event].push(listener);
  }

  /** @param {AppEvent} event */
  emit(event) {
    for (const listener of this.#listeners[event]) listener();
  }

  /** Bring the canvas into view, if it isn't there. */
  showCanvas() {
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const behavior = isCalm ? "instant" : "smooth";
    this.drawing.canvas.scrollIntoView({ block: "nearest", behavior });
  }

  /**
   * Have the reader keep something as a file.
   * @param {Blob} blob
   * @param {string} name
   */
  save(blob, name) {
    const href = URL.createObjectURL(blob);
    Object.assign(document.createElement("a"), { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }

  /**
   * @param {Greys} image
   * @param {{scale?: number, label: string}} options `label` is a key of the texts
   */
  canvasOf(image, { scale = 1, label }) {
    const canvas = imageCanvas(image, label);
    if (scale !== 1) canvas.style.width = `${canvas.width * scale}px`;
    return canvas;
  }
}

/**
 * @param {Site} site
 * @param {string} id
 */
function entryOf(site, id) {
  return site.models.find((entry) => entry.id === id) ?? site.models[0];
}
