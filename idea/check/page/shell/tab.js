// @ts-check
/** A tab and its panel, which is loaded and built when it is first opened. */

import { action } from "../base/action.js";
import { el } from "../base/dom.js";
import { LOADERS } from "./panels.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").TabName} TabName */
/** @typedef {import("./panels.js").Mount} Mount */
/** @typedef {import("./panels.js").Panel} Panel */

// What is there sooner needs no words.
const SOON_MS = 200;

export class Tab {
  #load;
  #onMounted;
  /** @type {Mount | null} once it is loaded */
  #mount = null;
  /** @type {Panel} */
  #panel = undefined;
  #isLoading = false;
  #isMounted = false;
  #isSelected = false;

  /**
   * @param {TabName} name
   * @param {App} app
   * @param {{chosen: () => void, mounted: () => void}} listeners `mounted`: the panel is there, after
   *   it had to be loaded
   */
  constructor(name, app, { chosen, mounted }) {
    this.name = name;
    this.app = app;
    this.#load = name === "see" ? null : LOADERS[name];
    this.#isMounted = !this.#load;
    this.#onMounted = mounted;
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

  /** Whether its panel is there. */
  get isMounted() {
    return this.#isMounted;
  }

  /** @param {boolean} selected */
  select(selected) {
    const wasSelected = this.#isSelected;
    this.#isSelected = selected;
    this.button.setAttribute("aria-selected", String(selected));
    this.button.tabIndex = selected ? 0 : -1;
    this.root.hidden = !selected;
    if (selected && !this.#isMounted) this.#open();
    else if (selected && !wasSelected) this.#panel?.shown?.();
    else if (!selected && wasSelected) this.#panel?.hidden?.();
  }

  #open() {
    if (this.#mount) this.#build(this.#mount);
    else if (this.#load && !this.#isLoading) this.#fetch(this.#load);
  }

  /** @param {() => Promise<Mount>} load */
  async #fetch(load) {
    this.#isLoading = true;
    this.root.classList.add("loading");
    this.root.replaceChildren();
    const timer = setTimeout(() => this.#showLoading(), SOON_MS);
    try {
      this.#mount = await load();
    } catch {
      this.#showFailure();
      return;
    } finally {
      clearTimeout(timer);
      this.#isLoading = false;
      this.root.classList.remove("loading");
      this.root.removeAttribute("aria-busy");
    }
    if (!this.#isSelected) {
      this.root.replaceChildren(); // it is built when it is opened again
      return;
    }
    this.#build(this.#mount);
    this.#onMounted();
  }

  /** @param {Mount} mount */
  #build(mount) {
    this.root.replaceChildren();
    this.#isMounted = true;
    this.#panel = mount(this.root, this.app);
    this.#panel?.shown?.();
  }

  #showLoading() {
    this.root.setAttribute("aria-busy", "true");
    this.root.replaceChildren(el("p", { class: "hint panel-loading", role: "status", text: "panel.loading" }));
  }

  #showFailure() {
    const again = action("panel.again", "redo", () => this.#tryAgain(), "primary");
    const words = el("p", { role: "alert", text: "panel.failed" });
    this.root.replaceChildren(el("div", { class: "notice panel-failed" }, words, again));
  }

  /** Browsers may remember that a module could not be loaded, until the page is reloaded. */
  async #tryAgain() {
    if (!this.#load || this.#isLoading) return;
    await this.#fetch(this.#load);
    if (!this.#isSelected) return;
    if (!this.#mount && (await isReachable())) location.reload();
    (this.root.querySelector("button") ?? this.root).focus({ preventScroll: true });
  }
}

/** Whether the page itself could be loaded again. */
async function isReachable() {
  const response = await fetch("site.json", { cache: "no-store" }).catch(() => null);
  return response?.ok ?? false;
}
