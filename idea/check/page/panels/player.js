// @ts-check
/** A player of numbered frames, whose number may grow while it plays. */

export class Player {
  at = 0;
  length = 0;
  playing = false;
  /** Whether more frames may come. */
  mayGrow = false;
  /** Frames a second. */
  rate = 30;
  #last = 0;
  /** The time not yet played, in frames. */
  #pendingFrames = 0;
  #request = 0;
  #soon = 0;
  #isSuspended = false;
  #changed;

  /** @param {() => void} changed called after every change of what it shows or does */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Remove all frames. */
  clear() {
    this.at = this.length = 0;
    this.mayGrow = this.#isSuspended = false;
    this.pause();
  }

  /** Play frames as they come. */
  begin() {
    this.clear();
    this.mayGrow = true;
    this.play();
  }

  /**
   * Note that there are more frames. The first is shown at once; they may come by the hundred.
   * @param {number} length
   */
  grow(length) {
    const isFirst = this.length === 0;
    this.length = length;
    if (isFirst) this.#changed();
    else this.showSoon();
  }

  /** Show what has changed, with the screen's next frame. */
  showSoon() {
    this.#soon ||= requestAnimationFrame(() => {
      this.#soon = 0;
      this.#changed();
    });
  }

  /** Note that there will be no more frames. */
  close() {
    this.mayGrow = false;
    this.#changed();
  }

  play() {
    if (!this.mayGrow && this.at >= this.length - 1) this.at = 0;
    this.playing = true;
    this.#pendingFrames = 0;
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

  /** Pause while the frames can't be seen. */
  suspend() {
    this.#isSuspended = this.playing;
    this.pause();
  }

  /** Play on, if that was suspended. */
  resume() {
    if (this.#isSuspended) this.play();
    this.#isSuspended = false;
  }

  /** @param {number} at */
  seek(at) {
    this.at = Math.max(0, Math.min(at, this.length - 1));
    this.pause();
  }

  #tick = (/** @type {number} */ now) => {
    this.#pendingFrames += (Math.max(0, now - this.#last) / 1000) * this.rate;
    this.#last = now;
    const whole = Math.floor(this.#pendingFrames);
    this.#pendingFrames -= whole;
    const at = Math.min(this.at + whole, Math.max(0, this.length - 1));
    if (!this.mayGrow && at >= this.length - 1) this.playing = false;
    else this.#request = requestAnimationFrame(this.#tick);
    if (at !== this.at || !this.playing) {
      this.at = at;
      this.#changed();
    }
  };
}
