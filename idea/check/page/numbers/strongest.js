// @ts-check
/** Which of some images excites each unit of a network most. */

import { activitiesOf, unitValues } from "./hidden.js";
import { layersOf } from "./layers.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */

/**
 * @typedef {object} Strongest of the units of a layer
 * @property {Int32Array} places of the images
 * @property {Float64Array} values
 */

const AT_ONCE = 20;
// Of all images together: some seconds.
const [MOST_PRODUCTS, FEWEST, MOST] = [3e9, 100, 2000];

/**
 * How many images are tried: fewer for large networks.
 * @param {NetworkParts} parts
 */
export function triedImages(parts) {
  const products = layersOf(parts, parts).reduce((sum, { weights, places }) => (
    sum + weights * places.reduce((area, side) => area * side, 1)
  ), 0);
  return Math.max(FEWEST, Math.min(MOST, Math.round(MOST_PRODUCTS / products)));
}

/**
 * @param {NetworkParts} parts
 * @param {Float32Array[]} images
 * @param {(share: number) => void} onProgress
 * @returns {Strongest[]} for each layer; of equals the first
 */
export function strongestOf(parts, images, onProgress) {
  /** @type {Strongest[]} */
  let found = [];
  for (const [place, image] of images.entries()) {
    const layers = activitiesOf(parts, image).map(unitValues);
    if (place === 0) found = layers.map(({ length }) => ({ places: new Int32Array(length), values: new Float64Array(length).fill(-Infinity) }));
    for (const [index, { places, values }] of found.entries()) {
      for (const [unit, value] of layers[index].entries()) {
        if (value > values[unit]) [values[unit], places[unit]] = [value, place];
      }
    }
    if (place % AT_ONCE === 0) onProgress(place / images.length);
  }
  return found;
}
