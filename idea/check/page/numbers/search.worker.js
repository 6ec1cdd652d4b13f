// @ts-check
/** Searches away from the page, which stays responsive meanwhile. */

import { greedy } from "./greedy.js";
import { Network } from "./network.js";
import { seededGreys } from "./random.js";

/**
 * @typedef {object} Task
 * @property {import("./network.js").Layer[] | null} layers null: those of the last task
 * @property {number} digit
 * @property {number} seed
 */

/** @type {Network | null} */
let network = null;

addEventListener("message", (/** @type {MessageEvent<Task>} */ { data }) => {
  if (data.layers) network = new Network(data.layers);
  if (network) postMessage(greedy(network, data.digit, seededGreys(data.seed)));
});
