// @ts-check
/** What is painted once a frame, however often it is asked for, and what follows from it. */

export class Frames {
  #frame = 0;
  #timer = 0;

  /**
   * @param {() => void} paint
   * @param {() => void} follow takes longer, so it waits until what was painted is to be seen
   */
  constructor(paint, follow) {
    this.paint = paint;
    this.follow = follow;
  }

  ask() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.paint();
      this.#timer ||= setTimeout(() => {
        this.#timer = 0;
        this.follow();
      });
    });
  }
}
