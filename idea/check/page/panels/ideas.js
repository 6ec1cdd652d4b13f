// @ts-check
/** The network's ideals: to view, trace, copy and save. */

import { action, enable } from "../base/action.js";
import { isEqual } from "../base/arrays.js";
import { el, setTexts } from "../base/dom.js";
import { toPixels, toWatch } from "./handover.js";
import { IdeaThumb, idealParams } from "./idea_thumb.js";
import { onLanguage, t } from "../base/language.js";
import { Latest } from "../base/latest.js";
import { saveRow } from "./save.js";
import { fileName, sizeOf } from "../base/task.js";

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
  #line = el("p");
  #retry = action("panels.retry", "reset", () => this.#load());
  #before;
  #tools;
  root;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#task = app.task;
    this.#retry.hidden = true;
    const { hasServer } = app.site;
    const before = hasServer ? "ideas.before" : "ideas.before.static";
    this.#before = el("p", { class: "notice", text: before });
    this.#tools = el("div", { class: "stack", hidden: true });
    this.#tools.append(this.#line, this.#slider(), this.#buttons());
    const hint = el("p", { class: "hint", text: "ideas.hint" });
    const left = el("div", { class: "stack" }, this.#grid, this.#pager, this.#retry);
    const body = el("div", { class: "ideas-body" }, left, this.#before, this.#tools);
    this.root = el("div", { class: "stack" }, hint, body);
    app.on("model", () => this.#followModel());
    onLanguage(() => this.#show());
    this.#offer();
    this.#load();
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
    this.#app.drawing.ghost(null);
    this.#show();
    try {
      for (const place of this.#ideals.keys()) {
        const ideal = await this.#app.site.ideal(model, this.#first + place, signal);
        signal.throwIfAborted();
        this.#ideals[place] = ideal;
        if (place === this.#chosen) this.#app.drawing.ghost(ideal.image);
        this.#show();
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#retry.hidden = false;
      this.#show();
      this.#app.showError(error);
    }
  }

  /** @param {number} place */
  #toggle(place) {
    this.#chosen = this.#chosen === place ? null : place;
    const ideal = this.#present;
    this.#app.drawing.ghost(ideal && ideal.image);
    this.#app.announce(t(ideal ? "ideas.shown" : "ideas.removed"));
    this.#show();
  }

  #remove() {
    const chosen = /** @type {number} */ (this.#chosen);
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
    const ideal = this.#present;
    this.#before.hidden = this.#chosen !== null;
    this.#tools.hidden = !ideal;
    if (!ideal) return;
    const optimum = ideal.locally_optimal ? "ideas.optimal" : "ideas.about";
    const text = ideal.flat ? "ideas.flat" : optimum;
    const params = idealParams(ideal, this.#task);
    setTexts(this.#line, { text: ideal.finished ? text : "ideas.unfinished", params });
  }

  #showPager() {
    const count = this.#task.classes.length;
    const end = this.#first + this.#thumbs.length;
    this.#pager.hidden = count <= PAGE;
    enable(this.#back, this.#first > 0);
    enable(this.#on, end < count);
    setTexts(this.#pages, { text: "ideas.page", params: { first: this.#first + 1, end, count } });
  }

  #slider() {
    const { drawing } = this.#app;
    const input = el("input", { type: "range", min: 5, max: 90, class: "wide" });
    input.value = String(Math.round(drawing.ghostOpacity * 100));
    input.addEventListener("input", () => {
      drawing.ghostOpacity = Number(input.value) / 100;
    });
    const name = el("span", { text: "ideas.opacity" });
    const field = el("label", { class: "field flat" }, name, input);
    const trace = action("ideas.trace", "pen", () => {
      this.#app.showCanvas();
      drawing.canvas.focus({ preventScroll: true });
    }, "primary");
    const remove = action("ideas.remove", "close", () => this.#remove());
    return el("div", { class: "row" }, trace, remove, field);
  }

  #buttons() {
    const save = saveRow(this.#app, () => {
      const { image, target } = this.#wanted;
      return { image, name: `idea_${fileName(this.#task, target)}` };
    });
    const server = [
      action("ideas.watch", "play", () => {
        toWatch.send({ target: this.#wanted.target });
        this.#app.openTab("watch");
      }),
      action("ideas.edit", "grid", () => {
        toPixels.send(this.#wanted);
        this.#app.openTab("pixels");
      }),
    ];
    const further = el("div", { class: "row tight" }, ...server);
    further.hidden = !this.#app.site.hasServer;
    return el("div", { class: "stack tight" }, save, further);
  }

  /** The chosen one, whose buttons are only shown when it is there. */
  get #wanted() {
    const { image } = /** @type {IdealAnswer} */ (this.#present);
    return { image, target: this.#first + /** @type {number} */ (this.#chosen) };
  }
}
