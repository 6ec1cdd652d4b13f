// @ts-check
/** What loads each panel, when its tab is first opened. */

import { addTexts } from "../base/language.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").TabName} TabName */
/** @typedef {{shown?: () => void, hidden?: () => void} | void} Panel */
/** @typedef {(root: HTMLElement, app: App) => Panel} Mount */

/** @typedef {{texts: Record<string, [string, string]>}} Texts */

const ideas = () => import("../texts/ideas.js");
const inside = () => import("../texts/inside.js");
const panels = () => import("../texts/panels.js");
const play = () => import("../texts/play.js");
const robustness = () => import("../texts/robustness.js");
const training = () => import("../texts/training.js");

/**
 * That of what the network sees is there already, or beside the canvas.
 * @type {Record<Exclude<TabName, "see">, () => Promise<Mount>>}
 */
export const LOADERS = {
  ideas: async () => (await withTexts(import("../panels/ideas.js"), ideas(), panels())).mountIdeas,
  watch: async () => (await withTexts(import("../panels/watch.js"), ideas(), panels())).mountWatch,
  pixels: async () => (await withTexts(import("../panels/pixels.js"), panels())).mountPixels,
  inside: async () => (await withTexts(import("../panels/inside.js"), inside(), panels())).mountInside,
  distort: async () => (await withTexts(import("../panels/distort.js"), robustness())).mountDistort,
  fool: async () => (await withTexts(import("../panels/fool.js"), panels(), robustness())).mountFool,
  play: async () => (await withTexts(import("../panels/play.js"), panels(), play(), robustness())).mountPlay,
  network: async () => (await import("../panels/network.js")).mountNetwork,
  train: async () => (await withTexts(import("../panels/train.js"), ideas(), inside(), panels(), training())).mountTrain,
};

/**
 * A panel's module, whose texts are there by then.
 * @template T
 * @param {Promise<T>} panel
 * @param {...Promise<Texts>} texts
 * @returns {Promise<T>}
 */
async function withTexts(panel, ...texts) {
  const [module, ...modules] = await Promise.all([panel, ...texts]);
  addTexts(...modules);
  return module;
}
