// @ts-check
/** What a network is: its layers, what evaluates it, how accurate it is, what its file leaves open. */

import { el } from "../base/dom.js";
import { number, onLanguage, percent, t } from "../base/language.js";
import { layersOf } from "../numbers/layers.js";
import { noteItem } from "../shell/note_item.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").ModelEntry} ModelEntry */
/** @typedef {import("../numbers/layers.js").Layer} Layer */

// As the server writes it: "98.32 % of the 10,000 test digits".
const ACCURACY = /^([\d.]+) % of (?:the )?([\d,]+) /;

export class NetworkCard {
  #app;
  #title = el("h2");
  #facts = el("dl", { class: "facts" });
  #layers = el("div", { class: "stack tight" });
  root = el("section", { class: "stack" }, this.#title, this.#facts, this.#layers);

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    app.on("model", () => this.#show());
    // Where the page can't evaluate the network, the server does after all.
    app.on("answers", () => this.#showFacts());
    onLanguage(() => this.#show());
    this.#show();
  }

  async #show() {
    const { model, site, task } = this.#app;
    this.#title.textContent = model.name;
    this.#showFacts();
    const shapes = await site.shapes(model.id);
    if (model !== this.#app.model) return; // another was chosen meanwhile
    const shown = shapes
      ? [tableOf(layersOf(shapes, task), task), el("p", { class: "hint", text: "network.relu" })]
      : [el("p", { text: "network.other" })];
    this.#layers.replaceChildren(el("h3", { text: "network.layers" }), ...shown);
  }

  #showFacts() {
    const { model, site, task } = this.#app;
    const { height, width, classes } = task;
    const facts = [
      ["network.task", t("network.task.value", { height, width, classes: classes.length })],
      ["network.by", t(`network.by.${site.evaluator(model.id)}`)],
      ["network.accuracy", accuracyOf(model)],
    ];
    const rows = facts.flatMap(([text, value]) => [el("dt", { text }), el("dd", {}, value)]);
    this.#facts.replaceChildren(...rows, ...checkOf(model));
  }
}

/** @param {ModelEntry} model */
function accuracyOf({ accuracy }) {
  const [, share, count] = accuracy?.match(ACCURACY) ?? [];
  if (share === undefined) return t("network.accuracy.unknown");
  const percentage = t("percent", { n: number(Number(share), 2) });
  const images = number(Number(count.replaceAll(",", "")));
  return t("network.accuracy.known", { percent: percentage, count: images });
}

/**
 * What was noticed when a file was opened.
 * @param {ModelEntry} model
 */
function checkOf({ isFile, notes = [], better_input: better }) {
  if (!isFile && notes.length === 0) return [];
  const list = notes.map(noteItem);
  if (better) {
    const [now, then] = [better.accuracy_now, better.accuracy].map(percent);
    const [lossNow, lossThen] = [better.loss_now, better.loss].map((loss) => number(loss, 2));
    const params = { name: t("network.check.it"), input: better.input, now, then, lossNow, lossThen };
    list.push(el("li", { text: "input.ask", params }));
  }
  const found = list.length > 0 ? el("ul", {}, ...list) : t("network.check.none");
  return [el("dt", { text: "network.check" }), el("dd", {}, found)];
}

/**
 * @param {Layer[]} layers
 * @param {import("../base/task.js").Task} task
 */
function tableOf(layers, { height, width }) {
  const heads = ["kind", "shape", "count"].map((name) => el("th", { scope: "col", text: `network.${name}` }));
  const rows = layers.map((layer, index) => el(
    "tr", {},
    el("td", {}, kindOf(layer, index === layers.length - 1)),
    el("td", {}, layer.outputs.join("×")),
    el("td", {}, number(layer.weights)),
  ));
  const size = el("td", {}, `${height}×${width}`);
  const image = el("tr", {}, el("td", { text: "network.input" }), size, el("td"));
  const sum = number(layers.reduce((total, { weights }) => total + weights, 0));
  const name = el("th", { scope: "row", text: "network.sum" });
  const last = el("tr", {}, name, el("td"), el("td", {}, sum));
  return el(
    "table", { class: "layers" },
    el("caption", { class: "visually-hidden", text: "network.layers" }),
    el("thead", {}, el("tr", {}, ...heads)),
    el("tbody", {}, image, ...rows),
    el("tfoot", {}, last),
  );
}

/**
 * A layer in words.
 * @param {Layer} layer
 * @param {boolean} isLast
 */
function kindOf({ kind, window, strides, pads, pool }, isLast) {
  if (kind === "dense") return t(isLast ? "network.out" : "network.dense");
  const [height, width] = window;
  const words = [t("network.convolution", { height, width })];
  const [down, across] = strides;
  if (Math.max(...strides) > 1) words.push(t("network.strides", { down, across }));
  const margins = [...new Set(pads)].join(", ");
  if (Math.max(...pads) > 0) words.push(t("network.pads", { pads: margins }));
  if (pool) {
    const [high, wide] = pool.size;
    words.push(t(pool.average ? "network.average" : "network.max", { height: high, width: wide }));
  }
  return words.join(", ");
}
