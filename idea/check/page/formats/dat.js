// @ts-check
/** Raw float32, `.dat`: an MLP for digits of 28×28. */

import { DIGITS, pixelsOf } from "../base/task.js";
import { parseDat } from "../numbers/weights.js";
import { RELU } from "./chain.js";

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} name the file's, for the error
 * @returns {import("./chain.js").Chain}
 */
export function readDat({ buffer }, name) {
  const { layers, weights } = parseDat(buffer, name);
  const numbers = /** @type {Float32Array} */ (weights);
  let start = 0;
  const dense = layers.map(([outputs, inputs]) => {
    const end = start + outputs * inputs;
    const W = { shape: [outputs, inputs], data: numbers.subarray(start, end) };
    const b = numbers.subarray(end, end + outputs);
    start = end + outputs;
    return /** @type {import("./chain.js").Dense} */ ({ kind: "dense", W, b });
  });
  return { layers: dense.flatMap((layer, place) => (place ? [RELU, layer] : [layer])), shape: [pixelsOf(DIGITS)] };
}
