// @ts-check
/** Trained networks as files, which `idea.load_model` opens. */

import { isMnist } from "../base/task.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("../base/task.js").Task} Task */

const HALVING = { size: [2, 2], strides: [2, 2], average: false };
const [STRIDES, PADS] = [[1, 1], [0, 0, 0, 0]];
const ALIGNED = 8; // bytes

/**
 * A `.safetensors`: the size of a head, the head as JSON, then all weights. Names and metadata are
 * those that idea writes.
 * @param {NetworkParts} network
 * @param {Task} task
 */
export function safetensorsOf({ convolutions = [], layers, weights }, { height, width, classes }) {
  const named = [
    ...convolutions.map(({ shape }, place) => ({ name: `conv${place + 1}`, shape })),
    ...layers.map((shape, place) => ({ name: `fc${place + 1}`, shape })),
  ];
  /** @type {Record<string, string>} */
  const metadata = {};
  if (!isMnist({ height, width, classes })) metadata["idea.task"] = JSON.stringify({ height, width, classes });
  if (convolutions.length) {
    const pools = convolutions.map(({ pool }) => ({ strides: STRIDES, pads: PADS, pool: pool ? HALVING : null }));
    metadata["idea.convolutions"] = JSON.stringify(pools);
  }
  /** @type {Record<string, object>} */
  const head = Object.keys(metadata).length ? { __metadata__: metadata } : {};
  let at = 0;
  const add = (/** @type {string} */ name, /** @type {number[]} */ shape) => {
    const end = at + 4 * shape.reduce((product, side) => product * side, 1);
    head[name] = { dtype: "F32", shape, data_offsets: [at, end] };
    at = end;
  };
  for (const { name, shape } of named) {
    add(`${name}.weight`, shape);
    add(`${name}.bias`, shape.slice(0, 1));
  }
  const text = new TextEncoder().encode(JSON.stringify(head));
  const padded = new Uint8Array(Math.ceil(text.length / ALIGNED) * ALIGNED).fill(" ".charCodeAt(0));
  padded.set(text);
  const size = new DataView(new ArrayBuffer(ALIGNED));
  size.setBigUint64(0, BigInt(padded.length), true);
  return new Blob([size, padded, Float32Array.from(weights)], { type: "application/octet-stream" });
}

/**
 * A `.dat`: the weights alone, of an MLP with two hidden layers of as many units.
 * @param {NetworkParts} network
 */
export function datOf({ weights }) {
  return new Blob([Float32Array.from(weights)], { type: "application/octet-stream" });
}

/**
 * @param {Pick<NetworkParts, "convolutions">} network
 * @param {Task} task
 */
export function fitsDat({ convolutions = [] }, task) {
  // MLPs that are trained here have two hidden layers of as many units.
  return convolutions.length === 0 && isMnist(task);
}
