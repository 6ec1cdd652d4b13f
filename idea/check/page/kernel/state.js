// @ts-check
/** An image of a network, the exact gains of its changes, and the searches from it. */

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

// A state that nobody refers to any more is deleted.
const registry = new FinalizationRegistry((/** @type {{memory: Memory, handle: number}} */ { memory, handle }) => {
  memory.call("delete_state", handle);
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
    if (this.#handle) this.#memory.call("delete_state", this.#handle);
    this.#handle = 0;
  }

  /** @type {Float32Array} a copy */
  get image() {
    return this.#numbers("image", new Float32Array(this.#network.pixels));
  }

  set image(image) {
    if (image.length !== this.#network.pixels) {
      throw new RangeError(`image: expected ${this.#network.pixels} pixels, found ${image.length}`);
    }
    this.#memory.with([image], ([at]) => this.#memory.checked("set_image", this.#live, at));
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
    this.#memory.checked("set", this.#live, pixel, value);
  }

  /**
   * Take proposals in order, and make those that gain more than their thresholds.
   * @param {Proposal[]} proposals
   * @returns {boolean[]} which were made
   */
  walk(proposals) {
    const pixels = Uint32Array.from(proposals, ({ pixel }) => pixel);
    const values = Float32Array.from(proposals, ({ value }) => value);
    const thresholds = Float64Array.from(proposals, ({ threshold = 0 }) => threshold);
    const made = new Uint8Array(proposals.length);
    this.#memory.with([pixels, values, thresholds, made], (at) => {
      this.#memory.checked("walk", this.#live, made.length, at[0], at[1], at[2], at[3]);
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
    if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`seed: expected a count, found ${seed}`);
    for (const [name, value] of Object.entries(options)) {
      // Not "below 0": NaN is refused, too.
      if (!(value >= 0)) throw new RangeError(`${name}: expected a number of at least 0, found ${value}`);
    }
    const values = Float64Array.from(OPTIONS, (name) => options[name] ?? NaN);
    const generator = this.#memory.call("new_generator", seed % WORD, Math.floor(seed / WORD), run);
    /** @type {{error: unknown}[]} an exception of onStep, which mustn't unwind the module's calls */
    const failures = [];
    this.#listen((progress) => {
      try {
        return onStep(progress);
      } catch (error) {
        failures.push({ error });
        return false;
      }
    });
    try {
      if (fromNoise) this.image = this.#greys(generator);
      this.#memory.with([values], ([at]) =>
        this.#memory.checked("search", this.#live, generator, place, every, at));
    } finally {
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

  get #live() {
    if (!this.#handle) throw new Error("the state was freed");
    return this.#handle;
  }
}
