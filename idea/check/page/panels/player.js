// @ts-check
/** Plays through numbered frames, of which more may come while it plays. */

export class Player {
  at = 0;
  length = 0;
  playing = false;
  /** Whether more frames may come. */
  open = false;
  /** Frames a second. */
  rate = 30;
  #last = 0;
  /** The time not played yet, in frames. */
  #debt = 0;
  #request = 0;
  #changed;

  /** @param {() => void} changed called after every change of what it shows or does */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Forget all frames. */
  forget() {
    this.at = this.length = 0;
    this.open = false;
    this.pause();
  }

  /** Play what comes. */
  begin() {
    this.forget();
    this.open = true;
    this.play();
  }

  /**
   * There are more frames.
   * @param {number} length
   */
  grow(length) {
    this.length = length;
    this.#changed();
  }

  /** There will be no more frames. */
  close() {
    this.open = false;
    this.#changed();
  }

  play() {
    if (!this.open && this.at >= this.length - 1) this.at = 0;
    this.playing = true;
    this.#debt = 0;
    this.#last = performance.now();
    cancelAnimationFrame(this.#request);
    this.#request = requestAnimationFrame(this.#tick);
    this.#changed();
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.#request);
    this.#changed();
  }

  /** @param {number} at */
  seek(at) {
    this.at = Math.max(0, Math.min(at, this.length - 1));
    this.pause();
  }

  #tick = (/** @type {number} */ now) => {
    this.#debt += (Math.max(0, now - this.#last) / 1000) * this.rate;
    this.#last = now;
    const whole = Math.floor(this.#debt);
    this.#debt -= whole;
    const at = Math.min(this.at + whole, Math.max(0, this.length - 1));
    if (!this.open && at >= this.length - 1) this.playing = false;
    else this.#request = requestAnimationFrame(this.#tick);
    if (at !== this.at || !this.playing) {
      this.at = at;
      this.#changed();
    }
  };
}
