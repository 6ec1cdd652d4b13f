// @ts-check
/** The best scores, which the browser keeps: lists of numbers, of which the first that differ decide. */

import { storedText, storeText } from "../base/storage.js";

/** @typedef {number[]} Score the larger is better */

const KEY = "idea.best";

/**
 * @param {Score} one
 * @param {Score | null} other
 */
function isBetter(one, other) {
  if (!other) return true;
  const place = one.findIndex((value, at) => value !== other[at]);
  return place >= 0 && one[place] > (other[place] ?? -Infinity);
}

/**
 * Parse stored scores, whatever the text is.
 * @param {string | null} text
 * @returns {Map<string, Score>}
 */
export function parseScores(text) {
  const isScore = (/** @type {unknown} */ score) => Array.isArray(score) && score.every(Number.isFinite);
  try {
    const all = Object.entries(JSON.parse(text ?? "{}") ?? {});
    return new Map(all.filter(([, score]) => isScore(score)));
  } catch {
    return new Map();
  }
}

export class BestScores {
  #scores = parseScores(storedText(KEY));

  get isEmpty() {
    return this.#scores.size === 0;
  }

  /**
   * @param {string} game with the network, and all that makes it another game
   * @returns {Score | null}
   */
  of(game) {
    return this.#scores.get(game) ?? null;
  }

  /**
   * Keep a score, if it is the best.
   * @param {string} game
   * @param {Score} score
   * @returns {boolean} whether it is
   */
  offer(game, score) {
    this.#readAgain();
    const isBest = isBetter(score, this.of(game));
    if (isBest) {
      this.#scores.set(game, score);
      storeText(KEY, JSON.stringify(Object.fromEntries(this.#scores)));
    }
    return isBest;
  }

  /** Another tab may have stored a score meanwhile; where nothing can be stored, there is no text. */
  #readAgain() {
    const text = storedText(KEY);
    if (text !== null) this.#scores = parseScores(text);
  }

  forget() {
    this.#scores.clear();
    storeText(KEY, "{}");
  }
}
