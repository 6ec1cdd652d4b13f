// @ts-check
/** The tabs, each with a panel; on narrow screens one for what the network sees. */

import { byId } from "../base/dom.js";
import { LOADERS } from "./panels.js";
import { Tab } from "./tab.js";
import { TabBar } from "./tab_bar.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").TabName} TabName */

const ALL = /** @type {TabName[]} */ (["see", ...Object.keys(LOADERS)]);
// Where what the network sees has room beside the canvas, as in shell.css.
const WIDE = matchMedia("(width >= 1200px)");

/**
 * @param {App} app
 * @returns {import("./address.js").Panels}
 */
export function mountTabs(app) {
  const tabs = ALL.map((name) => new Tab(name, app, {
    chosen: () => open(name),
    mounted: () => app.address.arrive(name),
  }));
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
  const isThere = (/** @type {string} */ name) => tabs.some((tab) => tab.name === name && tab.isMounted);
  return { names: ALL, follow, isThere };
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
