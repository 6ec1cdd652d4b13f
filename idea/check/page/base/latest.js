// @ts-check
/** Requests of which only the latest matters. */

export class Latest {
  #controller = new AbortController();

  /**
   * Abort the current request.
   * @returns {AbortSignal} of the next one
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
 * @param {AbortSignal} [signal] ends the wait at once, with an AbortError
 * @returns {Promise<void>}
 */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
