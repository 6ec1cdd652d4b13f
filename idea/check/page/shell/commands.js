// @ts-check
/** Command lines that do what the page does. */

import { hasDigits } from "../base/task.js";

/** @typedef {import("../site/site.js").ModelEntry} ModelEntry */
/** @typedef {import("../site/kinds.js").Objective} Objective */

/**
 * @param {ModelEntry} model
 * @param {object} search
 * @param {number | null} search.target null for all classes
 * @param {string} search.method
 * @param {number} search.seed
 * @param {string | null} [search.start] the name of a dump
 * @param {Objective} [search.objective]
 * @param {string[]} [search.options] further words, such as `--steps 30000`
 */
export function searchCommand(model, { target, method, seed, start = null, objective, options = [] }) {
  const { classes } = model.task;
  const label = target === null ? "all" : classes[target];
  return commandOf([
    ...["python", "-m", "idea.search", ...modelWords(model)],
    ...[hasDigits(model.task) ? "--digit" : "--target", label],
    ...["--method", method, "--seed", String(seed)],
    ...(start === null ? [] : ["--start", start]),
    ...options,
    ...objectiveWords(objective),
  ]);
}

/**
 * The search of an idea, or of all.
 * @param {ModelEntry} model
 * @param {number | null} target null for all classes
 * @param {import("../site/kinds.js").SearchKind} kind
 */
export function idealsCommand(model, target, { method, options, runs, objective }) {
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  if (runs > 1) words.push("--restarts", String(runs));
  return searchCommand(model, { target, method, seed: 0, objective, options: words });
}

/** @param {Objective} [objective] */
function objectiveWords(objective) {
  if (!objective) return [];
  const { smooth, prior, prior_weight } = objective;
  return [
    ...(smooth === 0 ? [] : ["--smooth", String(smooth)]),
    ...(prior === null ? [] : ["--prior", prior, "--prior-weight", String(prior_weight)]),
  ];
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
