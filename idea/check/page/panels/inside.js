// @ts-check
/** What goes on inside the network: its hidden layers light up with the drawing; and why it answers so. */

import { choiceValue } from "../base/address_values.js";
import { Choice } from "../base/choice.js";
import { el, setTexts } from "../base/dom.js";
import { glowStrip } from "../base/glow.js";
import { onLanguage } from "../base/language.js";
import { Latest } from "../base/latest.js";
import { LayersView } from "./layers_view.js";
import { Pad } from "./pad.js";
import { UnitPointer } from "./unit_pointer.js";
import { HiddenWorker } from "../site/hidden_worker.js";
import { Why } from "./why.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */

/**
 * @param {HTMLElement} root
 * @param {App} app
 */
export function mountInside(root, app) {
  const inside = new Inside(app);
  root.append(inside.root);
  return { shown: () => inside.shown(), hidden: () => inside.hidden() };
}

class Inside {
  #app;
  #worker = new HiddenWorker();
  #opening = new Latest();
  /** @type {NetworkParts | null} that is shown */
  #network = null;
  #visible = false;
  #busy = false;
  /** Whether the lights are those of another drawing. */
  #stale = false;
  #pointer;
  #layers;
  #why;
  #choice;
  #status = el("p", { class: "hint", role: "status" });
  #lights;
  root;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#why = new Why(app);
    this.#pointer = new UnitPointer(app, (pointed, chosen) => this.#layers.mark(pointed, chosen));
    this.#layers = new LayersView({
      point: (place) => this.#pointer.point(place),
      choose: (place) => this.#pointer.choose(place),
      leave: () => this.#pointer.leave(),
    }, [new Pad(app).root]);
    this.#choice = new Choice("inside.view", [
      { value: "lights", text: "inside.view.lights" }, { value: "why", text: "inside.view.why" },
    ], () => this.#follow());
    const legend = el("p", { class: "row tight hint glow-legend" }, el("span", { text: "inside.off" }), glowStrip(), el("span", { text: "inside.on" }));
    const parts = el("div", { class: "inside-parts" }, this.#layers.root, this.#pointer.root);
    this.#lights = el("div", { class: "stack tight" }, parts, legend);
    const head = el("div", { class: "inside-head" }, this.#choice.root, this.#status);
    this.root = el("div", { class: "stack inside" }, head, this.#lights, this.#why.root);
    app.on("model", () => {
      this.#opening.stop();
      this.#network = null; // perhaps another one of the same name
      this.#follow();
    });
    app.on("recovered", () => this.#follow());
    for (const event of /** @type {const} */ (["drawing", "preview"])) app.on(event, () => this.#update());
    app.on("answers", () => this.#why.update());
    onLanguage(() => this.#pointer.refresh());
    app.address.declare("inside", "view", choiceValue(this.#choice, () => this.#follow()));
    app.address.declare("inside", "unit", this.#pointer.addressValue);
    app.address.declare("inside", "against", this.#why.addressValue);
    this.#follow();
  }

  shown() {
    this.#visible = true;
    this.#follow();
    if (this.#network) this.#pointer.resume();
  }

  hidden() {
    this.#visible = false;
    this.#why.visible = false;
    this.#pointer.stop();
  }

  /** Show what is chosen, of the present network. */
  #follow() {
    const isLights = this.#choice.value === "lights";
    this.#lights.hidden = this.#status.hidden = !isLights;
    this.#why.root.hidden = isLights;
    if (!this.#visible) return;
    this.#why.visible = !isLights;
    if (isLights && !this.#network) this.#open();
    else this.#update();
  }

  async #open() {
    const { model, site, task } = this.#app;
    const signal = this.#opening.begin();
    this.#network = null;
    this.#pointer.open(null, "");
    const isHere = site.isEvaluatedHere(model);
    this.#sayWhere(isHere);
    if (!isHere) return;
    try {
      const network = await site.inPage(model.id, (page) => page.shapes(model.id), signal);
      if (signal.aborted) return;
      this.#sayWhere(Boolean(network)); // where the page can't, the server does after all
      if (!network) return;
      this.#network = network;
      this.#layers.reset(network, task);
      this.#pointer.open(network, model.id);
      this.#update();
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error, "inside");
    }
  }

  /** @param {boolean} isHere whether the page evaluates the network */
  #sayWhere(isHere) {
    this.#lights.classList.toggle("elsewhere", !isHere);
    setTexts(this.#status, { text: isHere ? "inside.loading" : "inside.elsewhere" });
  }

  #update() {
    this.#stale = true;
    if (this.#visible && this.#network && !this.#busy && this.#choice.value === "lights") this.#light();
  }

  /** Light up for the drawing as it is, again and again while it changes. */
  async #light() {
    this.#busy = true;
    while (this.#stale && this.#network) {
      this.#stale = false;
      const [network, image] = [this.#network, this.#image];
      try {
        const activities = image && await this.#worker.lights(network, image);
        if (network !== this.#network) continue;
        this.#layers.show(image, activities);
        this.#pointer.light(activities);
        setTexts(this.#status, { text: image ? "inside.hint" : "inside.draw" });
        this.#app.clearError("inside");
        await nextFrame();
      } catch (error) {
        this.#app.showError(error, "inside");
      }
    }
    this.#busy = false;
  }

  /** The drawing as the network gets it. */
  get #image() {
    const { drawing, preview } = this.#app;
    const images = preview ?? (drawing.empty ? null : drawing.images());
    return images ? images.prepared ?? images.drawn : null;
  }
}

/** More often than it is shown nothing needs to be painted. */
function nextFrame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
