// @ts-check
/** The layers of a network: what each computes, the size of what it gives, and its weights. */

/** @typedef {Pick<import("../kernel/kernel.js").NetworkParts, "convolutions" | "layers">} Shapes */
/** @typedef {import("../kernel/kernel.js").ConvolutionShape} ConvolutionShape */
/** @typedef {import("../kernel/kernel.js").Pool} Pool */

/**
 * @typedef {object} Layer
 * @property {"convolution" | "dense"} kind
 * @property {number[]} window of a convolution: height and width
 * @property {number[]} strides down and across
 * @property {number[]} pads at the top, on the left, at the bottom, on the right
 * @property {Pool | null} pool
 * @property {number[]} places of a convolution, down and across, before its pool
 * @property {number[]} outputs their number, or maps, height and width
 * @property {number} weights with the biases
 */

/** @type {Pool} */
const HALVES = { size: [2, 2], strides: [2, 2] };

/**
 * @param {Shapes} shapes
 * @param {{height: number, width: number}} size of the images
 * @returns {Layer[]}
 */
export function layersOf({ convolutions = [], layers }, { height, width }) {
  let size = [height, width];
  const first = convolutions.map((convolution) => {
    const layer = convolutionOf(convolution, size);
    size = layer.outputs.slice(1);
    return layer;
  });
  const dense = layers.map(([outputs, inputs]) => ({
    kind: /** @type {"dense"} */ ("dense"),
    window: [],
    strides: [],
    pads: [],
    pool: null,
    places: [],
    outputs: [outputs],
    weights: outputs * inputs + outputs,
  }));
  return [...first, ...dense];
}

/**
 * @param {ConvolutionShape} convolution
 * @param {number[]} size of the maps before it
 * @returns {Layer}
 */
function convolutionOf({ shape, strides = [1, 1], pads = [0, 0, 0, 0], ...given }, size) {
  const [maps, inputs, ...window] = shape;
  const pool = given.pool === true ? HALVES : given.pool || null;
  const padded = size.map((side, axis) => side + pads[axis] + pads[axis + 2]);
  const convolved = placesOf(padded, window, strides);
  const pooled = pool ? placesOf(convolved, pool.size, pool.strides) : convolved;
  const weights = maps * inputs * window[0] * window[1] + maps;
  return { kind: "convolution", window, strides, pads, pool, places: convolved, outputs: [maps, ...pooled], weights };
}

/**
 * How many places a window has, down and across.
 * @param {number[]} sides
 * @param {number[]} window
 * @param {number[]} strides
 */
function placesOf(sides, window, strides) {
  return sides.map((side, axis) => Math.floor((side - window[axis]) / strides[axis]) + 1);
}
