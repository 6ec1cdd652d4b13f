// @ts-check
/** An image behind the drawing, which is there as long as its panel is shown. */

/** @typedef {import("../drawing/drawing.js").Drawing} Drawing */

export class Ghost {
  #drawing;
  #imageOf;
  /** Whether it is there when the panel is shown. */
  #isBehind = false;
  #visible = true;

  /**
   * @param {Drawing} drawing
   * @param {() => Float32Array | null} imageOf what is shown, if there is any
   */
  constructor(drawing, imageOf) {
    this.#drawing = drawing;
    this.#imageOf = imageOf;
  }

  get isShown() {
    return !this.#drawing.ghostCanvas.hidden;
  }

  /** Whether it is shown, or will be with its panel. */
  get isBehind() {
    return this.#visible ? this.isShown : this.#isBehind;
  }

  set isBehind(isBehind) {
    if (this.#visible) this.place(isBehind);
    else this.#isBehind = isBehind;
  }

  /** @param {boolean} isShown now */
  place(isShown) {
    this.#drawing.ghost(isShown ? this.#imageOf() : null);
  }

  panelShown() {
    this.#visible = true;
    this.place(this.#isBehind);
  }

  /** It doesn't belong behind what is drawn for other panels. */
  panelHidden() {
    this.#isBehind = this.isShown;
    this.#visible = false;
    this.place(false);
  }
}
