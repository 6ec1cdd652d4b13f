// @ts-check
/** The hidden unit that is pointed at, or was chosen: its strongest real image and its ideal. */

import { prefersReducedMotion } from "../base/motion.js";
import { number } from "../base/language.js";
import { Latest, pause } from "../base/latest.js";
import { nameOf, unitValues } from "../numbers/hidden.js";
import { layersOf } from "../numbers/layers.js";
import { StrongestImages } from "../site/strongest_images.js";
import { UnitIdeals } from "../site/unit_ideals.js";
import { textsOf } from "./layers_view.js";
import { UnitCard } from "./unit_card.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("../numbers/hidden.js").Activity} Activity */
/** @typedef {import("../site/unit_ideals.js").UnitIdeal} UnitIdeal */
/** @typedef {{layer: number, unit: number}} Place */

const DEBOUNCE_MS = 60;
const NAME = /^((?:conv|layer)\d{1,4}):(\d{1,7})$/;

export class UnitPointer {
  #app;
  #marked;
  #ideals = new UnitIdeals();
  #strongest;
  #card;
  /** @type {NetworkParts | null} */
  #network = null;
  #model = "";
  /** @type {import("../numbers/layers.js").Layer[]} */
  #layers = [];
  /** @type {Place | null} */
  #pointed = null;
  /** @type {Place | null} */
  #chosen = null;
  /** What the address names, until the network is there. */
  #wanted = "";
  /** Searches of the chosen unit's ideal. */
  #runs = 0;
  #latest = new Latest();
  #trying = new Latest();
  #isTrying = false;
  /** @type {{place: Place, ideal: UnitIdeal, best: UnitIdeal} | null} of the unit that is shown */
  #found = null;
  /** @type {Activity[] | null} */
  #activities = null;

  /**
   * @param {App} app
   * @param {(pointed: Place | null, chosen: Place | null) => void} marked called when they are others
   */
  constructor(app, marked) {
    this.#app = app;
    this.#marked = marked;
    this.#strongest = new StrongestImages(app.site);
    this.#card = new UnitCard(app, () => this.#again(), () => this.#close());
    this.root = this.#card.root;
  }

  /** The chosen unit, for the address. */
  get addressValue() {
    return {
      read: () => (this.#chosen ? this.#keyOf(this.#chosen) : this.#wanted || null),
      write: (/** @type {string} */ text) => {
        const isName = NAME.test(text);
        if (isName) this.#wanted = text;
        if (isName) this.#chooseWanted();
        return isName;
      },
    };
  }

  /**
   * Begin with a network, or with none.
   * @param {NetworkParts | null} network
   * @param {string | null} model
   */
  open(network, model) {
    this.stop();
    if (this.#chosen && !network) this.#wanted = this.#keyOf(this.#chosen);
    [this.#network, this.#model] = [network, model ?? ""];
    this.#layers = network ? layersOf(network, network) : [];
    this.#pointed = this.#chosen = this.#activities = null;
    this.#show();
    if (network) this.#chooseWanted();
  }

  stop() {
    this.#latest.stop();
    this.#trying.stop();
    this.#isTrying = false;
  }

  /** Show its words again, in another language. */
  refresh() {
    this.#card.show(null, false);
    this.#show();
    if (this.#place) this.#look(this.#place);
  }

  /** @param {Activity[] | null} activities for the drawing */
  light(activities) {
    this.#activities = activities;
    this.#showNow();
  }

  /** @param {Place} place */
  point(place) {
    if (isSame(place, this.#pointed)) return;
    this.#pointed = place;
    this.#show();
    this.#look(place);
  }

  /**
   * Show a unit large, and search its ideal; if it is chosen already, again.
   * @param {Place} place
   */
  choose(place) {
    const isAgain = isSame(place, this.#chosen);
    this.#pointed = this.#chosen = place;
    this.#show();
    if (isAgain) this.#again();
    else {
      this.#runs = 0;
      this.#look(place);
    }
  }

  /** The chosen unit is shown again. */
  leave() {
    const [chosen, pointed] = [this.#chosen, this.#pointed];
    if (!chosen || isSame(chosen, pointed)) return;
    this.#pointed = chosen;
    this.#show();
    this.#look(chosen);
  }

  #close() {
    this.#latest.stop();
    this.#pointed = this.#chosen = null;
    this.#show();
  }

  get #place() {
    return this.#pointed ?? this.#chosen;
  }

  #chooseWanted() {
    const [, name, unit] = this.#wanted.match(NAME) ?? [];
    const layer = this.#layers.findIndex((_, index) => nameOf(this.#layers, index) === name);
    if (!this.#network) return;
    this.#wanted = "";
    const isHidden = layer >= 0 && layer < this.#layers.length - 1;
    if (isHidden && Number(unit) < this.#layers[layer].outputs[0]) this.choose({ layer, unit: Number(unit) });
  }

  #show() {
    const place = this.#place;
    this.#marked(this.#pointed, this.#chosen);
    this.#card.show(place && {
      layer: textsOf(this.#layers, place.layer).name,
      unit: place.unit,
      count: this.#layers[place.layer].outputs[0],
      key: this.#keyOf(place),
    }, isSame(place, this.#chosen));
    this.#showNow();
    this.#showReal();
  }

  #showNow() {
    const [place, activities] = [this.#place, this.#activities];
    this.#card.showNow(place && activities ? unitValues(activities[place.layer])[place.unit] : null);
  }

  #showReal() {
    const [network, place] = [this.#network, this.#place];
    const real = network && place && this.#strongest.of(network, place);
    if (!network || !real) return;
    this.#card.showReal(real, this.#strongest.count(network));
    if (this.#found && isSame(place, this.#found.place)) this.#showIdeal(this.#found);
  }

  /** @param {{place: Place, ideal: UnitIdeal, best: UnitIdeal}} found */
  #showIdeal(found) {
    this.#found = found;
    const { place, ideal, best } = found;
    this.#card.showIdeal(ideal, best, this.#network && this.#strongest.of(this.#network, place));
  }

  /** @param {Place} place */
  async #look(place) {
    const network = /** @type {NetworkParts} */ (this.#network);
    const signal = this.#latest.begin();
    this.#try(network);
    try {
      await pause(DEBOUNCE_MS, signal);
      const ideal = await this.#ideals.best(network, place, signal);
      if (!signal.aborted) this.#showIdeal({ place, ideal, best: ideal });
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error, "inside");
    }
  }

  /** Search the ideal from other noise. */
  async #again() {
    const [network, place] = [this.#network, this.#place];
    if (!network || !place) return;
    const signal = this.#latest.begin();
    this.#runs++;
    const onFrame = (/** @type {{image: Uint8Array}} */ { image }) => {
      if (!prefersReducedMotion()) this.#card.showFrame(image);
    };
    try {
      const ideal = await this.#ideals.again(network, place, this.#runs, onFrame, signal);
      const best = await this.#ideals.best(network, place, signal);
      if (!signal.aborted) this.#showIdeal({ place, ideal, best });
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error, "inside");
    }
  }

  /**
   * Try real images, unless that is done.
   * @param {NetworkParts} network
   */
  async #try(network) {
    if (this.#isTrying || this.#strongest.count(network)) return;
    this.#isTrying = true;
    const signal = this.#trying.begin();
    this.#card.showNoReal("inside.real.loading");
    const onProgress = (/** @type {number} */ share) => {
      if (!signal.aborted) this.#card.showNoReal("inside.real.trying", { percent: number(100 * share) });
    };
    try {
      const areThere = await this.#strongest.find(this.#model, network, onProgress, signal);
      if (signal.aborted) return;
      if (areThere) this.#showReal();
      else this.#card.showNoReal("inside.real.missing");
    } catch (error) {
      if (signal.aborted) return;
      this.#card.showNoReal("nearest.none");
      this.#app.showError(error, "inside");
    }
  }

  /** @param {Place} place */
  #keyOf({ layer, unit }) {
    return `${nameOf(this.#layers, layer)}:${unit}`;
  }
}

/**
 * @param {Place | null} one
 * @param {Place | null} other
 */
function isSame(one, other) {
  return one !== null && one.layer === other?.layer && one.unit === other.unit;
}
