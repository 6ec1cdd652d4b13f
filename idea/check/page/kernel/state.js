// @ts-check
/** An image of a network, the exact gains of its changes, and the searches from it. */

import { floats, whole } from "./checks.js";

/** @typedef {import("./memory.js").Memory} Memory */
/** @typedef {import("./kernel.js").Network} Network */

/**
 * @typedef {object} Progress
 * @property {number} step
 * @property {number} steps in total, unless the search ends early
 * @property {boolean} frame whether the image is one to show; between frames it may be one that the
 *   method rejects
 *
 * @typedef {{pixel: number, value: number, threshold?: number}} Proposal
 *
 * @typedef {object} SearchSettings
 * @property {string} method
 * @property {number} [seed]
 * @property {number} [run] of several with one seed
 * @property {boolean} [fromNoise] whether to begin at random greys
 * @property {number} [every] steps between two frames
 * @property {Record<string, number>} [options] the method's own
 */

export const METHODS = ["greedy", "mc", "steepest", "guided", "anneal", "best"];
const OPTIONS = ["sweeps", "steps", "flips", "rounds", "starts", "patience", "seconds"];
const WORD = 2 ** 32;
const BUSY = "the network is busy with a search";

// A state that nobody refers to any more is deleted.
const registry = new FinalizationRegistry((/** @type {{memory: Memory, handle: number}} */ { memory, handle }) => {
  if (!memory.failed) memory.call("delete_state", handle);
});

export class State {
  #memory;
  #network;
  #handle;
  #listen;

  /**
   * Made by `Network.state`.
   * @param {Memory} memory
   * @param {Network} network
   * @param {number} handle
   * @param {(onStep: ((progress: Progress) => boolean) | null) => void} listen
   */
  constructor(memory, network, handle, listen) {
    this.#memory = memory;
    this.#network = network;
    this.#handle = handle;
    this.#listen = listen;
    registry.register(this, { memory, handle }, this);
  }

  /** Free its memory now. */
  free() {
    registry.unregister(this);
    if (this.#handle) this.#memory.call("delete_state", this.#idle);
    this.#handle = 0;
  }

  /** @type {Float32Array} a copy */
  get image() {
    return this.#numbers("image", new Float32Array(this.#network.pixels));
  }

  set image(image) {
    const pixels = floats("image", image, this.#network.pixels);
    this.#memory.with([pixels], ([at]) => this.#memory.checked("set_image", this.#idle, at));
  }

  get energy() {
    return this.#memory.call("energy", this.#live);
  }

  /** By correctly rounded sums. */
  get exactEnergy() {
    return this.#memory.call("exact_energy", this.#live);
  }

  /** How many changes were evaluated. */
  get evaluations() {
    return this.#memory.call("evaluations", this.#live);
  }

  /** Return the gain of flipping each pixel. */
  gains() {
    return this.#numbers("gains", new Float64Array(this.#network.pixels));
  }

  /** Return the logits of all images one flip away, a row of the classes for each pixel. */
  neighbours() {
    const { pixels, classes } = this.#network;
    const all = new Float64Array(pixels * classes);
    this.#memory.with([all], ([at]) => {
      this.#memory.checked("neighbours", this.#live, at);
      this.#memory.read(at, all);
    });
    return Array.from({ length: pixels }, (_, n) => all.subarray(n * classes, (n + 1) * classes));
  }

  /**
   * @param {number} pixel
   * @param {number} value
   */
  set(pixel, value) {
    this.#memory.checked("set", this.#idle, whole("pixel", pixel, this.#network.pixels), value);
  }

  /**
   * Take proposals in order, and make those that gain more than their thresholds.
   * @param {Proposal[]} proposals
   * @returns {boolean[]} which were made
   */
  walk(proposals) {
    const count = proposals.length;
    const pixels = new Uint32Array(count);
    const values = new Float32Array(count);
    const thresholds = new Float64Array(count);
    // One loop: `from` takes as long as many of the evaluations.
    for (let n = 0; n < count; ++n) {
      const { pixel, value, threshold = 0 } = proposals[n];
      pixels[n] = whole("pixel", pixel, this.#network.pixels);
      values[n] = value;
      thresholds[n] = threshold;
    }
    const made = new Uint8Array(count);
    this.#memory.with([pixels, values, thresholds, made], (at) => {
      this.#memory.checked("walk", this.#idle, made.length, at[0], at[1], at[2], at[3]);
      this.#memory.read(at[3], made);
    });
    return Array.from(made, Boolean);
  }

  /**
   * Search from the state's image on, until the end or until `onStep` returns false. It is called
   * every few milliseconds, and may read the state but not change it.
   * @param {SearchSettings} settings
   * @param {(progress: Progress) => boolean} [onStep]
   */
  search({ method, seed = 0, run = 0, fromNoise = false, every = 200, options = {} }, onStep = () => true) {
    const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
    if (unknown) throw new RangeError(`options: unknown ${unknown}`);
    const place = METHODS.indexOf(method);
    if (place < 0) throw new RangeError(`method: expected one of ${METHODS.join(", ")}, found ${method}`);
    whole("seed", seed, Number.MAX_SAFE_INTEGER);
    whole("run", run);
    whole("every", every, Number.MAX_SAFE_INTEGER);
    for (const [name, value] of Object.entries(options)) {
      if (name !== "seconds") whole(name, value, Number.MAX_SAFE_INTEGER);
      // Not "below 0": NaN is refused, too.
      else if (!(value >= 0)) throw new RangeError(`seconds: expected at least 0, found ${value}`);
    }
    if (this.#memory.searching) throw new Error(BUSY);
    const handle = this.#idle;
    const values = Float64Array.from(OPTIONS, (name) => options[name] ?? NaN);
    const generator = this.#memory.call("new_generator", seed % WORD, Math.floor(seed / WORD), run);
    /** @type {{error: unknown}[]} an exception of onStep, which mustn't unwind the module's calls */
    const failures = [];
    const listener = (/** @type {Progress} */ progress) => {
      try {
        return onStep(progress);
      } catch (error) {
        failures.push({ error });
        return false;
      }
    };
    try {
      if (fromNoise) this.image = this.#greys(generator);
      this.#listen(listener);
      this.#memory.searching = this;
      this.#memory.with([values], ([at]) => this.#memory.checked("search", handle, generator, place, every, at));
    } finally {
      this.#memory.searching = null;
      this.#listen(null);
      if (!this.#memory.failed) this.#memory.call("delete_generator", generator);
    }
    if (failures.length > 0) throw failures[0].error;
  }

  /** @param {number} generator */
  #greys(generator) {
    const image = new Float32Array(this.#network.pixels);
    return this.#memory.with([image], ([at]) => {
      this.#memory.call("random_greys", generator, at);
      return this.#memory.read(at, image);
    });
  }

  /**
   * @template {Float32Array | Float64Array} T
   * @param {"image" | "gains"} name
   * @param {T} numbers
   * @returns {T}
   */
  #numbers(name, numbers) {
    return this.#memory.with([numbers], ([at]) => {
      this.#memory.call(name, this.#live, at);
      return this.#memory.read(at, numbers);
    });
  }

  /** The state's address, while no search changes it. */
  get #idle() {
    if (this.#memory.searching === this) throw new Error(BUSY);
    return this.#live;
  }

  get #live() {
    if (!this.#handle) throw new Error("the state was freed");
    return this.#handle;
  }
}
