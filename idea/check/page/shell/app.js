// @ts-check
/** What the page's parts share. */

import { imageCanvas } from "../base/images.js";

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
 * @property {(error: unknown) => void} fail shows what went wrong
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
  constructor(site, draw, { say, fail }) {
    this.site = site;
    this.say = say;
    this.fail = fail;
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
