// @ts-check
/** What a position of the slider means for a network: an objective, and how it is searched. */

import { ANNEALED, PLAIN, smoothAlone, withPrior } from "../numbers/positions.js";
import { pixelsOf } from "../base/task.js";
import { spread } from "../numbers/prior_weight.js";

/** @typedef {import("../site/site.js").Site} Site */
/** @typedef {import("../site/site.js").ModelEntry} ModelEntry */
/** @typedef {import("../site/kinds.js").Objective} Objective */
/** @typedef {import("../site/kinds.js").SearchKind} SearchKind */

/** @type {WeakMap<ModelEntry, Promise<number>>} the prior's weight, or the mean gain without one */
const scales = new WeakMap();

/**
 * @param {Site} site
 * @param {ModelEntry} model
 * @param {number} position of the slider
 * @param {AbortSignal} signal
 * @returns {Promise<SearchKind>} with the objective, but at the left end
 */
export async function searchAt(site, model, position, signal) {
  if (position === 0) return PLAIN;
  const prior = site.priorFor(model);
  if (!scales.has(model)) {
    const found = prior ? weightOf(site, model, prior) : meanGain(site, model);
    scales.set(model, found);
    found.catch(() => scales.delete(model));
  }
  const scale = await /** @type {Promise<number>} */ (scales.get(model));
  signal.throwIfAborted();
  const objective = prior ? withPrior(position, prior, scale) : smoothAlone(position, scale);
  return { ...(site.isEvaluatedHere(model) ? ANNEALED : PLAIN), objective };
}

/**
 * @param {Site} site
 * @param {ModelEntry} model
 * @param {string} prior its name
 */
async function weightOf(site, { id, prior_weight }, prior) {
  return prior_weight ?? site.inPage(id, (page) => page.priorWeight(id, prior));
}

/**
 * The mean size of the gains of flips in a black image, over some of the classes.
 * @param {Site} site
 * @param {ModelEntry} model
 */
async function meanGain(site, model) {
  const black = new Float32Array(pixelsOf(model.task));
  let sum = 0;
  const targets = spread(model.task.classes.length);
  for (const target of targets) {
    const { gains } = await site.gains(model.id, target, black);
    sum += gains.reduce((size, gain) => size + Math.abs(gain), 0) / gains.length;
  }
  return sum / targets.length;
}
