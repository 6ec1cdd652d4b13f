// @ts-check
/** Named arrays of several frameworks, as a `state_dict` has them; see idea/files/weights/conventions.py. */

import { flattenedFirst, outputsFirst, plainNetwork } from "./plain_names.js";
import { recognise } from "./named_arrays.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {Map<string, Tensor>} Arrays */

const [SNAPSHOT, CLASSIFIER] = ["updater/model:main/", "predictor/"];
/** @type {Record<string, string>} */
const CHAINERS = { W: "weight", b: "bias", gamma: "weight", beta: "bias", avg_mean: "running_mean", avg_var: "running_var" };
/** @type {Record<string, string>} */
const FLAXS = {
  kernel: "weight", w: "weight", scale: "weight", bias: "bias", b: "bias", offset: "bias", mean: "running_mean", var: "running_var",
};
// What Chainer adds to a variance by default, less what PyTorch adds.
const EPSILON = 2e-5 - 1e-5;

/**
 * Return the network of a file's arrays, of Chainer, of JAX and Flax, of PyTorch, or of none.
 * @param {Arrays} arrays
 * @param {Task | null} task that of the file's metadata
 * @param {boolean} ordered whether the file has an order
 */
export function recogniseAny(arrays, task, ordered) {
  const prefix = modelPrefix(arrays);
  const own = new Map([...arrays].filter(([name]) => name.startsWith(prefix)));
  const numbered = [...own].filter(([name, { shape }]) => shape.length > 1 && !/\d/.test(name)).length < 2;
  const isChainers = [...own.keys()].some((name) => name.endsWith("/W"));
  const known = numbered || (ordered && !isChainers); // Chainer sorts its arrays by name
  const named = known && !numbered ? own : sorted(own);
  if (isChainers) return recognise(fromChainer(named, prefix), task, known);
  if ([...named.keys()].some(isFlaxs)) return recognise(flattenedFirst(fromFlax(named)), task, known);
  if ([...named.keys()].some((name) => name.endsWith("weight"))) return recognise(named, task, known);
  return plainNetwork(named, task, known);
}

/**
 * What precedes the names of the network's own arrays.
 * @param {Arrays} arrays
 */
function modelPrefix(arrays) {
  const has = (/** @type {string} */ start) => [...arrays.keys()].some((name) => name.startsWith(start));
  const prefix = has(SNAPSHOT) ? SNAPSHOT : "";
  return has(prefix + CLASSIFIER) ? prefix + CLASSIFIER : prefix;
}

/**
 * Sort by the numbers in names, then by name.
 * @param {Arrays} arrays
 */
function sorted(arrays) {
  const keys = new Map([...arrays.keys()].map((name) => [name, (name.match(/\d{1,9}/g) ?? []).map(Number)]));
  const order = (/** @type {string} */ one, /** @type {string} */ other) => {
    const [first, second] = [keys.get(one) ?? [], keys.get(other) ?? []];
    for (let at = 0; at < Math.min(first.length, second.length); at++) {
      if (first[at] !== second[at]) return first[at] - second[at];
    }
    return first.length - second.length || (one < other ? -1 : 1);
  };
  return new Map([...arrays].sort(([one], [other]) => order(one, other)));
}

/**
 * @param {Arrays} arrays
 * @param {string} prefix
 * @returns {Arrays}
 */
function fromChainer(arrays, prefix) {
  const found = new Map();
  for (const [name, array] of arrays) {
    if (array.shape.length === 0) continue; // a counter
    const parts = name.slice(prefix.length).split("/");
    const leaf = parts.pop() ?? "";
    const data = leaf === "avg_var" ? Float64Array.from(array.data, (each) => each + EPSILON) : array.data;
    found.set(`${parts.join("/")}.${CHAINERS[leaf] ?? leaf}`, { ...array, data });
  }
  return found;
}

/** @param {string} name */
function isFlaxs(name) {
  const [layer, leaf] = flaxParts(name);
  return layer !== "" && (leaf === "kernel" || leaf === "w");
}

/** @param {string} name a layer's and its array's; Flax NNX has a value below each */
function flaxParts(name) {
  const bare = name.replaceAll(".", "/").replace(/\/value$/, "").replace(/^(?:params|batch_stats|state|model)\//, "");
  const at = bare.lastIndexOf("/");
  return [bare.slice(0, Math.max(0, at)), bare.slice(at + 1)];
}

/**
 * @param {Arrays} arrays
 * @returns {Arrays}
 */
function fromFlax(arrays) {
  const found = new Map();
  for (const [name, array] of arrays) {
    const [layer, leaf] = flaxParts(name);
    if (array.shape.length) found.set(`${layer}.${FLAXS[leaf] ?? leaf}`, { ...array, ...outputsFirst(array) });
  }
  return found;
}
