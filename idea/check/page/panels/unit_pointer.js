// @ts-check
/** Which hidden unit is pointed at, and which one was chosen; a card tells of it. */

import { nameOf, unitValues } from "../numbers/hidden.js";
import { layersOf } from "../numbers/layers.js";
import { textsOf } from "./layers_view.js";
import { UnitCard } from "./unit_card.js";
import { UnitLooks } from "./unit_looks.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("../numbers/hidden.js").Activity} Activity */
/** @typedef {import("../site/unit_ideals.js").Place} Place */

const NAME = /^((?:conv|layer)\d{1,4}):(\d{1,7})$/;

export class UnitPointer {
  #marked;
  #missed;
  #card;
  #looks;
  /** @type {import("../numbers/layers.js").Layer[]} of the network, if there is one */
  #layers = [];
  /** @type {Place | null} */
  #pointed = null;
  /** @type {Place | null} */
  #chosen = null;
  /** What the address names, until the network is there. */
  #wanted = "";
  /** @type {Activity[] | null} */
  #activities = null;

  /**
   * @param {App} app
   * @param {(pointed: Place | null, chosen: Place | null) => void} marked called when they are others
   */
  constructor(app, marked) {
    this.#marked = marked;
    this.#missed = () => app.address.update();
    this.#card = new UnitCard(app, {
      again: () => this.#looks.again(),
      close: () => this.#close(),
      toggleReadable: () => this.#looks.toggleReadable(),
    });
    this.#looks = new UnitLooks(app, this.#card);
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
   * @param {string} model its id
   */
  open(network, model) {
    if (this.#chosen) this.#wanted = this.#keyOf(this.#chosen);
    const isWanted = Boolean(network && this.#wanted);
    this.#looks.open(network, model);
    this.#layers = network ? layersOf(network, network) : [];
    this.#pointed = this.#chosen = this.#activities = null;
    this.#show();
    this.#chooseWanted();
    if (isWanted && !this.#chosen) this.#missed(); // a unit that this network lacks
  }

  stop() {
    this.#looks.stop();
  }

  /** Go on with what was stopped. */
  resume() {
    this.#looks.resume();
  }

  /** Show its words again, in another language. */
  refresh() {
    this.#card.show(null, false);
    this.#follow();
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
    this.#follow();
  }

  /**
   * Show a unit large; if it is chosen already, search its ideal again.
   * @param {Place} place
   */
  choose(place) {
    if (isSame(place, this.#chosen)) {
      this.point(place);
      this.#looks.again();
    } else {
      this.#pointed = this.#chosen = place;
      this.#follow();
    }
  }

  /** The chosen unit is shown again. */
  leave() {
    if (this.#chosen) this.point(this.#chosen);
  }

  #close() {
    this.#pointed = this.#chosen = null;
    this.#follow();
  }

  #chooseWanted() {
    if (this.#layers.length === 0 || !this.#wanted) return;
    const [, name, unit] = this.#wanted.match(NAME) ?? [];
    this.#wanted = "";
    const layer = this.#layers.findIndex((_, index) => nameOf(this.#layers, index) === name);
    const isHidden = layer >= 0 && layer < this.#layers.length - 1;
    if (isHidden && Number(unit) < this.#layers[layer].outputs[0]) this.choose({ layer, unit: Number(unit) });
  }

  /** Show the unit that is pointed at, and look for what excites it. */
  #follow() {
    this.#show();
    this.#looks.look(this.#pointed, isSame(this.#pointed, this.#chosen));
  }

  #show() {
    const place = this.#pointed;
    this.#marked(place, this.#chosen);
    this.#card.show(place && {
      layer: textsOf(this.#layers, place.layer).name,
      unit: place.unit,
      count: this.#layers[place.layer].outputs[0],
      key: this.#keyOf(place),
    }, isSame(place, this.#chosen));
    this.#showNow();
  }

  #showNow() {
    const [place, activities] = [this.#pointed, this.#activities];
    this.#card.showNow(place && activities ? unitValues(activities[place.layer])[place.unit] : null);
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
