// @ts-check
/** The network's input: two views of the drawing, with the prediction for each. */

import { Bars } from "./bars.js";
import { Choice } from "../base/choice.js";
import { byId, el, setTexts } from "../base/dom.js";
import { imageCanvas, paint } from "../base/images.js";
import { onLanguage, percent } from "../base/language.js";
import { DIGITS, isMnist } from "../base/task.js";

// The middle of the central pixel, where the centre of mass of a digit is placed.
const CENTRE = ((DIGITS.width / 2 + 0.5) / DIGITS.width) * 100;

/** @typedef {import("./app.js").App} App */
/** @typedef {import("../site/site.js").Answer} Answer */
/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {readonly [number, number, number, number]} Box left, top, right, bottom */

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
    this.#canvas = imageCanvas(null, DIGITS, `see.${name}.image`);
    this.pane = el("div", { class: "pane" }, this.#canvas, this.#box);
    const heading = el("h3", { text: `see.${name}` });
    const head = el("div", { class: "view-head row tight" }, heading, ...more);
    const parts = [head, this.pane, this.#prediction, this.#bars.root];
    this.root = el("section", { class: `view ${name}` }, ...parts);
  }

  /**
   * @param {Float32Array | null} image
   * @param {Box | null} box around the ink, in 0…1
   * @param {Task} task
   */
  showImage(image, box, task) {
    paint(this.#canvas, image, task);
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
   * @param {Task} task
   * @param {import("./bars.js").Measure} measure
   * @param {boolean} disagrees whether the prediction differs from that of the preprocessed image
   */
  showAnswer(answer, task, measure, disagrees) {
    this.#prediction.classList.toggle("none", !answer);
    this.#prediction.classList.toggle("disagrees", disagrees);
    const label = answer ? task.classes[answer.index] : "–";
    const params = { label, percent: percent(answer?.probability ?? 0) };
    setTexts(this.#prediction, { text: "see.prediction", params });
    this.#bars.show(answer, task, measure);
  }
}

/** @param {App} app */
export function mountSee(app) {
  const trust = el("span", { class: "chip", text: "see.trust" });
  const prepared = new View("prepared", trust);
  const drawn = new View("drawn");
  const centre = el("div", { class: "guide centre" });
  centre.style.left = centre.style.top = `${CENTRE}%`;
  prepared.pane.append(centre);
  const why = el("p", { class: "hint" });
  const details = el("details", {}, el("summary", { text: "see.more" }), why);
  const about = el("div", { class: "row about-views" }, details, guidesSwitch());
  const placed = el("p", { class: "hint", text: "see.placed" });

  const updateImages = () => {
    const { task, drawing: { empty, paper } } = app;
    const images = app.preview ?? (empty ? null : app.drawing.images());
    const isUnprocessed = images?.isUnprocessed ?? false;
    const cut = isUnprocessed ? null : images?.prepared;
    prepared.showImage(images?.prepared ?? null, cut ? inkBox(cut, task.width) : null, task);
    const box = images?.box ? shares(images.box, paper.width, paper.height) : null;
    drawn.showImage(images?.drawn ?? null, box, task);
    centre.hidden = !cut || !isMnist(task);
    const isPlaced = isUnprocessed && !app.preview;
    about.hidden = isPlaced;
    placed.hidden = !isPlaced;
    trust.hidden = !isMnist(task);
    trust.classList.toggle("none", !images); // whose place stays
    setTexts(why, { text: isMnist(task) ? "see.why" : "see.why.box" });
  };
  const updateAnswers = () => {
    const by = measure.value === "logit" ? "logit" : "probability";
    const { answers, task } = app;
    const disagrees = answers.prepared && answers.drawn?.index !== answers.prepared.index;
    prepared.showAnswer(answers.prepared, task, by, false);
    drawn.showAnswer(answers.drawn, task, by, Boolean(disagrees));
  };
  const measure = new Choice("see.by", [
    { value: "probability", text: "see.by.probability" },
    { value: "logit", text: "see.by.logit" },
  ], updateAnswers);

  app.on("model", updateImages);
  app.on("drawing", updateImages);
  app.on("preview", updateImages);
  app.on("answers", updateAnswers);
  onLanguage(updateAnswers);
  byId("see").append(
    el("div", { class: "row spread" }, el("h2", { id: "see-heading", text: "see" }), measure.root),
    el("div", { class: "views" }, prepared.root, drawn.root),
    about,
    placed,
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
 * @param {number} width
 * @returns {Box}
 */
function inkBox(image, width) {
  const columns = [];
  const rows = [];
  for (let i = 0; i < image.length; i++) {
    if (image[i] === 0) continue;
    columns.push(i % width);
    rows.push(Math.floor(i / width));
  }
  const [left, right] = [Math.min(...columns), Math.max(...columns) + 1];
  const [top, bottom] = [Math.min(...rows), Math.max(...rows) + 1];
  return shares([left, top, right, bottom], width, image.length / width);
}

/**
 * @param {Box} box
 * @param {number} width of what it lies on
 * @param {number} height
 * @returns {Box}
 */
function shares([left, top, right, bottom], width, height) {
  return [left / width, top / height, right / width, bottom / height];
}
