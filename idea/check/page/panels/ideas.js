// @ts-check
/** The network's ideals: to view, trace, copy and save. */

import { action } from "../base/action.js";
import { classValue } from "../base/address_values.js";
import { isEqual } from "../base/arrays.js";
import { CommandLine } from "../shell/command_line.js";
import { idealsCommand } from "../shell/commands.js";
import { el, setTexts } from "../base/dom.js";
import { Ghost } from "./ghost.js";
import { IdeaDetails } from "./idea_details.js";
import { IdeaRow } from "./idea_row.js";
import { onLanguage, t } from "../base/language.js";
import { Latest } from "../base/latest.js";
import { loadIdeas } from "./idea_loader.js";
import { bringIntoView } from "../base/motion.js";
import { noisePosition, NoiseSlider, noiseValue, onNoise } from "./noise_slider.js";
import { Pager } from "./pager.js";
import { mostOf, scaleLegend } from "./scale.js";
import { ThinProgress } from "./thin_progress.js";
import { haveWhiteMargin } from "./white_margin.js";
import { sizeOf } from "../base/task.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {{row: IdeaRow, place: number}} Chosen */

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
  #task;
  /** Those of the slider's position. */
  #row;
  /** Those that the network wants. */
  #plain;
  #noise = el("div", { class: "stack tight" });
  #pager = new Pager(() => this.#turn());
  #margin = el("p", { class: "hint", text: "ideas.margin", hidden: true });
  #about = el("p", { class: "hint noise-about" });
  #hint = el("p", { class: "hint" });
  #legend = scaleLegend();
  #isSearching = false;
  #progress = new ThinProgress("ideas.searching");
  #ghost;
  /** Whether the chosen one is to be behind the drawing when it is found. */
  #isAwaited = false;
  /** Whether the chosen one was behind the drawing, and is to be there again when it is found. */
  #isReturning = false;
  #retry = action("panels.retry", "reset", () => this.#load());
  #before = el("p", { class: "notice", text: "ideas.before" });
  #details;
  #command;
  root;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#task = app.task;
    this.#retry.hidden = true;
    this.#ghost = new Ghost(app.drawing, () => this.#present && this.#present.image);
    this.#row = new IdeaRow(app, "thumb", (place) => this.#toggle({ row: this.#row, place }));
    this.#plain = new IdeaRow(app, "plain", (place) => this.#toggle({ row: this.#plain, place }));
    this.#details = new IdeaDetails(app, {
      trace: () => this.#trace(),
      toggleGhost: () => this.#toggleGhost(),
    });
    this.#command = new CommandLine(app);
    this.root = this.#layout();
    app.on("model", () => this.#followModel());
    app.on("recovered", () => {
      if (!this.#retry.hidden) this.#load();
    });
    app.on("drawing", () => this.#show());
    onLanguage(() => this.#show());
    onNoise(() => this.#followSlider());
    this.#restart();
    this.#load();
    app.address.declare("ideas", "noise", noiseValue());
    app.address.declare("ideas", "class", classValue(app, () => this.#index, (index) => this.#choose(index)));
  }

  /** The class of the chosen idea, or null. */
  get #index() {
    return this.#chosen && this.#pager.first + this.#chosen.place;
  }

  #layout() {
    this.#noise.append(el("h3", { text: "noise.0" }), this.#plain.root);
    const slider = new NoiseSlider().root;
    const rows = [this.#row.root, this.#pager.root, this.#legend, this.#noise, this.#about];
    const head = el("div", { class: "ideas-head" }, slider, this.#progress.root);
    const left = el("div", { class: "stack" }, head, ...rows, this.#margin, this.#retry);
    const right = el("div", { class: "stack" }, this.#before, this.#details.root);
    right.append(this.#hint, this.#command.root);
    return el("div", { class: "ideas-body" }, left, right);
  }

  shown() {
    this.#ghost.panelShown();
    this.#show();
  }

  hidden() {
    this.#ghost.panelHidden();
  }

  #followModel() {
    const [before, task] = [this.#task, this.#app.task];
    this.#task = task;
    const isSame = sizeOf(before) === sizeOf(task) && isEqual(before.classes, task.classes);
    if (!isSame) this.#restart();
    this.#plain.clear();
    this.#load();
  }

  /** The ideas that the network wants stay. */
  #followSlider() {
    if (noisePosition() === 0 && this.#chosen?.row === this.#plain) {
      this.#chosen = { ...this.#chosen, row: this.#row };
    }
    this.#row.fade();
    this.#load();
  }

  #turn() {
    this.#offer();
    this.#load();
  }

  /** Begin with the first classes. */
  #restart() {
    this.#pager.restart(this.#task.classes.length);
    this.#offer();
  }

  /** Make the thumbnails of the page. */
  #offer() {
    this.#chosen = null;
    const { first, count } = this.#pager;
    for (const row of [this.#row, this.#plain]) row.offer(first, count);
  }

  async #load() {
    const signal = this.#latest.begin();
    if (this.#ghost.isBehind) this.#isReturning = true;
    const position = noisePosition();
    this.#row.clear();
    this.#retry.hidden = true;
    this.#isSearching = true;
    this.#progress.show(0);
    this.#ghost.place(false);
    this.#show();
    const rows = [{ row: this.#row, position }];
    if (position > 0) rows.unshift({ row: this.#plain, position: 0 }); // which takes least
    this.#showAgain();
    const changed = (/** @type {number} */ share) => {
      this.#progress.show(share);
      this.#showAgain();
      if (this.#ghost.isShown) this.#ghost.place(true); // a later search may have found a better one
      this.#show();
    };
    try {
      await loadIdeas(this.#app, rows, this.#pager.first, changed, signal);
      this.#isSearching = false;
      this.#progress.hide();
      this.#show();
    } catch (error) {
      if (signal.aborted) return;
      this.#isSearching = false;
      this.#progress.hide();
      this.#latest.stop(); // what else is searched meanwhile
      this.#row.stop();
      this.#retry.hidden = false;
      this.#show();
      this.#app.showError(error);
    }
  }

  /** Show the chosen idea behind the drawing, if it is found and is to be there. */
  #showAgain() {
    if (!this.#present) return;
    if (this.#isAwaited || this.#isReturning) this.#ghost.isBehind = true;
    if (this.#isAwaited) bringIntoView(this.#details.root);
    this.#isAwaited = this.#isReturning = false;
  }

  /**
   * Show a class's idea, once it is found, behind the drawing.
   * @param {number} index
   */
  #choose(index) {
    if (index === this.#index) return;
    if (this.#pager.turnTo(index)) this.#turn();
    this.#chosen = { row: this.#row, place: index - this.#pager.first };
    this.#isAwaited = this.#present === null;
    this.#ghost.isBehind = true; // nothing, as long as it is awaited
    this.#show();
  }

  /** @param {Chosen} chosen */
  #toggle(chosen) {
    const isSame = this.#chosen?.row === chosen.row && this.#chosen.place === chosen.place;
    this.#isAwaited = this.#isReturning = false;
    this.#chosen = isSame ? null : chosen;
    const ideal = this.#present;
    this.#ghost.place(true);
    this.#app.announce(t(ideal ? "ideas.shown" : "ideas.removed"));
    this.#show();
    if (ideal) bringIntoView(this.#details.root);
  }

  #trace() {
    const { drawing } = this.#app;
    this.#ghost.place(true);
    this.#show();
    this.#app.showCanvas();
    drawing.canvas.focus({ preventScroll: true });
  }

  /** Remove the chosen idea, or show it again behind another drawing. */
  #toggleGhost() {
    const chosen = /** @type {Chosen} */ (this.#chosen);
    if (!this.#ghost.isShown) {
      this.#ghost.place(true);
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
    const maximised = site.priorFor(model) ? "ideas.hint.prior" : "ideas.hint.smooth";
    setTexts(this.#hint, { text: hasNoise ? maximised : "ideas.hint" });
    setTexts(this.#about, { text: aboutNoise(site.priorFor(model)) });
    const found = this.#row.ideals.flatMap((ideal) => (ideal ? [ideal.image] : []));
    const areAll = found.length === this.#row.thumbs.length;
    this.#margin.hidden = !areAll || !haveWhiteMargin(found, this.#task);
    this.#before.hidden = this.#chosen !== null;
    this.#details.show(this.#present, this.#ghost.isShown);
    this.#showCommand();
  }

  #showCommand() {
    const { model } = this.#app;
    const { kind } = this.#present ?? this.#row.ideals.find((ideal) => ideal) ?? {};
    this.#command.root.hidden = !kind;
    if (kind) this.#command.show([idealsCommand(model, this.#index, kind)], model);
  }
}

/**
 * The key of the text about the noise.
 * @param {string | null} prior its name
 */
function aboutNoise(prior) {
  if (!prior) return "noise.about.smooth";
  return prior === "digits8" ? "noise.about.small" : "noise.about";
}
