// @ts-check
/** The priors of a site, each loaded when it is first needed. */

import { isEqual } from "../base/arrays.js";
import { fromHalf } from "../numbers/half.js";
import { once } from "./once.js";
import { pixelsOf, sizeOf } from "../base/task.js";

/** @typedef {import("./kinds.js").PriorEntry} PriorEntry */
/** @typedef {import("../numbers/prior_weight.js").Prior} Prior */

/**
 * The size of a prior's file in bytes.
 * @param {PriorEntry} entry
 */
export function bytesOf({ task, hidden }) {
  const pixels = pixelsOf(task);
  return 2 * (hidden * pixels + pixels + hidden);
}

export class Priors {
  #entries;
  #fetch;
  /** @type {Map<string, Promise<Prior>>} by name */
  #loaded = new Map();

  /**
   * @param {PriorEntry[]} entries
   * @param {(entry: PriorEntry) => Promise<ArrayBuffer>} fetchValues
   */
  constructor(entries, fetchValues) {
    this.#entries = entries;
    this.#fetch = fetchValues;
  }

  /**
   * Return the name of the prior of a task, or null.
   * @param {import("../base/task.js").Task} task
   */
  nameFor(task) {
    const found = this.#entries.find((entry) =>
      sizeOf(entry.task) === sizeOf(task) && isEqual(entry.task.classes, task.classes));
    return found?.name ?? null;
  }

  /**
   * @param {string} name of one that there is
   * @returns {Promise<Prior>}
   */
  load(name) {
    return once(this.#loaded, name, async () => {
      const entry = /** @type {PriorEntry} */ (this.#entries.find((each) => each.name === name));
      const { hidden, typical } = entry;
      return { hidden, typical, values: fromHalf(await this.#fetch(entry)) };
    });
  }
}
