// @ts-check
/** Notices when what could not be reached can be again: the server, or files of the site. */

import { UserError } from "../base/user_error.js";

const [FIRST_MS, LONGEST_MS] = [2000, 15_000];

export class Recovery {
  #timer = 0;
  #delay = FIRST_MS;
  #isWaiting = false;
  #onReached;

  /** @param {() => void} onReached called once the site can be reached again */
  constructor(onReached) {
    this.#onReached = onReached;
    addEventListener("online", () => this.#try());
    document.addEventListener("visibilitychange", () => this.#try());
  }

  /**
   * Begin to try, if an error says that something could not be reached.
   * @param {unknown} error
   */
  notice(error) {
    if (this.#isWaiting || !(error instanceof UserError && error.isUnreachable)) return;
    this.#isWaiting = true;
    this.#delay = FIRST_MS;
    this.#schedule();
  }

  #schedule() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#try(), this.#delay);
    this.#delay = Math.min(2 * this.#delay, LONGEST_MS);
  }

  async #try() {
    if (!this.#isWaiting || document.hidden) return;
    const response = await fetch("site.json", { cache: "no-store" }).catch(() => null);
    if (!this.#isWaiting) return;
    if (!response?.ok) {
      this.#schedule();
      return;
    }
    this.#isWaiting = false;
    clearTimeout(this.#timer);
    this.#onReached();
  }
}
