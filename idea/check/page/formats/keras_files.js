// @ts-check
/** Keras's files, `.h5` and `.keras`; see idea/files/keras/saved.py. A package reads HDF5, where the site has it. */

import { checkModel, entriesOf, inputShape, layersOf } from "./keras_config.js";
import { chainOf } from "./keras_layers.js";
import { namedStore } from "./tfjs.js";
import { parseJson } from "./task_text.js";
import { DamagedError, sizeOf, tensor, UnsupportedError } from "./tensor.js";
import { Zip } from "./zip.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {import("./chain.js").Chain} Chain */
/** @typedef {import("./keras_config.js").Store} Store */
/** @typedef {any} Group of jsfive */

const PACKAGE = new URL("../vendor/jsfive.js", import.meta.url).href;
const CONTAINERS = ["layers", "_layer_checkpoint_dependencies", "_layers"];
const FLOATS = /^[<|]f[248]$/;

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Chain>}
 */
export async function readH5(bytes) {
  const file = await opened(bytes);
  const { model_config: config, keras_version: version = "1", backend } = file.attrs;
  if (config === undefined) throw new UnsupportedError("layers.none");
  if (backend === "theano") throw new UnsupportedError("theano");
  const model = checkModel(parseJson(config, "its layers"));
  const groups = file.get("model_weights");
  return chainOf(layersOf(model, groupStore(groups)), inputShape(model), isThird(version));
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Chain>}
 */
export async function readKeras(bytes) {
  const archive = new Zip(bytes);
  const file = await opened(await archive.member("model.weights.h5"));
  const json = async (/** @type {string} */ name) => parseJson(new TextDecoder().decode(await archive.member(name)), name);
  const model = checkModel(await json("config.json"));
  const version = archive.names.includes("metadata.json") ? (await json("metadata.json")).keras_version : "3";
  return chainOf(layersOf(model, numberedStore(file, entriesOf(model))), inputShape(model), isThird(version));
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Group>}
 */
async function opened(bytes) {
  const { File } = await import(PACKAGE);
  return new File(bytes.slice().buffer, "");
}

/** @param {unknown} version */
function isThird(version) {
  return /^[3-9]/.test(String(version));
}

/**
 * A group or array below another, or null.
 * @param {Group} group
 * @param {string} path
 */
function below(group, path) {
  let found = group;
  for (const part of path.split("/").filter(Boolean)) {
    if (!Array.isArray(found?.keys) || !found.keys.includes(part)) return null;
    found = found.get(part);
  }
  return found;
}

/**
 * @param {Group} group
 * @param {string} path
 * @returns {Tensor}
 */
function arrayAt(group, path) {
  const found = below(group, path);
  if (!Array.isArray(found?.shape) || !FLOATS.test(String(found.dtype))) throw new DamagedError("array.floats", { array: path });
  // A small file could unpack to any size; Keras compresses nothing.
  if (found._dataobjects?.chunks) throw new DamagedError("compressed", { part: path });
  if (sizeOf(found.shape) > 1e8) throw new DamagedError("array.large", { array: path });
  return tensor(found.shape, Float64Array.from(found.value));
}

/**
 * HDF5 as Keras 1 and 2 write it: a group for each layer, which lists its arrays in order.
 * @param {Group} groups
 * @returns {Store}
 */
function groupStore(groups) {
  /** @returns {Map<string, Tensor>} */
  const arraysOf = (/** @type {string} */ name) => {
    const group = below(groups, name);
    if (!group) return new Map(); // a layer without weights
    return new Map(textsOf(group.attrs, "weight_names").map((each) => [each, arrayAt(group, each)]));
  };
  return {
    arrays: (name) => [...arraysOf(name).values()],
    inner: (name) => namedStore(arraysOf(name)),
  };
}

/**
 * Several texts, which Keras splits into name0, name1, … if they are long.
 * @param {Record<string, any>} attributes
 * @param {string} name
 * @returns {string[]}
 */
function textsOf(attributes, name) {
  const whole = attributes[name];
  if (whole !== undefined) return [whole].flat();
  const parts = [];
  for (let part = attributes[`${name}0`]; part !== undefined; part = attributes[`${name}${parts.length}`]) parts.push(part);
  return parts.flat();
}

/**
 * HDF5 as Keras 3 writes it: `layers/dense_1/vars/0`, by class and number of the layer.
 * @param {Group} group
 * @param {any[]} entries
 * @returns {Store}
 */
function numberedStore(group, entries) {
  const container = CONTAINERS.find((each) => group.keys.includes(each)) ?? CONTAINERS[0];
  /** @type {Map<string, number>} */
  const counts = new Map();
  const places = new Map(entries.map(({ class_name: kind, config, name }) => {
    const bare = snake(kind);
    const count = counts.get(bare) ?? 0;
    counts.set(bare, count + 1);
    return [String(config.name ?? name), `${container}/${bare}${count ? `_${count}` : ""}`];
  }));
  return {
    arrays: (name) => {
      const found = below(group, `${places.get(name)}/vars`);
      const numbers = (found?.keys ?? []).filter((/** @type {string} */ key) => /^\d+$/.test(key));
      return numbers.sort((/** @type {string} */ one, /** @type {string} */ other) => Number(one) - Number(other))
        .map((/** @type {string} */ key) => arrayAt(found, key));
    },
    inner: (name, layers) => numberedStore(below(group, places.get(name) ?? ""), layers),
  };
}

/** @param {string} name of a class, as Keras 3 writes it in files */
function snake(name) {
  return name.replace(/(?<=[a-z])(?=[A-Z])|(?<=.)(?=[A-Z][a-z]+)/g, "_").toLowerCase();
}
