// @ts-check
/** What a worker does with a network of the kernel's; what only some jobs need is loaded by them. */

import { bytesOf } from "../base/binary.js";
import { answerOf } from "./softmax.js";

/** @typedef {import("../kernel/kernel.js").Network} Network */
/** @typedef {import("../kernel/state.js").State} State */
/** @typedef {import("../site/site.js").Answer} Answer */
/** @typedef {import("../site/site.js").IdealAnswer} IdealAnswer */
/** @typedef {import("../site/site.js").Gains} Gains */
/** @typedef {import("../site/site.js").Fooling} Fooling */
/** @typedef {import("../site/site.js").Frame} Frame */

/**
 * A search without the id of its network, and with the objective as the kernel takes it.
 * @typedef {Omit<import("../site/site.js").SearchRequest, "model" | "objective">} Settings
 * @typedef {{objective?: {smooth: number, priorWeight?: number}, prior?: Prior}} Maximised
 * @typedef {Settings & Maximised} SearchSettings
 */
/** @typedef {import("./prior_weight.js").Prior} Prior */

export const WIDTH = 4; // of the beam, as on the server

/**
 * @param {Network} network
 * @param {{images: Float32Array[]}} given
 * @returns {Answer[]}
 */
function classify(network, { images }) {
  return network.logits(images).map(answerOf);
}

/**
 * @param {Network} network
 * @param {SearchSettings} settings
 * @param {(frame: Frame) => void} onFrame
 * @returns {IdealAnswer}
 */
function search(network, settings, onFrame) {
  const { target, method, seed, run, start, every, options, objective, prior } = settings;
  const began = performance.now();
  if (prior) network.setPrior(prior);
  const state = network.state(start ?? new Float32Array(network.pixels), { target, ...objective });
  try {
    state.search({ method, seed, run, every, options, fromNoise: !start }, ({ step, steps, frame }) => {
      if (frame) onFrame({ step, steps, energy: state.energy, image: bytesOf(state.image) });
      return true;
    });
    const ideal = idealOf(network, state, target, began);
    return objective ? { ...ideal, energy: state.exactEnergy } : ideal;
  } finally {
    state.free();
  }
}

/**
 * @param {Network} network
 * @param {State} state
 * @param {number} target
 * @param {number} began when the search did
 * @returns {IdealAnswer}
 */
function idealOf(network, state, target, began) {
  const [seconds, { image, evaluations }] = [(performance.now() - began) / 1000, state];
  const [answer] = classify(network, { images: [image] });
  const gains = state.gains();
  const flat = gains.every((gain) => gain === 0);
  const isBinary = image.every((value) => value === 0 || value === 1);
  return {
    ...answer,
    index: target,
    probability: answer.probabilities[target],
    energy: answer.logits[target],
    image,
    flat,
    locally_optimal: isBinary && !flat && gains.every((gain) => gain <= 0),
    evaluations,
    seconds,
    finished: true,
  };
}

/**
 * @param {Network} network
 * @param {{target: number, image: Float32Array}} given
 * @returns {Gains}
 */
function gains(network, { target, image }) {
  const [answer] = classify(network, { images: [image] });
  const state = network.state(image, { target });
  const all = Array.from(state.gains());
  state.free();
  const gain = Math.max(...all);
  const best = gain > 0 ? { pixel: all.indexOf(gain), gain } : null;
  return { ...answer, energy: answer.logits[target], gains: all, best };
}

/**
 * @param {Network} network
 * @param {{target: number, image: Float32Array}} given
 * @returns {Promise<Fooling>}
 */
async function fool(network, { target, image }) {
  const { fewestFlips, marginOf } = await import("./beam.js");
  const { flips, logits } = fewestFlips(network, image, target, WIDTH);
  const [before, ...after] = logits.map(answerOf);
  const last = after.at(-1) ?? before;
  return {
    flips,
    fooled: last.index === target,
    before,
    after: last,
    indices: after.map(({ index }) => index),
    margins: after.map((answer) => marginOf(answer.logits, target)),
  };
}

/**
 * @param {Network} network
 * @param {{prior: Prior, targets?: number[]}} given
 */
async function weigh(network, { prior, targets }) {
  const { chosenWeight } = await import("./prior_weight.js");
  return chosenWeight(network, prior, undefined, targets);
}

/**
 * @param {Network} network
 * @param {import("./follow.js").Follow} given
 */
async function follow(network, given) {
  const module = await import("./follow.js");
  return module.follow(network, given);
}

export const JOBS = { classify, search, gains, fool, weigh, follow };
