// @ts-check
/** The tabs, each with a panel that is built when it is first opened. */

import { byId, el } from "../base/dom.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").TabName} TabName */
/** @typedef {{shown?: () => void, hidden?: () => void} | void} Panel */
/** @typedef {(root: HTMLElement, app: App) => Panel} Mount */

/** @type {Record<TabName, () => Promise<Mount>>} */
const PANELS = {
  ideas: async () => (await import("../panels/ideas.js")).mountIdeas,
  watch: async () => (await import("../panels/watch.js")).mountWatch,
  pixels: async () => (await import("../panels/pixels.js")).mountPixels,
  shake: async () => (await import("../panels/shake.js")).mountShake,
  fool: async () => (await import("../panels/fool.js")).mountFool,
};
/** @type {TabName[]} */
const WITHOUT_SERVER = ["ideas", "shake"];
const ALL = /** @type {TabName[]} */ (Object.keys(PANELS));

class Tab {
  /** @type {Promise<Panel> | null} */
  #panel = null;

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
    if (selected) this.#panel ??= this.#mount();
    if (selected === wasSelected) return;
    this.#panel?.then((panel) => (selected ? panel?.shown?.() : panel?.hidden?.()));
  }

  /** @returns {Promise<Panel>} */
  async #mount() {
    try {
      const mount = await PANELS[this.name]();
      return mount(this.root, this.app);
    } catch (error) {
      this.app.fail(error);
    }
  }
}

/** @param {App} app */
export function mountTabs(app) {
  const names = app.site.hasServer ? ALL : WITHOUT_SERVER;
  const tabs = names.map((name) => new Tab(name, app, () => open(name)));
  const open = (/** @type {TabName} */ name) => {
    if (location.hash !== `#${name}`) history.replaceState(null, "", `#${name}`);
    for (const tab of tabs) tab.select(tab.name === name);
  };
  const follow = () => open(names.find((name) => location.hash === `#${name}`) ?? names[0]);
  const list = el("div", { role: "tablist", class: "tabs", label: "tabs" });
  list.append(...tabs.map(({ button }) => button));
  list.addEventListener("keydown", (event) => {
    const next = neighbour(tabs, event.key);
    if (!next) return;
    event.preventDefault();
    next.button.focus();
    open(next.name);
  });
  app.openTab = (name) => {
    open(name);
    list.scrollIntoView({ block: "nearest" });
    tabs.find((tab) => tab.name === name)?.button.focus();
  };
  byId("more").append(list, ...tabs.map(({ root }) => root));
  addEventListener("hashchange", follow);
  follow();
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
