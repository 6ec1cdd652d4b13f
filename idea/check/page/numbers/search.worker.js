// @ts-check
/** Searches away from the page, which stays responsive meanwhile. */

import { greedy } from "./greedy.js";
import { Network } from "./network.js";
import { seededGreys } from "./random.js";

/**
 * @typedef {object} Job
 * @property {import("./network.js").Layer[] | null} layers null: those of the last job
 * @property {number} target
 * @property {number} seed
 */

/** @type {Network | null} */
let network = null;

addEventListener("message", (/** @type {MessageEvent<Job>} */ { data }) => {
  if (data.layers) network = new Network(data.layers);
  if (!network) return;
  const pixels = network.layers[0].columns.length / network.units;
  postMessage(greedy(network, data.target, seededGreys(data.seed, pixels)));
});
