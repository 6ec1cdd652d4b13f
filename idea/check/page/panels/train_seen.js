// @ts-check
/**
 * Pauses a training while nobody sees it: another tab needs no computing power, and phones stop pages
 * in the background anyway.
 */

/** @typedef {import("../training/trainer.js").Trainer} Trainer */

export class TrainSeen {
  #trainer;
  #say;
  /** Whether it is paused for that. */
  #isAway = false;
  #isShown = true;

  /**
   * @param {Trainer} trainer
   * @param {(text: string) => void} say called with the key of a text when it pauses and goes on
   */
  constructor(trainer, say) {
    this.#trainer = trainer;
    this.#say = say;
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** @param {boolean} isShown whether the panel is */
  show(isShown) {
    this.#isShown = isShown;
    this.look();
  }

  /** The reader decides whether it goes on. */
  leave() {
    this.#isAway = false;
  }

  /** Pause, or go on. */
  look() {
    const isSeen = this.#isShown && !document.hidden;
    if (!isSeen && this.#trainer.state === "running") {
      this.#isAway = true;
      this.#trainer.pause();
      this.#say(document.hidden ? "train.hidden" : "train.closed");
    } else if (isSeen && this.#isAway) {
      this.#isAway = false;
      this.#trainer.resume();
      this.#say("train.resumed");
    }
  }
}
