// @ts-check
/** Painting at most once a frame, however often it is scheduled. */

export class PaintScheduler {
  #frame = 0;
  #timer = 0;

  /**
   * @param {() => void} paint
   * @param {() => void} afterPaint takes longer, so it runs when the painted frame is shown
   */
  constructor(paint, afterPaint) {
    this.paint = paint;
    this.afterPaint = afterPaint;
  }

  schedule() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.paint();
      this.#timer ||= setTimeout(() => {
        this.#timer = 0;
        this.afterPaint();
      });
    });
  }
}
