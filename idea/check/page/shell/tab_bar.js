// @ts-check
/** The bar of the tabs: above the panels or, where all is in one column, at the screen's lower edge. */

import { action } from "../base/action.js";
import { prefersReducedMotion } from "../base/motion.js";
import { el, setTexts } from "../base/dom.js";

/** @typedef {import("./app.js").App} App */

// A panel that begins farther down, as a share of the window's height, is hardly in sight.
const SEEN = 0.5;
// Where the bar is at the lower edge, as in tabs.css.
const LOW = matchMedia("(width < 900px), (height < 480px)");

export class TabBar {
  /**
   * @param {HTMLElement[]} buttons
   * @param {App} app
   */
  constructor(buttons, app) {
    this.list = el("div", { role: "tablist", class: "tabs", label: "tabs" });
    this.list.append(...buttons);
    const toCanvas = action("tabs.draw", "pen", () => app.showCanvas(), "quiet");
    setTexts(toCanvas, { title: "tabs.draw.title" });
    this.root = el("div", { class: "tab-bar" }, toCanvas, this.list);
    this.list.addEventListener("scroll", () => this.#hint(), { passive: true });
    new ResizeObserver(() => this.#hint()).observe(this.list);
  }

  /**
   * Arrange so many tabs: in two rows, as many in each.
   * @param {number} count
   */
  arrange(count) {
    this.list.style.setProperty("--columns", String(Math.ceil(count / 2)));
  }

  /**
   * Bring a tab into sight in the bar and, where it isn't in sight, the panel's beginning.
   * @param {HTMLElement} button
   * @param {HTMLElement} panel
   * @param {boolean} isChosen by the reader
   */
  reveal(button, panel, isChosen) {
    const { list } = this;
    const behavior = prefersReducedMotion() ? "instant" : "smooth";
    if (list.scrollWidth > list.clientWidth) {
      list.scrollTo({ left: button.offsetLeft + (button.offsetWidth - list.clientWidth) / 2, behavior });
    }
    if (!isChosen) return;
    if (LOW.matches) panel.scrollIntoView({ behavior, block: "start" });
    else if (panel.getBoundingClientRect().top > SEEN * innerHeight) this.root.scrollIntoView({ behavior, block: "start" });
  }

  /** Mark the ends beyond which there are more tabs. */
  #hint() {
    const { scrollLeft, scrollWidth, clientWidth } = this.list;
    this.list.toggleAttribute("data-before", scrollLeft > 1);
    this.list.toggleAttribute("data-after", scrollLeft + clientWidth < scrollWidth - 1);
  }
}
