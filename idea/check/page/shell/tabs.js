// @ts-check
/** The tabs, each with a panel that is built when it is first opened; on narrow screens one for what the network sees. */

import { byId, el } from "../base/dom.js";
import { TabBar } from "./tab_bar.js";
// Imported at once, though most panels are opened later: they are small, and a failed dynamic
// import is cached by the browser.
import { mountDistort } from "../panels/distort.js";
import { mountFool } from "../panels/fool.js";
import { mountIdeas } from "../panels/ideas.js";
import { mountInside } from "../panels/inside.js";
import { mountNetwork } from "../panels/network.js";
import { mountPixels } from "../panels/pixels.js";
import { mountPlay } from "../panels/play.js";
import { mountTrain } from "../panels/train.js";
import { mountWatch } from "../panels/watch.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").TabName} TabName */
/** @typedef {{shown?: () => void, hidden?: () => void} | void} Panel */
/** @typedef {(root: HTMLElement, app: App) => Panel} Mount */

/** @type {Record<TabName, Mount>} */
const PANELS = {
  see: () => undefined, // it is there already, or beside the canvas
  ideas: mountIdeas,
  watch: mountWatch,
  pixels: mountPixels,
  inside: mountInside,
  distort: mountDistort,
  fool: mountFool,
  play: mountPlay,
  network: mountNetwork,
  train: mountTrain,
};
const ALL = /** @type {TabName[]} */ (Object.keys(PANELS));
// Where what the network sees has room beside the canvas, as in shell.css.
const WIDE = matchMedia("(width >= 1200px)");

class Tab {
  #isMounted = false;
  /** @type {Panel} */
  #panel = undefined;

  /**
   * @param {TabName} name
   * @param {App} app
   * @param {() => void} chosen
   */
  constructor(name, app, chosen) {
    this.name = name;
    this.app = app;
    this.button = el("button", {
      type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`,
      text: `tabs.${name}`, on: { click: chosen },
    });
    this.root = el("div", {
      role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, class: "panel",
      tabindex: 0,
    });
    this.select(false);
  }

  /** @param {boolean} selected */
  select(selected) {
    const wasSelected = this.button.ariaSelected === "true";
    this.button.setAttribute("aria-selected", String(selected));
    this.button.tabIndex = selected ? 0 : -1;
    this.root.hidden = !selected;
    if (selected && !this.#isMounted) this.#panel = PANELS[this.name](this.root, this.app);
    this.#isMounted ||= selected;
    if (selected === wasSelected) return;
    if (selected) this.#panel?.shown?.();
    else this.#panel?.hidden?.();
  }
}

/**
 * @param {App} app
 * @returns {{names: string[], follow: (name: string) => string}} what shows a tab, or the usual one,
 *   and returns its name
 */
export function mountTabs(app) {
  const tabs = ALL.map((name) => new Tab(name, app, () => open(name)));
  let shownName = "";
  const show = (/** @type {TabName} */ name) => {
    if (shownName && shownName !== name) app.clearPassing();
    shownName = name;
    for (const tab of tabs) tab.select(tab.name === name);
  };
  const offered = () => tabs.filter(({ name }) => !(WIDE.matches && name === "see"));
  const open = (/** @type {TabName} */ name) => {
    app.address.update();
    show(name);
    app.address.push(name);
    reveal(name, true);
  };
  let isFirst = true;
  const follow = (/** @type {string} */ wanted) => {
    const [first, ...others] = offered().map(({ name }) => name);
    const shown = others.find((name) => name === wanted) ?? first;
    show(shown);
    reveal(shown, isFirst && shown === wanted && shown !== "see"); // what a link is about
    isFirst = false;
    return shown;
  };
  const bar = new TabBar(tabs.map(({ button }) => button), app);
  const reveal = (/** @type {string} */ name, /** @type {boolean} */ isChosen) => {
    const tab = tabs.find((each) => each.name === name);
    if (tab) bar.reveal(tab.button, tab.root, isChosen);
  };
  bar.list.addEventListener("keydown", (event) => {
    const next = neighbour(offered(), event.key);
    if (!next) return;
    event.preventDefault();
    next.button.focus({ preventScroll: true });
    open(next.name);
  });
  app.openTab = (name) => {
    open(name);
    bar.root.scrollIntoView({ block: "nearest" });
    tabs.find((tab) => tab.name === name)?.button.focus({ preventScroll: true });
  };
  byId("more").before(bar.root);
  byId("more").append(...tabs.map(({ root }) => root));
  const [see] = tabs;
  const placeSee = () => {
    see.button.hidden = WIDE.matches;
    bar.arrange(offered().length);
    if (WIDE.matches) bar.root.before(byId("see"));
    else see.root.append(byId("see"));
  };
  WIDE.addEventListener("change", () => {
    placeSee();
    app.address.followPanel();
  });
  placeSee();
  return { names: ALL, follow };
}

/**
 * The tab that a key leads to.
 * @param {Tab[]} tabs
 * @param {string} key
 */
function neighbour(tabs, key) {
  const now = tabs.findIndex(({ root }) => !root.hidden);
  if (key === "ArrowRight") return tabs[(now + 1) % tabs.length];
  if (key === "ArrowLeft") return tabs.at(now - 1);
  if (key === "Home") return tabs[0];
  return key === "End" ? tabs.at(-1) : undefined;
}
