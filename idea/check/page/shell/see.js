// @ts-check
/** The network's input: two views of the drawing, with the prediction for each. */

import { Bars } from "./bars.js";
import { Choice } from "../base/choice.js";
import { byId, el, setTexts } from "../base/dom.js";
import { SIDE } from "../base/image_size.js";
import { imageCanvas, paint } from "../base/images.js";
import { onLanguage, percent } from "../base/language.js";
import { SIZE } from "../drawing/strokes.js";

// The middle of the central pixel, where the centre of mass is placed.
const CENTRE = ((SIDE / 2 + 0.5) / SIDE) * 100;

/** @typedef {import("./app.js").App} App */
/** @typedef {import("../site/site.js").Answer} Answer */
/** @typedef {readonly [number, number, number, number]} Box left, top, right, bottom; in 0…1 */

class View {
  #canvas;
  #box = el("div", { class: "guide box", hidden: true });
  #prediction = el("p", { class: "prediction" });
  #bars = new Bars();

  /**
   * @param {string} name of its texts
   * @param {...Node} more in its heading
   */
  constructor(name, ...more) {
    this.#canvas = imageCanvas(null, `see.${name}.image`);
    this.pane = el("div", { class: "pane" }, this.#canvas, this.#box);
    const heading = el("h3", { text: `see.${name}` });
    const head = el("div", { class: "view-head row tight" }, heading, ...more);
    const parts = [head, this.pane, this.#prediction, this.#bars.root];
    this.root = el("section", { class: `view ${name}` }, ...parts);
  }

  /**
   * @param {Float32Array | null} image
   * @param {Box | null} box around the digit
   */
  showImage(image, box) {
    paint(this.#canvas, image);
    this.#box.hidden = !box;
    if (!box) return;
    const [left, top, right, bottom] = box.map((x) => x * 100);
    const [width, height] = [right - left, bottom - top];
    for (const [side, length] of Object.entries({ left, top, width, height })) {
      this.#box.style.setProperty(side, `${length}%`);
    }
  }

  /**
   * @param {Answer | null} answer
   * @param {import("./bars.js").Measure} measure
   * @param {boolean} disagrees whether the prediction differs from that of the preprocessed image
   */
  showAnswer(answer, measure, disagrees) {
    this.#prediction.classList.toggle("none", !answer);
    this.#prediction.classList.toggle("disagrees", disagrees);
    const params = { digit: answer?.digit ?? "–", percent: percent(answer?.probability ?? 0) };
    setTexts(this.#prediction, { text: "see.prediction", params });
    this.#bars.show(answer, measure);
  }
}

/** @param {App} app */
export function mountSee(app) {
  const prepared = new View("prepared", el("span", { class: "chip", text: "see.trust" }));
  const drawn = new View("drawn");
  const centre = el("div", { class: "guide centre" });
  centre.style.left = centre.style.top = `${CENTRE}%`;
  prepared.pane.append(centre);
  const why = el("p", { class: "hint", text: "see.why" });
  const guides = guidesSwitch();

  const updateImages = () => {
    const { empty } = app.drawing;
    const images = empty ? null : app.drawing.images();
    const found = images?.box?.map((x) => x / SIZE);
    const isUnprocessed = images?.isUnprocessed ?? false;
    const cut = isUnprocessed ? null : images?.prepared;
    prepared.showImage(images?.prepared ?? null, cut ? inkBox(cut) : null);
    drawn.showImage(images?.drawn ?? null, found ? [found[0], found[1], found[2], found[3]] : null);
    centre.hidden = !cut;
    guides.hidden = isUnprocessed;
    setTexts(why, { text: isUnprocessed ? "see.placed" : "see.why" });
  };
  const updateAnswers = () => {
    const by = measure.value === "logit" ? "logit" : "probability";
    const { answers } = app;
    const disagrees = answers.prepared && answers.drawn?.digit !== answers.prepared.digit;
    prepared.showAnswer(answers.prepared, by, false);
    drawn.showAnswer(answers.drawn, by, Boolean(disagrees));
  };
  const measure = new Choice("see.by", [
    { value: "probability", text: "see.by.probability" },
    { value: "logit", text: "see.by.logit" },
  ], updateAnswers);

  app.on("drawing", updateImages);
  app.on("answers", updateAnswers);
  onLanguage(updateAnswers);
  byId("see").append(
    el("div", { class: "row spread" }, el("h2", { id: "see-heading", text: "see" }), measure.root),
    el("div", { class: "views" }, prepared.root, drawn.root),
    why,
    guides,
  );
  updateImages();
  updateAnswers();
}

function guidesSwitch() {
  const toggle = () => byId("see").classList.toggle("plain", !box.checked);
  const box = el("input", {
    type: "checkbox", checked: true, autocomplete: "off", on: { change: toggle },
  });
  return el("label", { class: "field flat hint" }, box, el("span", { text: "see.guides" }));
}

/**
 * @param {Float32Array} image with some ink
 * @returns {Box}
 */
function inkBox(image) {
  const columns = [];
  const rows = [];
  for (let i = 0; i < image.length; i++) {
    if (image[i] === 0) continue;
    columns.push(i % SIDE);
    rows.push(Math.floor(i / SIDE));
  }
  const [left, right] = [Math.min(...columns), Math.max(...columns) + 1];
  const [top, bottom] = [Math.min(...rows), Math.max(...rows) + 1];
  return [left / SIDE, top / SIDE, right / SIDE, bottom / SIDE];
}
