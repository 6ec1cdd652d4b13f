// @ts-check
/** Networks that expect other numbers than an image's; see idea/inputs.py. */

import { affineBefore } from "./linear.js";
import { transposed, DamagedError, UnsupportedError } from "./tensor.js";
import { shapesOf } from "./chain.js";

/** @typedef {import("./plain.js").Part} Part */
/** @typedef {import("../base/task.js").Task} Task */

/** @typedef {{scale: number, shift: number, transpose: boolean}} InputScale */

/**
 * Read a text such as "0..255", "0.1307,0.3081" or "transpose,invert,-1..1".
 * @param {string} text
 * @returns {InputScale}
 */
export function parseInput(text) {
  const words = text.replace(/\s/g, "").split(/,(?=[a-z])|(?<=[a-z]),/);
  const [invert, transpose] = ["invert", "transpose"].map((word) => words.includes(word));
  const [rest = "0..1"] = words.filter((word) => word !== "invert" && word !== "transpose");
  const range = rest.match(/^(.+)(?:\.\.|…)(.+)$/);
  const [first, second] = (range ? range.slice(1) : rest.split(",")).map(Number);
  let [scale, shift] = range ? [second - first, first] : [1 / second, -first / second];
  if (!Number.isFinite(scale) || !Number.isFinite(shift) || scale === 0) {
    throw new DamagedError("input", { text });
  }
  if (invert) [scale, shift] = [-scale, scale + shift];
  return { scale, shift, transpose };
}

/**
 * A network for images in 0…1, given one that expects other inputs.
 * @param {Part[]} parts
 * @param {string} input
 * @param {Task} task
 * @returns {Part[]}
 */
export function scaledInput(parts, input, task) {
  const { scale, shift, transpose } = parseInput(input);
  const [first, ...rest] = transpose ? turned(parts, task) : parts;
  const { layer } = first;
  if (layer.kind === "conv" && shift !== 0 && layer.pads.some(Boolean)) {
    throw new UnsupportedError("input.shift", { input });
  }
  return [{ ...first, layer: affineBefore(layer, { kind: "affine", scale: [scale], shift: [shift] }) }, ...rest];
}

/**
 * A network of images with rows and columns exchanged, as all its maps have then.
 * @param {Part[]} parts
 * @param {Task} task
 * @returns {Part[]}
 */
function turned(parts, { height, width }) {
  if (height !== width) throw new DamagedError("input.transpose", { size: `${height}×${width}` });
  let shape = [1, height, width];
  return parts.map((part, place) => {
    const { layer, pool } = part;
    const swap = (/** @type {number[]} */ [down, across]) => [across, down];
    if (layer.kind === "conv") {
      const after = [layer, ...(pool ? [{ kind: "pool", ...pool, pads: [0, 0, 0, 0], ceil: false }] : [])];
      shape = shapesOf(/** @type {any} */ (after), shape).at(-1) ?? shape;
      const [top, left, bottom, right] = layer.pads;
      const pads = [left, top, right, bottom];
      return {
        ...part,
        layer: { ...layer, W: transposed(layer.W, [0, 1, 3, 2]), strides: swap(layer.strides), pads },
        pool: pool && { ...pool, size: swap(pool.size), strides: swap(pool.strides) },
      };
    }
    if (place > 0 && parts[place - 1].layer.kind === "dense") return part;
    const outputs = layer.W.shape[0];
    const W = transposed({ shape: [outputs, ...shape], data: layer.W.data }, [0, 1, 3, 2]);
    return { ...part, layer: { ...layer, W: { shape: layer.W.shape, data: W.data } } };
  });
}
