// @ts-check
/**
 * What the arrays of convolutions leave open: strides, padding and pools that lead from the image to
 * the first dense layer's inputs; see idea/files/weights/structures.py.
 */

import { conv, NO_PADS, shapeAfter } from "./chain.js";
import { sizeOf } from "./tensor.js";
import { isConv } from "./parts.js";

/** @typedef {import("./parts.js").Linear} Linear */
/** @typedef {import("./chain.js").Pool} Pool */
/** @typedef {import("./chain.js").GlobalPool} GlobalPool */
/** @typedef {{strides: number[], pads: number[]}} Geometry */

/**
 * One of the ways from the image to the dense layers.
 * @typedef {object} Structure
 * @property {Geometry[]} geometries
 * @property {(Pool | null)[]} pools
 * @property {Pool | GlobalPool | null} end an average of the last maps
 *
 * @typedef {{cost: number, structure: Structure, shape: number[]}} Partial
 */

const MOST_STEPS = 2000;
/** @type {Geometry} */
const PLAIN = { strides: [1, 1], pads: NO_PADS };
/** @type {[Pool | null, number][]} pools after a convolution, and how unusual they are */
const POOLS = [[null, 0], [pool(2, 2), 0], [pool(3, 2), 3], [pool(3, 3), 3], [pool(4, 4), 4]];
/** Those of idea/networks/architectures.py. @type {{shapes: string[], pools: boolean[], hidden: string}[]} */
const ARCHITECTURES = [
  { shapes: ["6,1,3,3", "16,6,3,3"], pools: [true, true], hidden: "120,84" },
  { shapes: ["16,1,3,3", "32,16,3,3", "32,32,3,3"], pools: [true, true, false], hidden: "64" },
];

/**
 * @param {number} size
 * @param {number} stride
 * @param {boolean} [average]
 * @returns {Pool}
 */
function pool(size, stride, average = false) {
  return { kind: "pool", average, size: [size, size], strides: [stride, stride], pads: NO_PADS, ceil: false };
}

/**
 * The structure of one of idea's architectures, if these are its layers.
 * @param {Linear[]} linears
 * @returns {Structure | null}
 */
export function knownStructure(linears) {
  const shapes = linears.filter(isConv).map(({ W }) => W.shape.join());
  const hidden = linears.filter((linear) => !isConv(linear)).map(({ b }) => b.length).slice(0, -1).join();
  const found = ARCHITECTURES.find((each) => each.shapes.join("|") === shapes.join("|") && each.hidden === hidden);
  return found ? {
    geometries: shapes.map(() => PLAIN), pools: found.pools.map((pooled) => (pooled ? pool(2, 2) : null)), end: null,
  } : null;
}

export class Structures {
  #convs;
  #inputs;
  #known;
  /** @type {Map<string, boolean>} */
  #leads = new Map();

  /**
   * @param {Linear[]} convs
   * @param {number | null} inputs of the first dense layer; null: there is none, and the average of
   *   each last map is the output
   * @param {Structure | null} known the only one that is tried
   */
  constructor(convs, inputs, known) {
    this.#convs = convs;
    this.#inputs = inputs;
    this.#known = known;
  }

  /**
   * Whether there is one for images of a height and width.
   * @param {number[]} size
   */
  fit(size) {
    return this.#fit(0, [1, ...size]);
  }

  /**
   * Those for images of a size, the most usual first, with how unusual they are.
   * @param {number[]} size
   * @returns {Generator<{cost: number, structure: Structure}>}
   */
  *of(size) {
    /** @type {Partial[]} */
    const heap = [{ cost: 0, structure: { geometries: [], pools: [], end: null }, shape: [1, ...size] }];
    for (let step = 0; step < MOST_STEPS && heap.length; step++) {
      let least = 0; // the earliest of the cheapest
      for (let at = 1; at < heap.length; at++) if (heap[at].cost < heap[least].cost) least = at;
      const [{ cost, structure, shape }] = heap.splice(least, 1);
      const place = structure.geometries.length;
      const isComplete = place === this.#convs.length;
      if (structure.end || (isComplete && sizeOf(shape) === this.#inputs)) {
        yield { cost, structure };
      } else if (isComplete) {
        for (const [extra, end] of averages(shape, this.#inputs)) heap.push({ cost: cost + extra, structure: { ...structure, end }, shape });
      } else {
        for (const { extra, geometry, pooling, after } of this.#choices(structure.geometries, shape)) {
          if (!this.#fit(place + 1, after)) continue;
          const longer = { geometries: [...structure.geometries, geometry], pools: [...structure.pools, pooling], end: null };
          heap.push({ cost: cost + extra, structure: longer, shape: after });
        }
      }
    }
  }

  /**
   * Whether anything leads from maps of a shape to the dense layers.
   * @param {number} place
   * @param {number[]} shape
   * @returns {boolean}
   */
  #fit(place, shape) {
    if (place === this.#convs.length) {
      return sizeOf(shape) === this.#inputs || (!this.#known && averages(shape, this.#inputs).length > 0);
    }
    const key = `${place}:${shape}`;
    const known = this.#leads.get(key);
    if (known !== undefined) return known;
    const before = new Array(place).fill(PLAIN);
    const leads = this.#choices(before, shape).some(({ after }) => this.#fit(place + 1, after));
    this.#leads.set(key, leads);
    return leads;
  }

  /**
   * What may be next: how a convolution and a pool go on, and their output's shape.
   * @param {Geometry[]} before
   * @param {number[]} shape
   */
  #choices(before, shape) {
    const place = before.length;
    const linear = this.#convs[place];
    const known = this.#known?.geometries[place];
    /** @type {[Pool | null, number][]} */
    const pools = this.#known ? [[this.#known.pools[place], 0]] : POOLS;
    const found = [];
    for (const geometry of known ? [known] : geometriesOf(linear)) {
      const dear = known ? 0 : geometryCost(linear, geometry, before);
      const maps = shapeOrNull(convOf(linear, geometry, shape[0]), shape);
      for (const [pooling, cost] of maps ? pools : []) {
        const after = pooling ? shapeOrNull(pooling, /** @type {number[]} */ (maps)) : maps;
        // As in Python, a pool that doesn't fit ends the list of pools.
        if (!after) break;
        found.push({ extra: cost + dear + this.#poolCost(place, pooling, geometry), geometry, pooling, after });
      }
    }
    return found;
  }

  /**
   * @param {number} place
   * @param {Pool | null} pooling
   * @param {Geometry} geometry
   */
  #poolCost(place, pooling, { strides }) {
    const { between } = this.#convs[place];
    const isLast = place === this.#convs.length - 1;
    if (this.#inputs === null && isLast) return pooling ? 2 : 0;
    if (between === null) {
      const halves = strides.join() !== "1,1";
      return pooling ? (halves ? 2 : 0) : halves ? 0 : 1;
    }
    // An activation, then a pool if there is more; of the last also what flattens.
    const pooled = between - Number(isLast) > 1;
    return pooled === (pooling !== null) ? 0 : isLast && pooled ? 0.5 : 2;
  }
}

/**
 * A convolution of so many maps.
 * @param {Linear} linear
 * @param {Geometry} geometry
 * @param {number} maps
 */
export function convOf({ W, b }, geometry, maps) {
  return conv(W, b, { ...geometry, groups: Math.max(1, Math.floor(maps / Math.max(1, W.shape[1]))) });
}

/**
 * @param {import("./chain.js").Layer} layer
 * @param {number[]} shape
 */
function shapeOrNull(layer, shape) {
  try {
    return shapeAfter(layer, shape);
  } catch {
    return null;
  }
}

/**
 * Averages of maps that leave so many numbers, and how unusual they are.
 * @param {number[]} shape
 * @param {number | null} inputs
 * @returns {[number, Pool | GlobalPool][]}
 */
function averages([channels, height, width], inputs) {
  /** @type {[number, Pool | GlobalPool][]} */
  const found = [];
  if (inputs === null || inputs === channels) found.push([inputs ? 2 : 0, { kind: "global", average: true }]);
  for (let side = 2; side <= Math.min(height, width) / 2; side++) {
    if (inputs === channels * side ** 2 && height % side === 0 && width % side === 0) {
      const size = [height / side, width / side];
      found.push([3, { kind: "pool", average: true, size, strides: size, pads: NO_PADS, ceil: false }]);
    }
  }
  return found;
}

/** @param {Linear} linear */
function geometriesOf({ W }) {
  const [, , height, width] = W.shape;
  const halves = [height, width].map((n) => Math.floor((n - 1) / 2));
  const same = [...halves, ...halves];
  const pads = [NO_PADS, same, [1, 1, 1, 1]].filter((each, place, all) => all.findIndex((other) => other.join() === each.join()) === place);
  return [1, 2].flatMap((stride) => pads
    .filter((each) => Math.max(...each) < Math.max(2, Math.min(height, width)))
    .map((each) => ({ strides: [stride, stride], pads: each })));
}

/**
 * @param {Linear} linear
 * @param {Geometry} geometry
 * @param {Geometry[]} before
 */
function geometryCost({ W }, { strides, pads }, before) {
  const last = before.at(-1);
  let cost = ["1,1", last?.strides.join()].includes(strides.join()) ? 0 : 2;
  const [padded, paddedBefore] = [pads, last?.pads ?? []].map((each) => each.some(Boolean));
  // LeNet-5 adds zeros around the image alone.
  if (last && paddedBefore !== padded) cost += before.length === 1 && paddedBefore ? 1 : 2;
  const isSame = pads.slice(0, 2).join() === W.shape.slice(2).map((n) => Math.floor(n / 2)).join();
  return cost + (padded ? (isSame ? 0.5 : 3) : 0);
}
