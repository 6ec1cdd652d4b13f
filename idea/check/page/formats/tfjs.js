// @ts-check
/** TensorFlow.js's models: `model.json`, and files of raw numbers beside it; see idea/files/keras/tfjs.py. */

import { UserError } from "../base/user_error.js";
import { checkModel, inputShape, layersOf } from "./keras_config.js";
import { chainOf } from "./keras_layers.js";
import { parseJson } from "./task_text.js";
import { DamagedError, numbersOf, sizeOf, tensor, UnsupportedError } from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {import("./tensor.js").Kind} Kind */

/** @type {Record<string, Kind>} */
const KINDS = { bool: "u1", float16: "f2", float32: "f4", int32: "i4", uint16: "u2", uint8: "u1" };

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} name the file's
 * @param {File[]} others among which the files of numbers must be
 * @returns {Promise<import("./chain.js").Chain>}
 */
export async function readTfjs(bytes, name, others) {
  const model = parseJson(new TextDecoder().decode(bytes), name);
  const topology = model.modelTopology;
  if (model.format === "graph-model" || topology?.node) {
    throw new UnsupportedError("tfjs.graph");
  }
  const groups = model.weightsManifest;
  if (!Array.isArray(groups) || !groups.every(({ paths, weights }) => Array.isArray(paths) && Array.isArray(weights))) {
    throw new DamagedError("tfjs.manifest");
  }
  /** @type {Map<string, Tensor>} */
  const arrays = new Map();
  const shards = found(groups.flatMap(({ paths }) => paths), others, name);
  for (const { paths, weights } of groups) {
    const parts = paths.map((/** @type {string} */ path) => /** @type {File} */ (shards.get(path)));
    addArrays(new Uint8Array(await new Blob(parts).arrayBuffer()), weights, arrays);
  }
  const { model_config: given = topology, keras_version: version = "" } = topology;
  const config = checkModel(typeof given === "string" ? parseJson(given, "its layers") : given);
  const third = /^[3-9]/.test(String(version));
  return chainOf(layersOf(config, namedStore(arrays)), inputShape(config), third);
}

/**
 * The files of numbers, by their paths.
 * @param {string[]} paths
 * @param {File[]} files
 * @param {string} name the network's, for the error
 */
function found(paths, files, name) {
  const bare = (/** @type {string} */ path) => path.split("/").at(-1) ?? path;
  const shards = new Map(paths.map((path) => [path, files.find(({ name }) => name === bare(path))]));
  const missing = paths.filter((path) => !shards.get(path)).map(bare);
  if (missing.length) throw new UserError("format.beside", { name, files: missing.slice(0, 4).join(", ") });
  return shards;
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {any[]} weights what the manifest says of each array
 * @param {Map<string, Tensor>} arrays
 */
function addArrays(bytes, weights, arrays) {
  let begin = 0;
  for (const { name, shape, dtype, quantization } of weights) {
    const kind = KINDS[quantization?.dtype ?? dtype];
    if (!kind) throw new DamagedError("array.kind", { array: name, kind: dtype });
    const end = begin + sizeOf(shape) * Number(kind.slice(-1));
    if (!(end <= bytes.length)) throw new DamagedError("beside", { needed: end, bytes: bytes.length });
    const numbers = numbersOf(kind, bytes.subarray(begin, end));
    const restored = quantization && "scale" in quantization
      ? Float32Array.from(numbers, (number) => number * quantization.scale + quantization.min)
      : numbers;
    arrays.set(name, tensor(shape, restored));
    begin = end;
  }
}

/**
 * Arrays named after layers: `dense/kernel`, `model/dense/kernel:0`, `dense_1_W`.
 * @param {Map<string, Tensor>} arrays
 * @returns {import("./keras_config.js").Store}
 */
export function namedStore(arrays) {
  return {
    arrays: (layer) => [...arrays].filter(([name]) => belongs(name, layer)).map(([, array]) => array),
    inner: (model) => {
      // Not all versions write the name of a nested model.
      const below = new Map([...arrays].filter(([name]) => name.split("/").slice(0, -2).includes(model)));
      return namedStore(below.size ? below : arrays);
    },
  };
}

/**
 * @param {string} name
 * @param {string} layer
 */
function belongs(name, layer) {
  const at = name.lastIndexOf("/");
  if (at < 0) return name.startsWith(`${layer}_`);
  const above = name.slice(0, at);
  return above === layer || above.endsWith(`/${layer}`); // a name may have slashes
}
