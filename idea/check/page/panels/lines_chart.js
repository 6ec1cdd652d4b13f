// @ts-check
/** Several lines over the same axis, with a legend, and with their numbers in a table. */

import { el } from "../base/dom.js";
import { onLanguage, percent, t } from "../base/language.js";
import { axesOf, line, scaleOf, svg } from "./curve.js";

/** @typedef {import("./curve.js").Point} Point */
/**
 * @typedef {object} Series
 * @property {string} name
 * @property {Point[]} points with rising x; y in percent
 */

// How many lines differ in colour and dashes: see play.css.
const KINDS = 6;

export class LinesChart {
  /** @type {Series[]} */
  #series = [];
  #end = 1;
  #size = { width: 480, height: 240 };
  #svg = svg("svg", { class: "curve-plot", role: "img" });
  #legend = el("ul", { class: "row tight lines-legend" });
  #table = el("table", { class: "lines-table" });
  #numbers = el("details", {}, el("summary", { text: "play.curves.numbers" }), this.#table);
  #names;
  root = el("div", { class: "stack tight" }, el("div", { class: "curve lines" }, this.#svg), this.#legend, this.#numbers);

  /** @param {{y: string, label: string}} names keys of texts */
  constructor(names) {
    this.#names = { x: "", ...names };
    new ResizeObserver(([{ contentRect: { width, height } }]) => {
      if (!width || !height) return;
      this.#size = { width, height };
      this.#draw();
    }).observe(/** @type {Element} */ (this.#svg.parentElement));
    onLanguage(() => this.#draw());
  }

  /**
   * @param {Series[]} series
   * @param {number} end how far they may reach
   * @param {string} x key of what is along the axis
   */
  show(series, end, x) {
    this.#series = series;
    this.#end = end;
    this.#names.x = x;
    this.#draw();
  }

  #draw() {
    if (!this.#names.x) return;
    const { width, height } = this.#size;
    const scale = scaleOf([{ x: 0, y: 0 }, { x: 0, y: 100 }, { x: this.#end, y: 100 }], width, height);
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const names = this.#series.map(({ name }) => name).join(", ");
    this.#svg.setAttribute("aria-label", t(this.#names.label, { names }));
    const lines = this.#series.map(({ points }, place) => line(`curve-line line-${place % KINDS}`, points, scale));
    const ends = this.#series.flatMap(({ points }, place) => points.slice(-1).map(({ x, y }) =>
      svg("circle", { class: `curve-point line-${place % KINDS}`, cx: scale.x(x), cy: scale.y(y), r: 4 })));
    this.#svg.replaceChildren(...axesOf(scale, this.#size, this.#names, false), ...lines, ...ends);
    this.#legend.replaceChildren(...this.#series.map(({ name }, place) => legendOf(name, place % KINDS)));
    this.#numbers.hidden = this.#series.length === 0;
    this.#table.replaceChildren(...this.#rows());
  }

  #rows() {
    const longest = this.#series.reduce((most, { points }) => (points.length > most.length ? points : most), [{ x: 0, y: 0 }]);
    const cell = (/** @type {string} */ text) => el("th", { scope: "col" }, text);
    const head = el("tr", {}, cell(t(this.#names.x)), ...this.#series.map(({ name }) => cell(name)));
    const rows = longest.map(({ x }, step) => el(
      "tr", {}, el("th", { scope: "row" }, String(x)),
      ...this.#series.map(({ points }) => el("td", {}, step in points ? percent(points[step].y / 100) : "")),
    ));
    return [el("thead", {}, head), el("tbody", {}, ...rows)];
  }
}

/**
 * @param {string} name
 * @param {number} kind
 */
function legendOf(name, kind) {
  const sample = svg("svg", { class: "lines-sample", viewBox: "0 0 26 8", "aria-hidden": "true" });
  sample.append(svg("line", { class: `curve-line line-${kind}`, x1: 1, x2: 25, y1: 4, y2: 4 }));
  return el("li", { class: "legend" }, sample, name);
}
