// @ts-check
/** The brush: pen or eraser, its width, and the outline that shows its position. */

const [THINNEST, THICKEST, STEP] = [4, 80, 4];
// In MNIST strokes are about an eighth of the digit's height.
const USUAL = 36;

export class Brush {
  erase = false;
  width = USUAL;
  limits = { min: THINNEST, max: THICKEST, step: STEP };
  #usual = USUAL;
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
    const { min, max } = this.limits;
    this.change({ width: Math.max(min, Math.min(max, this.width + steps * STEP)) });
  }

  /**
   * Offer strokes of at least a pixel of the images that are drawn.
   * @param {import("./strokes.js").Paper} paper
   */
  suit({ cell }) {
    const usual = Math.max(USUAL, STEP * Math.round(cell / STEP));
    if (usual === this.#usual) return;
    this.#usual = usual;
    this.limits.max = Math.max(THICKEST, 2 * usual);
    this.change({ width: usual });
  }
}

/** The outline of the brush on the canvas. */
export class BrushOutline {
  #place = { x: 0, y: 0 };

  /**
   * @param {HTMLElement} element over a canvas
   * @param {Brush} brush
   * @param {{paper: import("./strokes.js").Paper}} drawing on the canvas
   */
  constructor(element, brush, drawing) {
    this.element = element;
    this.brush = brush;
    this.drawing = drawing;
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
    const { width, height } = this.drawing.paper;
    style.left = `${(this.#place.x / width) * 100}%`;
    style.top = `${(this.#place.y / height) * 100}%`;
    style.width = `${(this.brush.width / width) * 100}%`;
    classList.toggle("erasing", this.brush.erase);
  }
}
