// @ts-check
/** The prediction in large type. */

import { byId, setTexts } from "../base/dom.js";
import { onLanguage, percent, t } from "../base/language.js";
import { prefersReducedMotion } from "../base/motion.js";
import { runnerUp } from "../numbers/softmax.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("../site/site.js").Answer} Answer */
/** @typedef {import("../base/language.js").Params} Params */
/**
 * @typedef {object} AnswerText
 * @property {string} label "?" where there is none
 * @property {boolean} unsure
 * @property {string} text key of the headline
 * @property {string} more key of the details
 * @property {Params} params of both
 */

// Probabilities: uncertain below the first, likely from the second, sure from the third on.
const [UNSURE, LIKELY, SURE] = [0.6, 0.9, 0.99];
// A grey, of 255.
const VISIBLE = 32;
const ANNOUNCE_DELAY_MS = 600;
const UNLIKE = "answer.unlike";
// Longer labels are shown in smaller letters.
const [LONGEST_LARGE, LONGEST_WORD] = [2, 11];

/** @param {App} app */
export function mountAnswer(app) {
  const figure = byId("answer-digit");
  let shown = "";
  const show = () => {
    const { label, unsure, text, more, params } = answerText(app);
    figure.classList.toggle("unsure", unsure);
    figure.classList.toggle("none", !app.answers.prepared);
    figure.classList.toggle("word", label.length > LONGEST_LARGE);
    figure.classList.toggle("long", label.length > LONGEST_WORD);
    byId("answer-text").classList.toggle("unlike", text === UNLIKE);
    setTexts(byId("answer-text"), { text, params });
    setTexts(byId("answer-more"), { text: more, params });
    if (label !== shown) showLabel(figure, label);
    shown = label;
  };
  app.on("answers", show);
  onLanguage(show);
  announceAnswer(app);
  show();
}

/**
 * @param {App} app
 * @returns {AnswerText}
 */
function answerText({ answers: { prepared, state: reason }, drawing, looksUnlike, model, preview, task }) {
  if (prepared && preview) return previewText(prepared, task.classes);
  if (prepared) return predictionText(prepared, task.classes, looksUnlike);
  const state = reason !== "none" ? reason
    : drawing.empty ? "none"
    : isFaint(drawing) ? "faint" : "no_digit";
  const [text, more] = [`answer.${state}`, `answer.${state}.more`];
  return { label: "?", unsure: true, text, more, params: { name: model.name } };
}

/**
 * Check whether there is ink, but too little for a prediction.
 * @param {App["drawing"]} drawing
 */
function isFaint(drawing) {
  return drawing.greys().every((grey) => grey < VISIBLE);
}

/**
 * @param {Answer} answer
 * @param {string[]} labels
 * @param {boolean} looksUnlike whether the drawing is like nothing that the network has learnt
 * @returns {AnswerText}
 */
function predictionText({ index, probability, probabilities }, labels, looksUnlike) {
  if (looksUnlike) {
    const params = { label: labels[index], percent: percent(probability) };
    return { label: labels[index], unsure: true, text: UNLIKE, more: `${UNLIKE}.more`, params };
  }
  const second = runnerUp(probabilities, index);
  const unsure = probability < UNSURE;
  const level = unsure ? "unsure"
    : probability < LIKELY ? "perhaps"
    : probability < SURE ? "likely" : "sure";
  const shares = { percent: percent(probability), other: percent(probabilities[second]) };
  return {
    label: labels[index],
    unsure,
    text: `answer.${level}`,
    more: unsure ? "answer.shares" : "answer.share",
    params: { label: labels[index], second: labels[second], ...shares },
  };
}

/**
 * Of what plays before one draws, much of which is noise: no word of how sure the network is.
 * @param {Answer} answer
 * @param {string[]} labels
 * @returns {AnswerText}
 */
function previewText({ index, probability }, labels) {
  const params = { label: labels[index], percent: percent(probability) };
  return { label: labels[index], unsure: false, text: "intro.answer", more: "answer.share", params };
}

/**
 * @param {HTMLElement} figure
 * @param {string} label
 */
function showLabel(figure, label) {
  figure.textContent = label;
  if (prefersReducedMotion()) return;
  figure.animate([{ transform: "scale(0.9)" }, { transform: "none" }], 140);
}

/**
 * Announce each new prediction to screen readers, once the pen rests.
 * @param {App} app
 */
function announceAnswer(app) {
  let announced = "";
  let timer = 0;
  app.on("answers", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { label, text, more, params } = answerText(app);
      const kind = app.looksUnlike ? text : label;
      if (kind !== announced && app.answers.prepared && !app.preview) {
        app.announce(`${t(text, params)}, ${t(more, params)}`);
      }
      announced = app.preview ? "" : kind;
    }, ANNOUNCE_DELAY_MS);
  });
}
