// @ts-check
/** State and services shared by the page's parts. */

import { Address } from "./address.js";
import { bringIntoView } from "../base/motion.js";
import { speakOf } from "../base/language.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("../site/site.js").Site} Site */
/** @typedef {import("../site/site.js").ModelEntry} ModelEntry */
/** @typedef {import("../site/site.js").Answer} Answer */
/** @typedef {import("../drawing/drawing.js").Drawing} Drawing */
/** @typedef {"model" | "models" | "drawing" | "answers" | "preview" | "recovered"} AppEvent `models`: there
 *   is another one, or one less; `recovered`: what could not be reached can be again */
/** @typedef {"see" | "ideas" | "watch" | "pixels" | "inside" | "distort" | "fool" | "play" | "network" | "train"} TabName */

/**
 * @typedef {object} Answers
 * @property {Answer | null} drawn
 * @property {Answer | null} prepared null while there is no ink
 * @property {"none" | "waiting" | "failed"} state why there are none, where there is ink
 */

/**
 * @typedef {object} Services
 * @property {(text: string) => void} announce to screen readers, politely
 * @property {(text: string) => void} showNote for a few seconds
 * @property {(text: string) => () => void} showProgress until the returned function is called
 * @property {(error: unknown, task?: string) => void} showError of a task
 * @property {(task?: string) => void} clearError removes that of a task that succeeded, or all
 * @property {() => void} clearPassing removes that of what the reader has turned away from
 */

export class App {
  /** @type {Record<AppEvent, (() => void)[]>} */
  #listeners = { model: [], models: [], drawing: [], answers: [], preview: [], recovered: [] };
  /** @type {Answers} */
  answers = { drawn: null, prepared: null, state: "none" };
  /** @type {import("../drawing/network_input.js").Images | null} shown in place of an empty drawing */
  preview = null;
  /** Whether the drawing is unlike all that the network was trained on, as far as is known. */
  looksUnlike = false;
  /** @type {(name: TabName) => void} */
  openTab = () => {};
  /** @type {(canvas: HTMLCanvasElement) => void} lets a further canvas be drawn on */
  drawOn = () => {};
  #model;

  /**
   * @param {Site} site
   * @param {(changed: () => void) => Drawing} draw
   * @param {Services} services
   */
  constructor(site, draw, { announce, showNote, showProgress, showError, clearError, clearPassing }) {
    this.site = site;
    this.announce = announce;
    this.showNote = showNote;
    this.showProgress = showProgress;
    this.showError = (/** @type {unknown} */ error, /** @type {string} */ task = "") => {
      if (!this.#handleMissingModel(error)) showError(error, task);
    };
    this.clearError = clearError;
    this.clearPassing = clearPassing;
    this.address = new Address(this);
    this.#model = entryOf(site, site.defaultModel);
    this.drawing = draw(() => this.emit("drawing"));
    this.#followTask();
  }

  get model() {
    return this.#model;
  }

  get task() {
    return this.#model.task;
  }

  /** @param {string} id */
  choose(id) {
    this.clearError();
    this.#model = entryOf(this.site, id);
    this.#followTask();
    this.emit("model");
  }

  #followTask() {
    speakOf(this.task);
    this.drawing.setTask(this.task);
  }

  /**
   * Remove an opened network that the server no longer has; if it is the chosen one, return to the
   * default network.
   * @param {unknown} error
   * @returns {boolean} whether that was the error
   */
  #handleMissingModel(error) {
    const id = error instanceof UserError ? error.missingModel : null;
    if (id === null) return false;
    const { networks } = this.site;
    const missing = networks.removeOpened(id);
    if (!missing) return !networks.entry(id); // it was removed a moment ago
    const { name } = missing;
    if (id === this.#model.id) {
      this.choose(this.site.defaultModel);
      this.showError(new UserError("model.unavailable", { name, other: this.#model.name }), "open");
    } else {
      this.emit("models");
      this.showError(new UserError("model.lost", { name }), "open");
    }
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
    bringIntoView(this.drawing.canvas);
  }

  /**
   * Save a file.
   * @param {Blob} blob
   * @param {string} name
   */
  save(blob, name) {
    const href = URL.createObjectURL(blob);
    Object.assign(document.createElement("a"), { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }
}

/**
 * @param {Site} site
 * @param {string} id
 */
function entryOf(site, id) {
  return site.models.find((entry) => entry.id === id) ?? site.models[0];
}
