// @ts-check
/** The big answer. */

import { byId, setTexts } from "../base/dom.js";
import { onLanguage, percent, t } from "../base/language.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("../site/site.js").Answer} Answer */
/** @typedef {import("../base/language.js").Params} Params */
/**
 * @typedef {object} Verdict
 * @property {string} digit "?" where there is none
 * @property {boolean} unsure
 * @property {string} words key of a text
 * @property {string} more key of another
 * @property {Params} params of both
 */

// Of probability: below the first it isn't sure, from the second on it is likely, then sure.
const [UNSURE, LIKELY, SURE] = [0.6, 0.9, 0.99];
// A grey, of 255.
const VISIBLE = 32;
const PAUSE = 600;

/** @param {App} app */
export function mountAnswer(app) {
  const figure = byId("answer-digit");
  let shown = "";
  const show = () => {
    const verdict = verdictOf(app);
    figure.classList.toggle("unsure", verdict.unsure);
    figure.classList.toggle("none", verdict.digit === "?");
    setTexts(byId("answer-words"), { text: verdict.words, params: verdict.params });
    setTexts(byId("answer-more"), { text: verdict.more, params: verdict.params });
    if (verdict.digit !== shown) pop(figure, verdict.digit);
    shown = verdict.digit;
  };
  app.on("answers", show);
  onLanguage(show);
  tellPolitely(app);
  show();
}

/**
 * @param {App} app
 * @returns {Verdict}
 */
function verdictOf({ answers: { prepared, failed }, drawing }) {
  if (prepared) return verdictOn(prepared);
  const state = failed ? "away" : drawing.empty ? "none" : isFaint(drawing) ? "faint" : "lost";
  const [words, more] = [`answer.${state}`, `answer.${state}.more`];
  return { digit: "?", unsure: true, words, more, params: {} };
}

/**
 * Tell whether so little is on the canvas that more of it would help.
 * @param {App["drawing"]} drawing
 */
function isFaint(drawing) {
  return drawing.greys().every((grey) => grey < VISIBLE);
}

/**
 * @param {Answer} answer
 * @returns {Verdict}
 */
function verdictOn({ digit, probability, probabilities }) {
  const second = runnerUp(probabilities, digit);
  const unsure = probability < UNSURE;
  const words = unsure ? "unsure"
    : probability < LIKELY ? "perhaps"
    : probability < SURE ? "likely" : "sure";
  const shares = { percent: percent(probability), other: percent(probabilities[second]) };
  return {
    digit: String(digit),
    unsure,
    words: `answer.${words}`,
    more: unsure ? "answer.shares" : "answer.share",
    params: { digit, second, ...shares },
  };
}

/**
 * @param {number[]} probabilities
 * @param {number} digit
 */
function runnerUp(probabilities, digit) {
  const others = probabilities.map((p, i) => (i === digit ? -1 : p));
  return others.indexOf(Math.max(...others));
}

/**
 * @param {HTMLElement} figure
 * @param {string} digit
 */
function pop(figure, digit) {
  figure.textContent = digit;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  figure.animate([{ transform: "scale(0.9)" }, { transform: "none" }], 140);
}

/**
 * Tell screen readers, once the pen rests and only what is new.
 * @param {App} app
 */
function tellPolitely(app) {
  let told = "";
  let timer = 0;
  app.on("answers", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { digit, words, more, params } = verdictOf(app);
      if (digit !== told && app.answers.prepared) {
        app.say(`${t(words, params)}, ${t(more, params)}`);
      }
      told = digit;
    }, PAUSE);
  });
}
