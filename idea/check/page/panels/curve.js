// @ts-check
/** A small line chart that grows: numbers over steps. */

import { el } from "../base/dom.js";
import { number, onLanguage, t } from "../base/language.js";

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{at: number, label: string}} Mark the point, and what begins there */

// The slider under a curve keeps to its left and right: see panels.css.
const SPACE = { left: 46, right: 14, top: 24, bottom: 26 };
// About the width of a letter, with some space between labels.
const LETTER = 10;

export class Curve {
  /** @type {Point[]} */
  #points = [];
  #at = 0;
  #seen = 0;
  /** @type {Mark[]} */
  #marks = [];
  #size = { width: 480, height: 200 };
  #svg = svg("svg", { class: "curve-plot", role: "img" });
  root = el("div", { class: "curve" }, this.#svg);
  #names;

  /** @param {{x: string, y: string, label: string}} names keys of texts */
  constructor(names) {
    this.#names = names;
    new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect;
      if (!width || !height) return;
      this.#size = { width, height };
      this.#draw();
    }).observe(this.root);
    onLanguage(() => this.#draw());
  }

  /**
   * @param {Point[]} points all that are known, with rising x
   * @param {number} at the present one
   * @param {Mark[]} marks points where something begins
   */
  show(points, at, marks = []) {
    this.#marks = marks.filter((mark) => mark.at < points.length);
    this.#seen = points === this.#points ? Math.max(this.#seen, at) : at;
    this.#points = points;
    this.#at = at;
    this.#draw();
  }

  #draw() {
    const { width, height } = this.#size;
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#svg.setAttribute("aria-label", t(this.#names.label));
    const scale = scaleOf(this.#points, width, height);
    this.#svg.replaceChildren(
      ...axesOf(scale, this.#size, this.#names, this.#points.length === 0),
      ...this.#marked(scale),
      line("curve-rest", this.#points.slice(this.#at, this.#seen + 1), scale),
      line("curve-line", this.#points.slice(0, this.#at + 1), scale),
      ...this.#points.slice(this.#at, this.#at + 1).map(({ x, y }) =>
        svg("circle", { class: "curve-point", cx: scale.x(x), cy: scale.y(y), r: 4.5 }),
      ),
    );
  }

  /**
   * A line at each mark, with its label where there is room.
   * @param {ReturnType<typeof scaleOf>} scale
   */
  #marked(scale) {
    const base = this.#size.height - SPACE.bottom;
    let end = -Infinity;
    return this.#marks.flatMap(({ at, label }) => {
      const x = scale.x(this.#points[at].x);
      const mark = svg("line", { class: "curve-mark", x1: x, x2: x, y1: SPACE.top, y2: base });
      const width = LETTER * label.length;
      if (x < end || x + width > this.#size.width) return [mark];
      end = x + width;
      return [mark, words(x + 4, base - 6, "start", label)];
    });
  }
}

/**
 * @param {ReturnType<typeof scaleOf>} scale
 * @param {{width: number, height: number}} size
 * @param {{x: string, y: string}} names keys of texts
 * @param {boolean} isEmpty whether there are no points
 */
export function axesOf(scale, { width, height }, names, isEmpty) {
  const [left, right, base] = [SPACE.left, width - SPACE.right, height - SPACE.bottom];
  const titles = [
    words(left, SPACE.top - 11, "start", t(names.y)),
    words(right, SPACE.top - 11, "end", `${t(names.x)} →`),
  ];
  if (isEmpty) {
    const floor = { class: "curve-zero", x1: left, x2: right, y1: base, y2: base };
    return [svg("line", floor), ...titles];
  }
  return [
    ...scale.levels.flatMap((level) => [
      svg("line", {
        class: Math.abs(level) < 1e-9 ? "curve-zero" : "curve-grid",
        x1: left, x2: right, y1: scale.y(level), y2: scale.y(level),
      }),
      words(left - 8, scale.y(level) + 4, "end", number(level, scale.digits)),
    ]),
    ...scale.marks.map((mark) => {
      const x = scale.x(mark);
      const anchor = x > right - SPACE.right ? "end" : "middle";
      return words(x, base + 17, anchor, number(mark, 0));
    }),
    ...titles,
  ];
}

/**
 * @param {Point[]} points
 * @param {number} width
 * @param {number} height
 */
export function scaleOf(points, width, height) {
  const ys = points.map(({ y }) => y);
  const [low, high] = points.length ? [Math.min(...ys), Math.max(...ys)] : [0, 1];
  const step = roundStep((high - low || 1) / 3);
  const bottom = Math.floor(low / step) * step;
  const top = Math.max(bottom + step, Math.ceil(high / step) * step);
  const last = points.at(-1)?.x || 1;
  const end = width - SPACE.right;
  const base = height - SPACE.bottom;
  return {
    levels: range(bottom, top, step),
    marks: range(0, last, Math.max(1, roundStep(last / 4))),
    digits: step < 1 ? Math.ceil(-Math.log10(step)) : 0,
    x: (/** @type {number} */ x) => SPACE.left + (x / last) * (end - SPACE.left),
    y: (/** @type {number} */ y) => base - ((y - bottom) / (top - bottom)) * (base - SPACE.top),
  };
}

/**
 * The next of 1, 2, 5, 10, 20, …
 * @param {number} least
 */
function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

/**
 * @param {number} from
 * @param {number} to included
 * @param {number} step
 */
function range(from, to, step) {
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  return Array.from({ length: count }, (_, index) => from + index * step);
}

/**
 * @param {string} name
 * @param {Point[]} points
 * @param {ReturnType<typeof scaleOf>} scale
 */
export function line(name, points, scale) {
  const path = points.map(({ x, y }) => `${scale.x(x).toFixed(1)},${scale.y(y).toFixed(1)}`);
  return svg("polyline", { class: name, points: path.join(" ") });
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} anchor
 * @param {string} text
 */
function words(x, y, anchor, text) {
  const element = svg("text", { class: "curve-text", x, y, "text-anchor": anchor });
  element.textContent = text;
  return element;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
export function svg(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
