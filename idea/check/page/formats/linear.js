// @ts-check
/** Scales, shifts and linear layers, one after the other as one. */

import { filled, sizeOf, tensor } from "./tensor.js";

/** @typedef {import("./chain.js").Layer} Layer */
/** @typedef {import("./chain.js").Affine} Affine */
/** @typedef {import("./chain.js").Dense} Dense */
/** @typedef {import("./chain.js").Conv} Conv */
/** @typedef {import("./tensor.js").Numbers} Numbers */

/**
 * The number of a channel, or the one that is for all.
 * @param {Numbers} numbers
 * @param {number} place
 */
function at(numbers, place) {
  return numbers[numbers.length === 1 ? 0 : place];
}

/**
 * @param {Affine} first
 * @param {Affine} then
 * @returns {Affine}
 */
export function composed(first, then) {
  const length = Math.max(first.scale.length, then.scale.length);
  const both = (/** @type {(place: number) => number} */ make) => Array.from({ length }, (_, place) => make(place));
  return {
    kind: "affine",
    scale: both((n) => at(first.scale, n) * at(then.scale, n)),
    shift: both((n) => at(first.shift, n) * at(then.scale, n) + at(then.shift, n)),
  };
}

/** @param {Affine} affine */
export function isIdentityShift({ shift }) {
  return [...shift].every((number) => number === 0);
}

/**
 * @param {Affine} affine
 * @param {number[]} shape before the values are flattened
 * @returns {Affine}
 */
export function flattenedAffine(affine, shape) {
  const area = sizeOf(shape.slice(1));
  if (affine.scale.length === 1 || area === 1) return affine;
  const spread = (/** @type {Numbers} */ numbers) =>
    Float64Array.from({ length: numbers.length * area }, (_, n) => numbers[Math.floor(n / area)]);
  return { kind: "affine", scale: spread(affine.scale), shift: spread(affine.shift) };
}

/**
 * A linear layer with a scale and shift after it.
 * @template {Dense | Conv} T
 * @param {T} layer
 * @param {Affine} affine
 * @returns {T}
 */
export function affineAfter(layer, { scale, shift }) {
  const { shape, data } = layer.W;
  const row = sizeOf(shape.slice(1));
  const W = Float64Array.from(data, (weight, n) => weight * at(scale, Math.floor(n / row)));
  const b = Float64Array.from(layer.b, (bias, n) => bias * at(scale, n) + at(shift, n));
  return { ...layer, W: { shape, data: W }, b };
}

/**
 * A linear layer with a scale and shift before it.
 * @template {Dense | Conv} T
 * @param {T} layer
 * @param {Affine} affine
 * @returns {T}
 */
export function affineBefore(layer, { scale, shift }) {
  const { shape, data } = layer.W;
  const [, inputs, ...window] = shape;
  const area = sizeOf(window);
  const W = new Float64Array(data.length);
  const b = Float64Array.from(layer.b);
  for (let n = 0; n < data.length; n++) {
    const input = Math.floor(n / area) % inputs;
    W[n] = data[n] * at(scale, input);
    b[Math.floor(n / (inputs * area))] += data[n] * at(shift, input);
  }
  return { ...layer, W: { shape, data: W }, b };
}

/**
 * One layer for two dense layers, or for a convolution of single pixels and another; else null.
 * @param {Layer} first
 * @param {Layer} then
 * @param {number} most numbers of its matrix
 * @returns {Layer | null}
 */
export function product(first, then, most) {
  if (first.kind === "dense" && then.kind === "dense") {
    return then.W.shape[0] * first.W.shape[1] <= most ? denseProduct(first, then) : null;
  }
  if (first.kind !== "conv" || then.kind !== "conv" || !isByPixel(first) || then.groups !== 1) return null;
  const padsMatter = then.pads.some(Boolean) && [...first.b].some(Boolean);
  return padsMatter ? null : byPixelProduct(first, then);
}

/**
 * @param {Dense} first
 * @param {Dense} then
 * @returns {Dense}
 */
function denseProduct(first, then) {
  const [outputs, inner] = then.W.shape;
  const inputs = first.W.shape[1];
  const data = filled(outputs * inputs);
  const b = Float64Array.from(then.b);
  for (let row = 0; row < outputs; row++) {
    for (let middle = 0; middle < inner; middle++) {
      const weight = then.W.data[row * inner + middle];
      if (weight === 0) continue;
      b[row] += weight * first.b[middle];
      for (let column = 0; column < inputs; column++) {
        data[row * inputs + column] += weight * first.W.data[middle * inputs + column];
      }
    }
  }
  return { kind: "dense", W: tensor([outputs, inputs], data), b };
}

/**
 * @param {Conv} first
 * @param {Conv} then
 * @returns {Conv}
 */
function byPixelProduct(first, then) {
  const [outputs, inner, ...window] = then.W.shape;
  const [inputs, area] = [first.W.shape[1], sizeOf(window)];
  const data = filled(outputs * inputs * area);
  const b = Float64Array.from(then.b);
  for (let out = 0; out < outputs; out++) {
    for (let middle = 0; middle < inner; middle++) {
      for (let cell = 0; cell < area; cell++) {
        const weight = then.W.data[(out * inner + middle) * area + cell];
        b[out] += weight * first.b[middle];
        for (let input = 0; input < inputs; input++) {
          data[(out * inputs + input) * area + cell] += weight * first.W.data[middle * inputs + input];
        }
      }
    }
  }
  return { ...then, W: tensor([outputs, inputs, ...window], data), b };
}

/** @param {Conv} layer whether it combines the maps of each pixel alone */
function isByPixel({ W, pads, strides, groups }) {
  return sizeOf(W.shape.slice(2)) === 1 && groups === 1 && !pads.some(Boolean) && sizeOf(strides) === 1;
}
