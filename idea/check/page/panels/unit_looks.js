// @ts-check
/** What the card of a hidden unit shows: the strongest of real images, and ideals, as they are found. */

import { number } from "../base/language.js";
import { Latest, pause } from "../base/latest.js";
import { prefersReducedMotion } from "../base/motion.js";
import { StrongestImages } from "../site/strongest_images.js";
import { UnitIdeals } from "../site/unit_ideals.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("../site/unit_ideals.js").UnitIdeal} UnitIdeal */
/** @typedef {import("../site/unit_ideals.js").Place} Place */
/** @typedef {import("./unit_card.js").UnitCard} UnitCard */

/**
 * @typedef {object} Found
 * @property {Place} place
 * @property {UnitIdeal} ideal
 * @property {UnitIdeal | null} best that is known; null for one without noise
 */

const DEBOUNCE_MS = 60;

export class UnitLooks {
  #app;
  #card;
  #ideals = new UnitIdeals();
  #strongest;
  /** @type {NetworkParts | null} */
  #network = null;
  #model = "";
  /** @type {Place | null} that is shown */
  #place = null;
  /** @type {Place | null} whose ideal was searched as the reader wants */
  #chosen = null;
  /** @type {Found | null} */
  #found = null;
  /** Searches of the ideal of the unit that is chosen, before the last one. */
  #runs = 0;
  #isReadable = false;
  #latest = new Latest();
  /** @type {((signal: AbortSignal) => Promise<void>) | null} the search that hasn't ended */
  #unfinished = null;
  #trying = new Latest();
  #isTrying = false;

  /**
   * @param {App} app
   * @param {UnitCard} card
   */
  constructor(app, card) {
    this.#app = app;
    this.#card = card;
    this.#strongest = new StrongestImages(app.site);
  }

  /**
   * Begin with a network, or with none.
   * @param {NetworkParts | null} network
   * @param {string} model
   */
  open(network, model) {
    this.stop();
    [this.#network, this.#model] = [network, model];
    this.#place = this.#chosen = this.#found = null;
    this.#showReadable();
  }

  stop() {
    this.#latest.stop();
    this.#trying.stop();
    this.#isTrying = false;
  }

  /** Go on with what was stopped: searches begin again. */
  resume() {
    if (this.#network && this.#place) this.#try(this.#network);
    if (this.#unfinished) this.#search(this.#unfinished);
  }

  /**
   * @param {Place | null} place
   * @param {boolean} isChosen whether its ideal is searched as the reader wants
   */
  async look(place, isChosen) {
    const network = this.#network;
    if (isChosen && place !== this.#chosen) [this.#chosen, this.#runs] = [place, 0];
    this.#place = place;
    this.#latest.stop();
    this.#unfinished = null;
    if (!network || !place) return;
    this.#showReal();
    this.#try(network);
    await this.#search(async (signal) => {
      await pause(DEBOUNCE_MS, signal);
      const ideal = await this.#ideals.best(network, place, signal);
      this.#show({ place, ideal, best: ideal }, signal);
      if (isChosen && this.#isReadable) await this.#lookReadably(network, place, signal);
    });
  }

  /** Search the ideal from other noise. */
  async again() {
    const [network, place] = [this.#network, this.#place];
    if (!network || !place) return;
    this.#runs++;
    await this.#search(async (signal) => {
      if (this.#isReadable) return this.#lookReadably(network, place, signal);
      const ideal = await this.#ideals.again(network, place, this.#runs, this.#onFrame, signal);
      this.#show({ place, ideal, best: await this.#ideals.best(network, place, signal) }, signal);
    });
  }

  /** Search without noise, or with it. */
  toggleReadable() {
    this.#isReadable = !this.#isReadable;
    this.#runs = 0;
    this.#showReadable();
    this.look(this.#place, this.#place === this.#chosen);
  }

  /**
   * @param {NetworkParts} network
   * @param {Place} place
   * @param {AbortSignal} signal
   */
  async #lookReadably(network, place, signal) {
    const { model, site } = this.#app;
    const name = site.priorFor(model);
    if (!name) return;
    this.#card.showSearching();
    const prior = await site.inPage(model.id, (page) => page.prior(name), signal);
    signal.throwIfAborted();
    const ideal = await this.#ideals.readable(network, place, this.#runs, prior, this.#onFrame, signal);
    this.#show({ place, ideal, best: null }, signal);
  }

  #onFrame = (/** @type {{image: Uint8Array}} */ { image }) => {
    if (!prefersReducedMotion()) this.#card.showFrame(image);
  };

  /** @param {(signal: AbortSignal) => Promise<void>} search of which only the latest matters */
  async #search(search) {
    const signal = this.#latest.begin();
    this.#unfinished = search;
    try {
      await search(signal);
    } catch (error) {
      if (!signal.aborted) this.#app.showError(error, "inside");
    }
    if (!signal.aborted) this.#unfinished = null;
  }

  /**
   * @param {Found} found
   * @param {AbortSignal} signal
   */
  #show(found, signal) {
    signal.throwIfAborted();
    this.#found = found;
    const { place, ideal, best } = found;
    this.#card.showIdeal(ideal, best, this.#network && this.#strongest.of(this.#network, place));
  }

  #showReadable() {
    const isPossible = this.#network !== null && this.#app.site.priorFor(this.#app.model) !== null;
    this.#card.showReadable(isPossible, this.#isReadable);
  }

  #showReal() {
    const [network, place] = [this.#network, this.#place];
    const real = network && place && this.#strongest.of(network, place);
    if (!network || !real) return;
    this.#card.showReal(real, this.#strongest.count(network));
    // How many times as strong it is, is known now.
    if (this.#found?.place === place) this.#card.showIdeal(this.#found.ideal, this.#found.best, real);
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
}
