// @ts-check
/** Two networks and one drawing: their answers, side by side. */

import { Bars } from "../shell/bars.js";
import { el, setTexts } from "../base/dom.js";
import { onLanguage, percent } from "../base/language.js";
import { Latest, pause } from "../base/latest.js";
import { isMnist, sizeOf } from "../base/task.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../site/site.js").Answer} Answer */
/** @typedef {import("../site/site.js").ModelEntry} ModelEntry */

// One worker evaluates both networks: it changes between them when the pen rests.
const DEBOUNCE_MS = 150;

/** A network's answer: its name, the class, and bars. */
class Reading {
  #name = el("h3");
  #answer = el("p", { class: "comparison-answer" });
  #bars = new Bars();
  root = el("div", { class: "stack tight" }, this.#name, this.#answer, this.#bars.root);

  /**
   * @param {ModelEntry} model
   * @param {Answer | null} answer
   */
  show({ name, task }, answer) {
    this.#name.textContent = name;
    this.#answer.hidden = !answer;
    if (answer) {
      const params = { label: task.classes[answer.index], percent: percent(answer.probability) };
      setTexts(this.#answer, { text: "network.answer", params });
    }
    this.#bars.show(answer, task, "probability");
  }
}

export class Comparison {
  #app;
  #latest = new Latest();
  #isVisible = false;
  /** @type {Answer | null} the other network's */
  #answer = null;
  #select = el("select", { autocomplete: "off", on: { change: () => this.#ask() } });
  #own = new Reading();
  #other = new Reading();
  #words = el("p", { class: "comparison-words", role: "status" });
  #readings = el("div", { class: "comparison" }, this.#own.root, this.#other.root);
  #field = el("label", { class: "field" }, el("span", { text: "network.compare" }), this.#select);
  #none = el("p", { class: "notice", text: "network.compare.none" });
  root = el(
    "section", { class: "stack" },
    el("p", { class: "hint", text: "network.compare.hint" }),
    this.#field, this.#none, this.#words, this.#readings,
  );

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    app.on("model", () => this.#offer());
    app.on("models", () => this.#offer());
    app.on("answers", () => this.#ask());
    onLanguage(() => this.#show());
    app.address.declare("network", "with", {
      read: () => this.#chosen?.name ?? null,
      write: (name) => this.#choose(name),
    });
    this.#offer();
  }

  shown() {
    this.#isVisible = true;
    this.#offer();
  }

  hidden() {
    this.#isVisible = false;
    this.#latest.stop();
  }

  /** Networks that take the same images: of the same size, prepared in the same way. */
  get #others() {
    const { site: { models }, model, task } = this.#app;
    return models.filter((other) => other !== model && sizeOf(other.task) === sizeOf(task)
      && isMnist(other.task) === isMnist(task));
  }

  get #chosen() {
    return this.#others.find(({ id }) => id === this.#select.value);
  }

  /** @param {string} name */
  #choose(name) {
    const other = this.#others.find((each) => each.name === name);
    if (other) {
      this.#select.value = other.id;
      this.#ask();
    }
    return other !== undefined;
  }

  /** Offer the other networks, of which the one that was chosen stays. */
  #offer() {
    const before = this.#select.value;
    this.#select.replaceChildren(...this.#others.map(({ id, name }) => el("option", { value: id }, name)));
    if (this.#others.some(({ id }) => id === before)) this.#select.value = before;
    this.#ask();
  }

  async #ask() {
    const signal = this.#latest.begin();
    const [{ drawing, site }, other] = [this.#app, this.#chosen];
    const { prepared } = drawing.images();
    this.#answer = null;
    this.#show();
    if (!other || !prepared || !this.#isVisible) return;
    try {
      await pause(DEBOUNCE_MS, signal);
      const [answer] = await site.classify(other.id, [prepared], signal);
      signal.throwIfAborted();
      this.#answer = answer;
      this.#show();
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error);
    }
  }

  #show() {
    const { answers: { prepared }, model, task } = this.#app;
    const other = this.#chosen;
    this.#field.hidden = this.#readings.hidden = !other;
    this.#none.hidden = Boolean(other);
    if (!other) return;
    this.#own.show(model, prepared);
    this.#other.show(other, this.#answer);
    this.#words.hidden = Boolean(prepared) && !this.#answer;
    if (!prepared) setTexts(this.#words, { text: "network.compare.empty" });
    else if (this.#answer) {
      const [label, second] = [task.classes[prepared.index], other.task.classes[this.#answer.index]];
      const text = label === second ? "network.agree" : "network.disagree";
      setTexts(this.#words, { text, params: { label, other: second } });
    }
  }
}
