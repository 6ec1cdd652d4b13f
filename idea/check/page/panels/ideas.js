// @ts-check
/** The network's ten ideals: to view, trace, copy and save. */

import { action } from "../base/action.js";
import { el, setTexts } from "../base/dom.js";
import { toPixels, toWatch } from "./handover.js";
import { IdeaThumb, idealParams } from "./idea_thumb.js";
import { DIGITS } from "../base/image_size.js";
import { onLanguage, t } from "../base/language.js";
import { Latest } from "../base/latest.js";
import { saveRow } from "./save.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").IdealAnswer} IdealAnswer */

const ALL_DIGITS = Array.from({ length: DIGITS }, (_, digit) => digit);

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
  #ideals = ALL_DIGITS.map(() => null);
  /** @type {number | null} */
  #chosen = null;
  #thumbs = ALL_DIGITS.map((digit) => new IdeaThumb(digit, () => this.#toggle(digit)));
  #grid = el("div", { class: "ideas-grid" }, ...this.#thumbs.map(({ root }) => root));
  #line = el("p");
  #retry = action("panels.retry", "reset", () => this.#load());
  #before;
  #tools;
  root;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#retry.hidden = true;
    const { hasServer } = app.site;
    const before = hasServer ? "ideas.before" : "ideas.before.static";
    this.#before = el("p", { class: "notice", text: before });
    this.#tools = el("div", { class: "stack", hidden: true });
    this.#tools.append(this.#line, this.#slider(), this.#buttons());
    const hint = el("p", { class: "hint", text: "ideas.hint" });
    const left = el("div", { class: "stack" }, this.#grid, this.#retry);
    const body = el("div", { class: "ideas-body" }, left, this.#before, this.#tools);
    this.root = el("div", { class: "stack" }, hint, body);
    app.on("model", () => this.#load());
    onLanguage(() => this.#show());
    this.#load();
  }

  async #load() {
    const signal = this.#latest.begin();
    const model = this.#app.model.id;
    this.#ideals = ALL_DIGITS.map(() => null);
    this.#retry.hidden = true;
    this.#app.drawing.ghost(null);
    this.#show();
    try {
      for (const digit of ALL_DIGITS) {
        const ideal = await this.#app.site.ideal(model, digit, signal);
        signal.throwIfAborted();
        this.#ideals[digit] = ideal;
        if (digit === this.#chosen) this.#app.drawing.ghost(ideal.image);
        this.#show();
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#retry.hidden = false;
      this.#show();
      this.#app.showError(error);
    }
  }

  /** @param {number} digit */
  #toggle(digit) {
    this.#chosen = this.#chosen === digit ? null : digit;
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
    for (const [digit, thumb] of this.#thumbs.entries()) {
      thumb.show(this.#ideals[digit], digit === this.#chosen);
    }
    const ideal = this.#present;
    this.#before.hidden = this.#chosen !== null;
    this.#tools.hidden = !ideal;
    if (!ideal) return;
    const text = ideal.locally_optimal ? "ideas.optimal" : "ideas.about";
    const params = idealParams(ideal);
    setTexts(this.#line, { text: ideal.finished ? text : "ideas.unfinished", params });
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
      const { image, digit } = this.#wanted;
      return { image, name: `idea_${digit}` };
    });
    const server = [
      action("ideas.watch", "play", () => {
        toWatch.send({ digit: this.#wanted.digit });
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
    return { image, digit: /** @type {number} */ (this.#chosen) };
  }
}
