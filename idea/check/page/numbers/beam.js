// @ts-check
/**
 * Few flips that change a prediction: beam search on the margin, as in idea/attacks/beam.py, which
 * says more of it. Equal images and widths give the same flips.
 */

/** @typedef {import("../kernel/kernel.js").Network} Network */
/** @typedef {readonly number[]} Flips pixels in ascending order */

// A margin estimated as closer to 0 than this share of the logits is computed by forward passes.
// Any share above the rounding of estimates gives the same flips.
const CLOSE = 1e-6;

/**
 * Find flips that lead to a class, of which none can be left out, in an order in which the margin
 * rises early. If none are found, the best that there are.
 * @param {Network} network
 * @param {Float32Array} image binary
 * @param {number} target the class to reach
 * @param {number} width of the beam
 * @returns {{flips: number[], logits: Float64Array[]}} `logits` before them and after each
 */
export function fewestFlips(network, image, target, width) {
  const search = new BeamSearch(network, image, target);
  try {
    return search.polished(search.beam(width));
  } finally {
    search.free();
  }
}

/**
 * The target's logit minus the largest other.
 * @param {ArrayLike<number>} logits
 * @param {number} target
 */
export function marginOf(logits, target) {
  const others = Array.from(logits, (logit, index) => (index === target ? -Infinity : logit));
  return logits[target] - Math.max(...others);
}

class BeamSearch {
  #network;
  #image;
  #target;
  #logits;
  #label;
  #state;

  /**
   * @param {Network} network
   * @param {Float32Array} image
   * @param {number} target
   */
  constructor(network, image, target) {
    this.#network = network;
    this.#image = image;
    this.#target = target;
    [this.#logits] = network.logits([image]);
    this.#label = firstLargest(this.#logits);
    this.#state = network.state(image, { target: this.#label, aim: "margin" });
  }

  free() {
    this.#state.free();
  }

  /**
   * Return the first set of flips that reaches the target, or the best before margins stop rising.
   * @param {number} width
   * @returns {Flips}
   */
  beam(width) {
    /** @type {Flips[]} */
    let front = [[]];
    let best = marginOf(this.#logits, this.#target);
    while (this.#target !== this.#label) {
      const grown = this.#grown(front, width);
      const largest = Math.max(...grown.map(({ margin }) => margin));
      if (!(largest > best)) break;
      best = largest;
      const kept = grown.sort((a, b) => b.margin - a.margin).slice(0, width);
      front = kept.map(({ flips }) => flips);
      const close = CLOSE * (1 + Math.max(...this.#logits.map(Math.abs)));
      const reached = this.#reached(kept.filter(({ margin }) => margin > -close).map(({ flips }) => flips));
      if (reached) return reached;
    }
    return front[0];
  }

  /**
   * Remove flips that aren't needed, and order the others.
   * @param {Flips} flips
   */
  polished(flips) {
    for (;;) {
      if (this.#reached([flips])) flips = this.#trimmed(flips);
      const trail = this.#ordered(flips);
      if (trail.flips.length === flips.length) return trail;
      flips = ascending(trail.flips);
    }
  }

  /**
   * The most promising sets one flip larger, each once, with their margins.
   * @param {Flips[]} front
   * @param {number} width
   */
  #grown(front, width) {
    /** @type {Map<string, {flips: Flips, margin: number}>} */
    const grown = new Map();
    for (const flips of front) {
      this.#state.image = this.#flipped(flips);
      const margins = this.#state.neighbours().map((logits) => marginOf(logits, this.#target));
      const free = [...margins.keys()].filter((pixel) => !flips.includes(pixel));
      free.sort((a, b) => margins[b] - margins[a]); // of equal ones the first pixel is first
      for (const pixel of free.slice(0, width)) {
        const larger = ascending([...flips, pixel]);
        grown.set(larger.join(), { flips: larger, margin: margins[pixel] });
      }
    }
    return [...grown.values()];
  }

  /**
   * The set that reaches the target by the largest margin, if any does.
   * @param {Flips[]} sets
   */
  #reached(sets) {
    const margins = this.#margins(sets);
    const best = firstLargest(margins);
    return margins[best] > 0 ? sets[best] : null;
  }

  /**
   * Remove flips until none can be removed.
   * @param {Flips} flips
   */
  #trimmed(flips) {
    while (flips.length > 0) {
      const smaller = flips.map((pixel) => flips.filter((other) => other !== pixel));
      const margins = this.#margins(smaller);
      const best = firstLargest(margins);
      if (margins[best] <= 0) break;
      flips = smaller[best];
    }
    return flips;
  }

  /**
   * Order flips, up to the one that reaches the target.
   * @param {Flips} flips
   */
  #ordered(flips) {
    const [left, logits] = [[...flips], [this.#logits]];
    /** @type {number[]} */
    const order = [];
    while (left.length > 0 && !(marginOf(logits[order.length], this.#target) > 0)) {
      const after = this.#exact(left.map((pixel) => [...order, pixel]));
      const best = firstLargest(after.map((row) => marginOf(row, this.#target)));
      order.push(...left.splice(best, 1));
      logits.push(after[best]);
    }
    return { flips: order, logits };
  }

  /** @param {Flips[]} sets */
  #margins(sets) {
    return this.#exact(sets).map((logits) => marginOf(logits, this.#target));
  }

  /**
   * The logits after each of some sets of flips, by forward passes.
   * @param {Flips[]} sets
   */
  #exact(sets) {
    return this.#network.logits(sets.map((flips) => this.#flipped(flips)));
  }

  /** @param {Flips} flips */
  #flipped(flips) {
    const image = this.#image.slice();
    for (const pixel of flips) image[pixel] = 1 - image[pixel];
    return image;
  }
}

/** @param {Flips} flips */
function ascending(flips) {
  return [...flips].sort((a, b) => a - b);
}

/**
 * The index of the first of the largest values; 0 if there are none.
 * @param {ArrayLike<number>} values
 */
function firstLargest(values) {
  let best = 0;
  for (let at = 1; at < values.length; at++) if (values[at] > values[best]) best = at;
  return best;
}
