// @ts-check
/** The nearest training image, for which one waits while a server loads the data set. */

import { pause } from "../base/latest.js";

/** @typedef {import("./site.js").Site} Site */

const NOT_YET = 503;
const TRIES = 8;
const RETRY_MS = 4000;

/**
 * Find it, once the data set is there.
 * @param {Site} site
 * @param {string} model
 * @param {Float32Array} image binary
 * @param {AbortSignal} signal
 * @param {(error: unknown) => void} onWait called with the reason for waiting
 */
export async function nearestOnceLoaded(site, model, image, signal, onWait = () => {}) {
  for (let tries = TRIES; ; tries--) {
    try {
      const nearest = await site.images.nearest(model, image, signal);
      signal.throwIfAborted();
      return nearest;
    } catch (/** @type {any} */ error) {
      if (signal.aborted || error.status !== NOT_YET || tries <= 1) throw error;
      onWait(error);
      await pause(RETRY_MS, signal);
    }
  }
}
