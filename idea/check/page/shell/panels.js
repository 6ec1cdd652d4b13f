// @ts-check
/** What loads each panel, when its tab is first opened. */

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").TabName} TabName */
/** @typedef {{shown?: () => void, hidden?: () => void} | void} Panel */
/** @typedef {(root: HTMLElement, app: App) => Panel} Mount */

/**
 * That of what the network sees is there already, or beside the canvas.
 * @type {Record<Exclude<TabName, "see">, () => Promise<Mount>>}
 */
export const LOADERS = {
  ideas: async () => (await import("../panels/ideas.js")).mountIdeas,
  watch: async () => (await import("../panels/watch.js")).mountWatch,
  pixels: async () => (await import("../panels/pixels.js")).mountPixels,
  inside: async () => (await import("../panels/inside.js")).mountInside,
  distort: async () => (await import("../panels/distort.js")).mountDistort,
  fool: async () => (await import("../panels/fool.js")).mountFool,
  play: async () => (await import("../panels/play.js")).mountPlay,
  network: async () => (await import("../panels/network.js")).mountNetwork,
  train: async () => (await import("../panels/train.js")).mountTrain,
};
