// @ts-check
/** The network whose output is a hidden unit of another one, as `idea.networks.parts` makes it. */

import { layersOf } from "./layers.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */

export const UNIT = 1; // the class that is the unit; the other one is constant

/**
 * The network of two classes, the second of which is the pre-activation of a unit, or the mean of a
 * map after ReLU. The kernel searches it as any other.
 * @param {NetworkParts} parts
 * @param {number} index of the layer
 * @param {number} unit or map
 * @returns {NetworkParts}
 */
export function cutAt({ height, width, convolutions = [], layers, weights }, index, unit) {
  const all = layersOf({ convolutions, layers }, { height, width });
  const floats = weights instanceof Float32Array ? weights : Float32Array.from(weights);
  const start = all.slice(0, index).reduce((sum, layer) => sum + layer.weights, 0);
  const { outputs: [count], weights: size, places } = all[index];
  const inputs = size / count - 1;
  const before = floats.subarray(0, start);
  const row = floats.subarray(start + unit * inputs, start + (unit + 1) * inputs);
  const bias = floats[start + count * inputs + unit];
  if (index < convolutions.length) {
    const area = places[0] * places[1];
    const { shape: [, ...window], ...how } = convolutions[index];
    const last = { ...how, shape: [1, ...window], pool: null };
    const mean = outputOf(new Float32Array(area).fill(1 / area), 0);
    return {
      height, width, convolutions: [...convolutions.slice(0, index), last], layers: [[2, area]],
      weights: joined(before, row, [bias], mean),
    };
  }
  if (index === 0) {
    // The kernel takes networks with a hidden layer: x is relu(x) - relu(-x).
    const both = [row, row.map((weight) => -weight), [bias, -bias]];
    return { height, width, layers: [[2, inputs], [2, 2]], weights: joined(...both, outputOf([1, -1], 0)) };
  }
  const hidden = layers.slice(0, index - convolutions.length);
  return {
    height, width, convolutions, layers: [...hidden, [2, inputs]],
    weights: joined(before, outputOf(row, bias)),
  };
}

/**
 * The weights of a layer of two outputs, the first of which is 0.
 * @param {ArrayLike<number>} row
 * @param {number} bias
 */
function outputOf(row, bias) {
  return joined(new Float32Array(row.length), row, [0, bias]);
}

/** @param {ArrayLike<number>[]} parts */
function joined(...parts) {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
