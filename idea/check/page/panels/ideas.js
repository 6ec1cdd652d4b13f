// @ts-check
/** The network's ideals: to view, trace, copy and save. */

import { action, enable } from "../base/action.js";
import { isEqual } from "../base/arrays.js";
import { el, setTexts } from "../base/dom.js";
import { IdeaDetails } from "./idea_details.js";
import { IdeaRow } from "./idea_row.js";
import { onLanguage, t } from "../base/language.js";
import { Latest } from "../base/latest.js";
import { loadIdeas } from "./idea_loader.js";
import { bringIntoView } from "../base/motion.js";
import { noisePosition, NoiseSlider, onNoise } from "./noise_slider.js";
import { mostOf, scaleLegend } from "./scale.js";
import { ThinProgress } from "./thin_progress.js";
import { haveWhiteMargin } from "./white_margin.js";
import { sizeOf } from "../base/task.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {{row: IdeaRow, place: number}} Chosen */

// Of many classes so many are searched and shown at a time.
const PAGE = 10;

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
  /** @type {Chosen | null} */
  #chosen = null;
  /** Which class is the first on the page. */
  #first = 0;
  #task;
  /** Those of the slider's position. */
  #row;
  /** Those that the network wants. */
  #plain;
  #noise = el("div", { class: "stack tight" });
  #pages = el("p");
  #back = action("ideas.back", "undo", () => this.#turn(-PAGE));
  #on = action("ideas.on", "arrow", () => this.#turn(PAGE));
  #pager = el("div", { class: "row tight" }, this.#back, this.#on, this.#pages);
  #margin = el("p", { class: "hint", text: "ideas.margin", hidden: true });
  #about = el("p", { class: "hint noise-about" });
  #legend = scaleLegend();
  #isSearching = false;
  #progress = new ThinProgress("ideas.searching");
  /** Whether the chosen one is behind the drawing, when the panel is shown. */
  #isBehind = false;
  #visible = true;
  #retry = action("panels.retry", "reset", () => this.#load());
  #before = el("p", { class: "notice", text: "ideas.before" });
  #details;
  root;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#task = app.task;
    this.#retry.hidden = true;
    this.#row = new IdeaRow(app, "thumb", (place) => this.#toggle({ row: this.#row, place }));
    this.#plain = new IdeaRow(app, "plain", (place) => this.#toggle({ row: this.#plain, place }));
    this.#details = new IdeaDetails(app, {
      trace: () => this.#trace(),
      toggleGhost: () => this.#toggleGhost(),
    });
    this.root = this.#layout();
    app.on("model", () => this.#followModel());
    app.on("recovered", () => {
      if (!this.#retry.hidden) this.#load();
    });
    app.on("drawing", () => this.#show());
    onLanguage(() => this.#show());
    onNoise(() => this.#followSlider());
    this.#offer();
    this.#load();
  }

  #layout() {
    this.#noise.append(el("h3", { text: "noise.0" }), this.#plain.root);
    const slider = new NoiseSlider().root;
    const rows = [this.#row.root, this.#pager, this.#legend, this.#noise, this.#about];
    const head = el("div", { class: "ideas-head" }, slider, this.#progress.root);
    const left = el("div", { class: "stack" }, head, ...rows, this.#margin, this.#retry);
    const right = el("div", { class: "stack" }, this.#before, this.#details.root);
    right.append(el("p", { class: "hint", text: "ideas.hint" }));
    return el("div", { class: "ideas-body" }, left, right);
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
    this.#plain.clear();
    this.#load();
  }

  /** The ideas that the network wants stay. */
  #followSlider() {
    if (noisePosition() === 0 && this.#chosen?.row === this.#plain) {
      this.#chosen = { ...this.#chosen, row: this.#row };
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
    for (const row of [this.#row, this.#plain]) row.offer(this.#first, count);
  }

  async #load() {
    const signal = this.#latest.begin();
    const wasBehind = this.#visible ? this.#isGhostShown : this.#isBehind;
    const position = noisePosition();
    this.#row.clear();
    this.#retry.hidden = true;
    this.#isSearching = true;
    this.#progress.show(0);
    this.#placeGhost(false);
    this.#show();
    const rows = [{ row: this.#row, position }];
    if (position > 0) rows.push({ row: this.#plain, position: 0 });
    let before = this.#chosen;
    const showAgain = () => {
      if (!before || !this.#present) return;
      if (before === this.#chosen) this.#showAgain(wasBehind);
      before = null;
    };
    showAgain();
    const changed = (/** @type {number} */ share) => {
      this.#progress.show(share);
      showAgain();
      this.#show();
    };
    try {
      await loadIdeas(this.#app, rows, this.#first, changed, signal);
      this.#isSearching = false;
      this.#progress.hide();
      this.#show();
    } catch (error) {
      if (signal.aborted) return;
      this.#isSearching = false;
      this.#progress.hide();
      this.#latest.stop(); // what else is searched meanwhile
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

  /** @param {Chosen} chosen */
  #toggle(chosen) {
    const isSame = this.#chosen?.row === chosen.row && this.#chosen.place === chosen.place;
    this.#chosen = isSame ? null : chosen;
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
    const chosen = /** @type {Chosen} */ (this.#chosen);
    if (!this.#isGhostShown) {
      this.#placeGhost(true);
      this.#show();
      return;
    }
    this.#toggle(chosen);
    // The button is gone with what it removed, and the focus must not go with it.
    chosen.row.thumbs[chosen.place].root.focus({ preventScroll: true });
  }

  get #present() {
    return this.#chosen && this.#chosen.row.ideals[this.#chosen.place];
  }

  #show() {
    const { model, site } = this.#app;
    const hasNoise = noisePosition() > 0;
    const most = mostOf([...this.#row.ideals, ...this.#plain.ideals], model);
    for (const row of [this.#row, this.#plain]) {
      const place = this.#chosen?.row === row ? this.#chosen.place : null;
      row.show(place, most, this.#isSearching && row.ideals.includes(null));
    }
    this.#noise.hidden = !hasNoise;
    this.#legend.hidden = !model.real;
    setTexts(this.#about, { text: site.priorFor(model) ? "noise.about" : "noise.about.smooth" });
    this.#showPager();
    const found = this.#row.ideals.flatMap((ideal) => (ideal ? [ideal.image] : []));
    const areAll = found.length === this.#row.thumbs.length;
    this.#margin.hidden = !areAll || !haveWhiteMargin(found, this.#task);
    this.#before.hidden = this.#chosen !== null;
    this.#details.show(this.#present, this.#isGhostShown);
  }

  #showPager() {
    const count = this.#task.classes.length;
    const end = this.#first + this.#row.thumbs.length;
    this.#pager.hidden = count <= PAGE;
    enable(this.#back, this.#first > 0);
    enable(this.#on, end < count);
    setTexts(this.#pages, { text: "ideas.page", params: { first: this.#first + 1, end, count } });
  }
}
