// @ts-check
/** What each layer of a network computes for an image, by a plain forward pass. */

import { layersOf } from "./layers.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("./layers.js").Layer} Layer */

/**
 * @typedef {object} Activity of a layer
 * @property {string} name as Python has it: conv1, …, layer1, …; the last are the logits
 * @property {number[]} shape units; or maps, height and width
 * @property {Float64Array} values of units before ReLU; of maps after ReLU, before their pool
 */

/**
 * @param {NetworkParts} parts
 * @param {ArrayLike<number>} image
 * @returns {Activity[]} of each layer, in order
 */
export function activitiesOf(parts, image) {
  const { weights } = parts;
  /** @type {Float64Array} */
  let x = Float64Array.from(image);
  let [size, at] = [[1, parts.height, parts.width], 0];
  return layersOf(parts, parts).map((layer, index, all) => {
    const [count] = layer.outputs;
    const biases = at + layer.weights - count;
    const name = nameOf(all, index);
    let values;
    if (layer.kind === "convolution") {
      values = convolved(x, size, weights, at, biases, layer);
      x = pooled(values, layer);
      size = layer.outputs;
    } else {
      values = summed(x, weights, at, biases, count);
      x = values.map((value) => Math.max(0, value));
    }
    at += layer.weights;
    return { name, shape: [count, ...layer.places], values };
  });
}

/**
 * The name of a layer, as Python has it.
 * @param {Layer[]} layers
 * @param {number} index
 */
export function nameOf(layers, index) {
  const convolutions = layers.filter(({ kind }) => kind === "convolution").length;
  return index < convolutions ? `conv${index + 1}` : `layer${index + 1 - convolutions}`;
}

/**
 * The value of each unit or map of a layer, as `idea.networks.hidden` has it: that of a map is the mean.
 * @param {Activity} activity
 */
export function unitValues({ shape: [count, ...places], values }) {
  if (places.length === 0) return values;
  const size = values.length / count;
  return Float64Array.from({ length: count }, (_, map) => {
    let sum = 0;
    for (let at = map * size; at < (map + 1) * size; at++) sum += values[at];
    return sum / size;
  });
}

/**
 * @param {Float64Array} x
 * @param {ArrayLike<number>} weights of all layers
 * @param {number} from where those of this layer begin
 * @param {number} biases where its biases do
 * @param {number} count of units
 */
function summed(x, weights, from, biases, count) {
  // Drawings are mostly black, and half of the units are silent.
  const active = Int32Array.from(x.keys()).filter((place) => x[place] !== 0);
  const numbers = Float64Array.from(active, (place) => x[place]);
  const sums = new Float64Array(count);
  for (let unit = 0, row = from; unit < count; unit++, row += x.length) {
    let sum = weights[biases + unit];
    for (let n = 0; n < active.length; n++) sum += weights[row + active[n]] * numbers[n];
    sums[unit] = sum;
  }
  return sums;
}

/**
 * @param {Float64Array} x maps one after the other
 * @param {number[]} size their number, height and width
 * @param {ArrayLike<number>} weights of all layers
 * @param {number} from where those of this layer begin
 * @param {number} biases where its biases do
 * @param {Layer} layer
 */
function convolved(x, [inputs, height, width], weights, from, biases, { window, strides, pads, places, outputs }) {
  const [rows, columns] = places;
  const [high, wide] = window;
  const [strideDown, strideRight] = strides;
  const out = new Float64Array(outputs[0] * rows * columns);
  const rowsOf = Array.from({ length: high }, (_, down) => inside(down - pads[0], strideDown, height, rows));
  const columnsOf = Array.from({ length: wide }, (_, right) => inside(right - pads[1], strideRight, width, columns));
  for (let map = 0, at = from; map < outputs[0]; map++) {
    const first = map * rows * columns;
    out.fill(weights[biases + map], first, first + rows * columns);
    for (let input = 0; input < inputs; input++) {
      for (let down = 0; down < high; down++) {
        for (let right = 0; right < wide; right++, at++) {
          const weight = weights[at];
          const [[top, bottom], [left, end]] = [rowsOf[down], columnsOf[right]];
          for (let row = top; row < bottom; row++) {
            let source = (input * height + row * strideDown + down - pads[0]) * width + left * strideRight + right - pads[1];
            const start = first + row * columns;
            for (let to = start + left; to < start + end; to++, source += strideRight) out[to] += weight * x[source];
          }
        }
      }
    }
  }
  return out.map((value) => Math.max(0, value));
}

/**
 * The places of which a weight of the window lies on the map, and not on the zeros around it.
 * @param {number} offset of the weight from the first place
 * @param {number} stride
 * @param {number} side of the map
 * @param {number} count of places
 */
function inside(offset, stride, side, count) {
  const first = Math.max(0, Math.ceil(-offset / stride));
  return [first, Math.min(count, Math.floor((side - 1 - offset) / stride) + 1)];
}

/**
 * @param {Float64Array} maps
 * @param {Layer} layer
 */
function pooled(maps, { pool, places: [height, width], outputs: [count, rows, columns] }) {
  if (!pool) return maps;
  const { size: [high, wide], strides, average } = pool;
  const out = new Float64Array(count * rows * columns);
  for (let to = 0; to < out.length; to++) {
    const [map, row, column] = [Math.floor(to / rows / columns), Math.floor(to / columns) % rows, to % columns];
    const corner = (map * height + row * strides[0]) * width + column * strides[1];
    let [sum, most] = [0, 0]; // after ReLU none is below 0
    for (let down = 0; down < high; down++) {
      for (let right = 0; right < wide; right++) {
        const value = maps[corner + down * width + right];
        sum += value;
        if (value > most) most = value;
      }
    }
    out[to] = average ? sum / (high * wide) : most;
  }
  return out;
}
