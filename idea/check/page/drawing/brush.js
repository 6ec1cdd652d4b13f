// @ts-check
/** The brush: pen or eraser, its width, and the outline that shows its position. */

const [THINNEST, THICKEST, STEP] = [4, 80, 4];

export class Brush {
  erase = false;
  // In MNIST strokes are about an eighth of the digit's height.
  width = 36;
  /** @type {(() => void)[]} */
  #listeners = [];

  /** @param {() => void} listener */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  /** @param {Partial<Pick<Brush, "erase" | "width">>} changes */
  change(changes) {
    Object.assign(this, changes);
    for (const listener of this.#listeners) listener();
  }

  /** @param {number} steps negative to make it thinner */
  widen(steps) {
    const width = Math.max(THINNEST, Math.min(THICKEST, this.width + steps * STEP));
    this.change({ width });
  }

  limits = { min: THINNEST, max: THICKEST, step: STEP };
}

/** The outline of the brush on the canvas. */
export class BrushOutline {
  #place = { x: 0, y: 0 };

  /**
   * @param {HTMLElement} element over a canvas
   * @param {Brush} brush
   * @param {number} size of the canvas, in the brush's units
   */
  constructor(element, brush, size) {
    this.element = element;
    this.brush = brush;
    this.size = size;
    brush.onChange(() => this.#draw());
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  show(x, y) {
    this.#place = { x, y };
    this.element.hidden = false;
    this.#draw();
  }

  hide() {
    this.element.hidden = true;
  }

  #draw() {
    const { style, classList } = this.element;
    const part = (/** @type {number} */ length) => `${(length / this.size) * 100}%`;
    style.left = part(this.#place.x);
    style.top = part(this.#place.y);
    style.width = part(this.brush.width);
    classList.toggle("erasing", this.brush.erase);
  }
}
