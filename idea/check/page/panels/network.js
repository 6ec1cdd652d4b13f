// @ts-check
/** The network: a card of what it is, and its answer beside another network's. */

import { el } from "../base/dom.js";
import { Comparison } from "./comparison.js";
import { NetworkCard } from "./network_card.js";

/** @typedef {import("../shell/app.js").App} App */

/**
 * @param {HTMLElement} root
 * @param {App} app
 */
export function mountNetwork(root, app) {
  const [card, comparison] = [new NetworkCard(app), new Comparison(app)];
  root.append(el("div", { class: "network-columns" }, card.root, comparison.root));
  return { shown: () => comparison.shown(), hidden: () => comparison.hidden() };
}
