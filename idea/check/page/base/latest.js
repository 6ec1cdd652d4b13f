// @ts-check
/** Of requests that supersede one another only the latest counts. */

export class Latest {
  #controller = new AbortController();

  /**
   * Abort what is under way.
   * @returns {AbortSignal} for what begins now
   */
  begin() {
    this.stop();
    this.#controller = new AbortController();
    return this.#controller.signal;
  }

  stop() {
    this.#controller.abort();
  }
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal ends the wait at once, with an AbortError
 * @returns {Promise<void>}
 */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
