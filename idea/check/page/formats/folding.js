// @ts-check
/** Folding: fewer layers that compute the same, in double precision; see idea/files/layers/folding.py. */

import { affineAfter, affineBefore, composed, flattenedAffine, isIdentityShift, product } from "./linear.js";
import { FLATTEN, shapeAfter, shapesOf } from "./chain.js";
import { filled, sizeOf, tensor } from "./tensor.js";

/** @typedef {import("./chain.js").Layer} Layer */
/** @typedef {import("./chain.js").Affine} Affine */
/** @typedef {import("./chain.js").Pool} Pool */
/** @typedef {import("./chain.js").Dense} Dense */
/** @typedef {import("./chain.js").Conv} Conv */

const LARGEST = 2 ** 24; // numbers in a matrix that folding makes

/**
 * @param {Layer[]} layers
 * @param {number[]} shape of the input
 * @returns {Layer[]}
 */
export function folded(layers, shape) {
  for (const step of [channelsFirst, withoutPads, withoutAverages, withoutAffines, merged]) {
    layers = [...step(layers, shapesOf(layers, shape))];
  }
  return layers;
}

/**
 * Reorder what follows a flattening of channels last, up to the next dense layer.
 * @param {Layer[]} layers
 * @param {number[][]} shapes
 * @returns {Generator<Layer>}
 */
function* channelsFirst(layers, shapes) {
  /** @type {number[] | null} for each value in order of channels first, its place now */
  let places = null;
  for (const [place, layer] of layers.entries()) {
    const shape = shapes[place];
    if (layer.kind === "flatten") {
      if (layer.channelsLast && shape.length === 3) places = lastPlaces(shape);
      if (shape.length > 1) yield FLATTEN;
    } else if (places && layer.kind === "dense") {
      const [rows, columns] = layer.W.shape;
      const data = filled(rows * columns);
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          data[row * columns + column] = layer.W.data[row * columns + places[column]];
        }
      }
      yield { kind: "dense", W: tensor([rows, columns], data), b: layer.b };
      places = null;
    } else if (places && layer.kind === "affine" && layer.scale.length > 1) {
      const at = places;
      yield { kind: "affine", scale: at.map((n) => layer.scale[n]), shift: at.map((n) => layer.shift[n]) };
    } else {
      yield layer;
    }
  }
}

/** @param {number[]} shape of maps, channels first */
function lastPlaces([channels, height, width]) {
  const area = height * width;
  return Array.from({ length: channels * area }, (_, n) => (n % area) * channels + Math.floor(n / area));
}

/**
 * Let a convolution add the zeros that are added before it.
 * @param {Layer[]} layers
 * @returns {Generator<Layer>}
 */
function* withoutPads(layers) {
  /** @type {import("./chain.js").Pad | null} */
  let pad = null;
  for (const layer of layers) {
    if (pad && layer.kind === "conv") {
      const { pads } = pad;
      yield { ...layer, pads: layer.pads.map((n, side) => n + pads[side]) };
      pad = null;
      continue;
    }
    if (pad) yield pad;
    pad = layer.kind === "pad" ? layer : null;
    if (!pad) yield layer;
  }
  if (pad) yield pad;
}

/**
 * Replace averages before flat values by a dense layer, which the next can take over.
 * @param {Layer[]} layers
 * @param {number[][]} shapes
 * @returns {Generator<Layer>}
 */
function* withoutAverages(layers, shapes) {
  let isFlat = false; // by a layer that has been replaced
  for (const [place, layer] of layers.entries()) {
    const [shape, then] = [shapes[place], layers[place + 1]];
    const area = sizeOf(shape.slice(1));
    let rows = null;
    if (layer.kind === "global" && layer.average) rows = [filled(area, 1 / area)];
    else if (layer.kind === "pool" && then?.kind === "flatten" && !then.channelsLast) rows = means(layer, shape);
    if (rows && shape[0] ** 2 * rows.length * area <= LARGEST) {
      yield FLATTEN;
      yield { kind: "dense", W: repeated(rows, shape[0], area), b: filled(shape[0] * rows.length) };
      isFlat = true;
    } else if (!(isFlat && layer.kind === "flatten")) {
      yield layer;
      isFlat = false;
    }
  }
}

/**
 * The matrix by which a pool averages the pixels of a map, or null if it doesn't.
 * @param {Pool} layer
 * @param {number[]} shape
 */
function means(layer, shape) {
  if (!layer.average || layer.ceil || layer.pads.some(Boolean)) return null;
  const [, height, width] = shapeAfter(layer, shape);
  const area = shape[1] * shape[2];
  if (height * width * area > LARGEST) return null;
  return Array.from({ length: height * width }, (_, n) => {
    const [top, left] = [Math.floor(n / width) * layer.strides[0], (n % width) * layer.strides[1]];
    const row = filled(area);
    for (let y = top; y < top + layer.size[0]; y++) {
      row.fill(1 / sizeOf(layer.size), y * shape[2] + left, y * shape[2] + left + layer.size[1]);
    }
    return row;
  });
}

/**
 * A matrix that does the same with each map.
 * @param {Float64Array[]} rows
 * @param {number} maps
 * @param {number} area
 */
function repeated(rows, maps, area) {
  const W = tensor([maps * rows.length, maps * area], filled(maps * rows.length * maps * area));
  for (let map = 0; map < maps; map++) {
    for (const [n, row] of rows.entries()) W.data.set(row, ((map * rows.length + n) * maps + map) * area);
  }
  return W;
}

/**
 * Fold scales and shifts into the linear layer before them, or else into the next.
 * @param {Layer[]} layers
 * @param {number[][]} shapes
 * @returns {Generator<Layer>}
 */
function* withoutAffines(layers, shapes) {
  /** @type {Dense | Conv | null} the layer before, not given yet */
  let linear = null;
  /** @type {Affine | null} what the layers so far have left out */
  let affine = null;
  for (const [place, layer] of layers.entries()) {
    if (layer.kind === "affine") {
      if (linear) linear = affineAfter(linear, layer);
      else affine = affine ? composed(affine, layer) : layer;
      continue;
    }
    if (linear) yield linear;
    linear = null;
    if (affine && !commutes(layer, affine) && !absorbs(layer, affine)) {
      yield affine;
      affine = null;
    }
    if (affine && layer.kind === "flatten") affine = flattenedAffine(affine, shapes[place]);
    if (layer.kind === "dense" || layer.kind === "conv") {
      linear = affine ? affineBefore(layer, affine) : layer;
      affine = null;
    } else {
      yield layer;
    }
  }
  if (linear) yield linear;
  if (affine) yield affine;
}

/**
 * Whether a layer may come before a scale and shift as well as after them.
 * @param {Layer} layer
 * @param {Affine} affine
 */
function commutes(layer, { scale }) {
  if (layer.kind === "flatten") return true;
  if (layer.kind === "reshape") return scale.length === 1;
  if (layer.kind === "pool" && layer.average) return !layer.pads.some(Boolean);
  const positive = () => [...scale].every((number) => number >= 0);
  return (layer.kind === "pool" || layer.kind === "global") && (layer.average || positive());
}

/**
 * @param {Layer} layer
 * @param {Affine} affine
 */
function absorbs(layer, affine) {
  if (layer.kind !== "conv") return layer.kind === "dense";
  // The zeros around the maps aren't shifted.
  return layer.groups === 1 && (!layer.pads.some(Boolean) || isIdentityShift(affine));
}

/**
 * Make one layer of two linear ones in a row.
 * @param {Layer[]} layers
 * @returns {Generator<Layer>}
 */
function* merged(layers) {
  /** @type {Layer | null} */
  let before = null;
  for (const layer of layers) {
    /** @type {Layer | null} */
    const one = before && product(before, layer, LARGEST);
    if (!one && before) yield before;
    before = one ?? layer;
  }
  if (before) yield before;
}
