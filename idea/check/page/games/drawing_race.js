// @ts-check
/** The game of drawing the ten digits one after another: what counts, and when. Times are milliseconds. */

import { generator, permutation } from "../training/random.js";

/** How long the network must read the wanted digit. */
const STEADY_MS = 300;
/** How long the drawing must rest, read as another digit, to be misread. */
export const REST_MS = 800;
/** Seconds; 0 is no limit. */
export const LIMITS = [20, 60, 0];
// What was refused counts once the drawing changes.
const REFUSED = Infinity;

/** @typedef {ArrayLike<number>} Image */
/**
 * What became of a digit.
 * @typedef {object} Drawn
 * @property {number} wanted the index of its class
 * @property {boolean} isRight
 * @property {{index: number, image: Image}[]} misread what the network read first, each once
 */
/** @typedef {{index: number, image: Image}} Reading */

/**
 * The digits in the order of a seed.
 * @param {number} count
 * @param {number} seed
 */
export function orderOf(count, seed) {
  return Array.from(permutation(count, generator(seed)));
}

export class DrawingRace {
  /** @type {Drawn[]} those named so far, the present one last */
  drawn;
  /** The limit; 0 for none. */
  seconds;
  #order;
  #limit;
  #begun;
  #ended = NaN;
  /** @type {Reading | null} */
  #reading = null;
  #since = 0;
  #touched = 0;

  /**
   * @param {number[]} order the indices of the classes
   * @param {number} seconds 0 for no limit
   * @param {number} now
   */
  constructor(order, seconds, now) {
    this.#order = order;
    this.seconds = seconds;
    this.#limit = seconds > 0 ? 1000 * seconds : Infinity;
    this.#begun = now;
    this.drawn = [blank(order[0])];
  }

  get wanted() {
    return this.#present.wanted;
  }

  get isOver() {
    return !Number.isNaN(this.#ended);
  }

  get count() {
    return this.#order.length;
  }

  get right() {
    return this.drawn.filter(({ isRight }) => isRight).length;
  }

  get #present() {
    return this.drawn[this.drawn.length - 1];
  }

  /**
   * Seconds since it began, or until it ended.
   * @param {number} now
   */
  spent(now) {
    return Math.min(this.#limit, (this.isOver ? this.#ended : now) - this.#begun) / 1000;
  }

  /**
   * Seconds that are left; Infinity without a limit.
   * @param {number} now
   */
  left(now) {
    return this.#limit / 1000 - this.spent(now);
  }

  /**
   * The drawing has changed.
   * @param {number} now
   */
  touch(now) {
    this.#touched = now;
    if (this.#since === REFUSED) this.#since = now;
  }

  /**
   * The network reads something, or nothing any more.
   * @param {Reading | null} reading
   * @param {number} now
   */
  read(reading, now) {
    if (reading?.index !== this.#reading?.index) this.#since = now;
    this.#reading = reading;
  }

  /**
   * Note what the time brings.
   * @param {number} now
   * @returns {"" | "steady" | "over"} `steady`: the wanted digit has been read for long enough
   */
  tick(now) {
    if (this.isOver) return "";
    if (now - this.#begun >= this.#limit) {
      this.end(this.#begun + this.#limit);
      return "over";
    }
    const reading = this.#reading;
    if (reading?.index === this.wanted) return now - this.#since >= STEADY_MS ? "steady" : "";
    if (reading && now - Math.max(this.#since, this.#touched) >= REST_MS) this.#misread(reading);
    return "";
  }

  /**
   * The digit counts: the next one is wanted, if there is one.
   * @param {number} now
   */
  accept(now) {
    this.#present.isRight = true;
    this.skip(now);
  }

  /** What is read doesn't count, since it looks like nothing that the network has learnt. */
  refuse() {
    this.#since = REFUSED;
  }

  /**
   * The next digit, whether or not this one was right.
   * @param {number} now
   */
  skip(now) {
    this.#reading = null;
    const next = this.#order[this.drawn.length];
    if (next === undefined) this.end(now);
    else this.drawn.push(blank(next));
  }

  /** @param {number} now */
  end(now) {
    if (!this.isOver) this.#ended = now;
  }

  /** @param {Reading} reading */
  #misread(reading) {
    const { misread } = this.#present;
    if (!misread.some(({ index }) => index === reading.index)) misread.push(reading);
  }
}

/**
 * @param {number} wanted
 * @returns {Drawn}
 */
function blank(wanted) {
  return { wanted, isRight: false, misread: [] };
}
