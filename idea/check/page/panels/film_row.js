// @ts-check
/** The ideals of a network at one moment of its training: a small image for each class. */

import { classParams } from "./article.js";
import { el } from "../base/dom.js";
import { imageCanvas, paint } from "../base/images.js";
import { number } from "../base/language.js";
import { isNumbered } from "../base/task.js";

/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../training/film.js").FilmFrame} FilmFrame */

export class FilmRow {
  #task;
  /** @type {{canvas: HTMLCanvasElement, energy: HTMLElement}[]} */
  #cells;
  #title = el("p", { class: "film-title" });
  root = el("div", { class: "stack tight" });

  /** @param {Task} task */
  constructor(task) {
    this.#task = task;
    this.#cells = task.classes.map((_, index) => ({
      canvas: imageCanvas(null, task, "ideas.image", classParams(task, index)),
      energy: el("span", { class: "idea-figures" }),
    }));
    const grid = el("div", { class: isNumbered(task.classes) ? "film-row" : "film-row worded" }, ...this.#cells.map(({ canvas, energy }, index) => {
      const words = el("span", { class: "idea-words" }, el("b", {}, task.classes[index]), energy);
      return el("div", { class: "film-idea" }, canvas, words);
    }));
    this.root.append(this.#title, grid);
  }

  /**
   * @param {FilmFrame | undefined} frame undefined before there is one
   * @param {string} caption
   */
  show(frame, caption) {
    this.#title.textContent = caption;
    this.#title.hidden = !frame;
    for (const [index, { canvas, energy }] of this.#cells.entries()) {
      const ideal = frame?.ideals[index];
      paint(canvas, ideal ? ideal.greys : null, this.#task);
      energy.textContent = ideal ? number(ideal.energy, 1) : "";
    }
  }
}
