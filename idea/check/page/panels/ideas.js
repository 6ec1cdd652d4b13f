// @ts-check
/** The network's ideals: to view, trace, copy and save. */

import { action, enable } from "../base/action.js";
import { classValue } from "../base/address_values.js";
import { isEqual } from "../base/arrays.js";
import { CommandLine } from "../shell/command_line.js";
import { searchCommand } from "../shell/commands.js";
import { el, setTexts } from "../base/dom.js";
import { IdeaDetails } from "./idea_details.js";
import { IdeaThumb } from "./idea_thumb.js";
import { onLanguage, t } from "../base/language.js";
import { Latest } from "../base/latest.js";
import { bringIntoView } from "../base/motion.js";
import { haveWhiteMargin } from "./white_margin.js";
import { sizeOf } from "../base/task.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").IdealAnswer} IdealAnswer */

// Of many classes so many are searched and shown at a time.
const PAGE = 10;
// Longer labels need more room than there is beside an energy.
const LONGEST_SHORT = 2;

/**
 * @param {HTMLElement} root
 * @param {App} app
 */
export function mountIdeas(root, app) {
  const ideas = new Ideas(app);
  root.append(ideas.root);
  return { shown: () => ideas.shown(), hidden: () => ideas.hidden() };
}

class Ideas {
  #app;
  #latest = new Latest();
  /** @type {(IdealAnswer | null)[]} */
  #ideals = [];
  /** @type {number | null} its place on the page */
  #chosen = null;
  /** Which class is the first on the page. */
  #first = 0;
  /** @type {IdeaThumb[]} */
  #thumbs = [];
  #task;
  #grid = el("div", { class: "ideas-grid" });
  #pages = el("p");
  #back = action("ideas.back", "undo", () => this.#turn(-PAGE));
  #on = action("ideas.on", "arrow", () => this.#turn(PAGE));
  #pager = el("div", { class: "row tight" }, this.#back, this.#on, this.#pages);
  #margin = el("p", { class: "hint", text: "ideas.margin", hidden: true });
  /** Whether the chosen one is behind the drawing, when the panel is shown. */
  #isBehind = false;
  /** Whether the chosen one is to be behind the drawing when it is found. */
  #isAwaited = false;
  #visible = true;
  #retry = action("panels.retry", "reset", () => this.#load());
  #before;
  #details;
  #command;
  root;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#task = app.task;
    this.#retry.hidden = true;
    this.#before = el("p", { class: "notice", text: "ideas.before" });
    this.#details = new IdeaDetails(app, {
      trace: () => this.#trace(),
      toggleGhost: () => this.#toggleGhost(),
    });
    const hint = el("p", { class: "hint", text: "ideas.hint" });
    const left = el("div", { class: "stack" }, this.#grid, this.#pager, this.#margin, this.#retry);
    const body = el("div", { class: "ideas-body" }, left, this.#before, this.#details.root);
    this.#command = new CommandLine(app);
    this.root = el("div", { class: "stack" }, hint, body, this.#command.root);
    app.on("model", () => this.#followModel());
    app.on("recovered", () => {
      if (!this.#retry.hidden) this.#load();
    });
    app.on("drawing", () => this.#show());
    onLanguage(() => this.#show());
    this.#offer();
    this.#load();
    app.address.declare("ideas", "class", classValue(app, () => this.#index, (index) => this.#choose(index)));
  }

  /** The class of the chosen idea, or null. */
  get #index() {
    return this.#chosen === null ? null : this.#first + this.#chosen;
  }

  /**
   * Show a class's idea, once it is found, behind the drawing.
   * @param {number} index
   */
  #choose(index) {
    if (index === this.#index) return;
    const first = index - (index % PAGE);
    this.#chosen = index - first;
    if (first === this.#first) this.#placeGhost(true);
    else {
      this.#first = first;
      this.#offer();
      this.#load();
    }
    this.#isAwaited = this.#present === null;
    this.#show();
  }

  shown() {
    this.#visible = true;
    this.#placeGhost(this.#isBehind);
    this.#show();
  }

  /** It doesn't belong behind what is drawn for other panels. */
  hidden() {
    this.#isBehind = this.#isGhostShown;
    this.#visible = false;
    this.#placeGhost(false);
  }

  get #isGhostShown() {
    return !this.#app.drawing.ghostCanvas.hidden;
  }

  /** @param {boolean} isShown behind the drawing */
  #placeGhost(isShown) {
    const ideal = this.#present;
    this.#app.drawing.ghost(isShown && ideal ? ideal.image : null);
  }

  #followModel() {
    const [before, task] = [this.#task, this.#app.task];
    this.#task = task;
    const isSame = sizeOf(before) === sizeOf(task) && isEqual(before.classes, task.classes);
    if (!isSame) {
      this.#first = 0;
      this.#chosen = null;
      this.#offer();
    }
    this.#load();
  }

  /** @param {number} classes how far */
  #turn(classes) {
    this.#first += classes;
    this.#chosen = null;
    this.#offer();
    this.#load();
  }

  /** Make the thumbnails of the page. */
  #offer() {
    const count = Math.min(PAGE, this.#task.classes.length - this.#first);
    this.#thumbs = Array.from({ length: count }, (_, place) =>
      new IdeaThumb(this.#task, this.#first + place, () => this.#toggle(place)),
    );
    const { classes } = this.#task;
    this.#grid.classList.toggle("words", classes.some(({ length }) => length > LONGEST_SHORT));
    this.#grid.replaceChildren(...this.#thumbs.map(({ root }) => root));
  }

  async #load() {
    const signal = this.#latest.begin();
    const model = this.#app.model.id;
    this.#ideals = this.#thumbs.map(() => null);
    this.#retry.hidden = true;
    const wasBehind = this.#visible ? this.#isGhostShown : this.#isBehind;
    this.#placeGhost(false);
    this.#show();
    try {
      for (const place of this.#ideals.keys()) {
        const ideal = await this.#app.site.ideal(model, this.#first + place, signal);
        signal.throwIfAborted();
        this.#ideals[place] = ideal;
        if (place === this.#chosen) this.#showAgain(wasBehind || this.#isAwaited);
        this.#show();
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#retry.hidden = false;
      this.#show();
      this.#app.showError(error);
    }
  }

  /**
   * Show the idea that was chosen before the ideas were loaded again.
   * @param {boolean} isBehind the drawing
   */
  #showAgain(isBehind) {
    if (this.#visible) this.#placeGhost(isBehind);
    else this.#isBehind = isBehind;
  }

  /** @param {number} place */
  #toggle(place) {
    this.#isAwaited = false;
    this.#chosen = this.#chosen === place ? null : place;
    const ideal = this.#present;
    this.#placeGhost(true);
    this.#app.announce(t(ideal ? "ideas.shown" : "ideas.removed"));
    this.#show();
    if (ideal) bringIntoView(this.#details.root);
  }

  #trace() {
    const { drawing } = this.#app;
    this.#placeGhost(true);
    this.#show();
    this.#app.showCanvas();
    drawing.canvas.focus({ preventScroll: true });
  }

  /** Remove the chosen idea, or show it again behind another drawing. */
  #toggleGhost() {
    const chosen = /** @type {number} */ (this.#chosen);
    if (!this.#isGhostShown) {
      this.#placeGhost(true);
      this.#show();
      return;
    }
    this.#toggle(chosen);
    // The button is gone with what it removed, and the focus must not go with it.
    this.#thumbs[chosen].root.focus({ preventScroll: true });
  }

  get #present() {
    return this.#chosen === null ? null : this.#ideals[this.#chosen];
  }

  #show() {
    const isBusy = this.#ideals.includes(null) && this.#retry.hidden;
    this.#grid.setAttribute("aria-busy", String(isBusy));
    for (const [place, thumb] of this.#thumbs.entries()) {
      thumb.show(this.#ideals[place], place === this.#chosen);
    }
    this.#showPager();
    const found = this.#ideals.flatMap((ideal) => (ideal ? [ideal.image] : []));
    const areAll = found.length === this.#thumbs.length;
    this.#margin.hidden = !areAll || !haveWhiteMargin(found, this.#task);
    this.#before.hidden = this.#chosen !== null;
    this.#details.show(this.#present, this.#isGhostShown);
    const { model } = this.#app;
    const command = searchCommand(model, { target: this.#index, method: "greedy", seed: 0 });
    this.#command.show([command], model);
  }

  #showPager() {
    const count = this.#task.classes.length;
    const end = this.#first + this.#thumbs.length;
    this.#pager.hidden = count <= PAGE;
    enable(this.#back, this.#first > 0);
    enable(this.#on, end < count);
    setTexts(this.#pages, { text: "ideas.page", params: { first: this.#first + 1, end, count } });
  }
}
