// @ts-check
/** Command lines that do what the page does. */

import { hasDigits } from "../base/task.js";

/** @typedef {import("../site/site.js").ModelEntry} ModelEntry */

/**
 * @param {ModelEntry} model
 * @param {object} search
 * @param {number | null} search.target null for all classes
 * @param {string} search.method
 * @param {number} search.seed
 * @param {string | null} [search.start] the name of a dump
 * @param {string[]} [search.objective] further words, such as `--smooth 0.3`
 */
export function searchCommand(model, { target, method, seed, start = null, objective = [] }) {
  const { classes } = model.task;
  const label = target === null ? "all" : classes[target];
  return commandOf([
    ...["python", "-m", "idea.search", ...modelWords(model)],
    ...[hasDigits(model.task) ? "--digit" : "--target", label],
    ...["--method", method, "--seed", String(seed)],
    ...(start === null ? [] : ["--start", start]),
    ...objective,
  ]);
}

/**
 * @param {ModelEntry} model
 * @param {{image: string, target: number, beam: number}} attack `image`: the name of a file
 */
export function attackCommand(model, { image, target, beam }) {
  const words = ["python", "-m", "idea.attack", image, ...modelWords(model)];
  return commandOf([...words, "--target", model.task.classes[target], "--beam", String(beam)]);
}

/** @param {ModelEntry} model */
function modelWords({ name, declared = {} }) {
  const options = Object.entries(declared).filter(([, value]) => value !== "");
  return ["--model", name, ...options.flatMap(([option, value]) => [`--${option}`, value])];
}

/** @param {string[]} words */
function commandOf(words) {
  return words.map(quoted).join(" ");
}

/**
 * A word as POSIX shells read it; without signs of their own also that of Windows.
 * @param {string} word
 */
function quoted(word) {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", `'"'"'`)}'` : `"${word}"`;
}
