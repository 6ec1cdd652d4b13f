// @ts-check
/** The formats of networks, and how each is recognised. */

import { UserError } from "../base/user_error.js";
import { networkOf } from "./network.js";
import { Zip } from "./zip.js";
import { DamagedError, ReadingError, UnknownSizeError, UnsupportedError } from "./tensor.js";

/** @typedef {import("./chain.js").Chain} Chain */

/**
 * A reader of a format, given the file's bytes and name, and the files that were opened with it.
 * @typedef {(bytes: Uint8Array<ArrayBuffer>, name: string, others: File[]) => Promise<Chain> | Chain} Reader
 */

/** @type {Record<string, () => Promise<Reader>>} by format; each is loaded when it is needed */
const READERS = {
  npz: async () => (await import("./npz.js")).readNpz,
  safetensors: async () => (await import("./safetensors.js")).readSafetensors,
  tfjs: async () => (await import("./tfjs.js")).readTfjs,
  onnx: async () => (await import("./onnx.js")).readOnnx,
  h5: async () => (await import("./keras_files.js")).readH5,
  keras: async () => (await import("./keras_files.js")).readKeras,
  dat: async () => (await import("./dat.js")).readDat,
};

/**
 * @param {File[]} files the network's, then others that were opened with it
 * @param {import("./network.js").Declared} declared
 * @returns {Promise<import("./network.js").Opened>}
 */
export async function readNetwork([file, ...others], declared) {
  const { name } = file;
  const bytes = new Uint8Array(await file.arrayBuffer().catch(() => {
    throw new UserError("dat.unreadable", { name });
  }));
  /** @type {keyof typeof READERS | null} */
  let format = null;
  try {
    format = formatOf(name, bytes);
    if (!format) throw promised(name) ? new DamagedError("start") : new UserError("format.unknown", { name });
    const read = await READERS[format]().catch(() => {
      throw new UserError("file.unreachable", { address: `formats/${format}` });
    });
    return networkOf(await read(bytes, name, others), declared, name);
  } catch (error) {
    throw sentence(error, name, format ?? promised(name));
  }
}

/**
 * The format of a file, by its contents.
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {keyof typeof READERS | null}
 */
function formatOf(name, bytes) {
  if (/\.dat$/i.test(name)) return "dat";
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 64));
  if (start.startsWith("PK")) return new Zip(bytes).names.includes("model.weights.h5") ? "keras" : "npz";
  if (start.slice(1, 4) === "HDF") return "h5";
  if (/^\s*\{/.test(start)) return new TextDecoder().decode(bytes).includes('"modelTopology"') ? "tfjs" : null;
  if (start[8] === "{") return "safetensors";
  return /\.onnx$/i.test(name) ? "onnx" : null;
}

/**
 * Return an error as the reader of the page sees it.
 * @param {unknown} error
 * @param {string} name
 * @param {string | null} format
 */
function sentence(error, name, format) {
  if (error instanceof UserError) return error;
  // A damaged description may hold anything anywhere.
  const other = () => ({ key: "reader.damaged", params: { text: error instanceof Error ? error.message : String(error) } });
  const text = error instanceof ReadingError ? error.found : other();
  if (error instanceof UnknownSizeError) return new UserError("format.size", { name, text });
  if (error instanceof UnsupportedError) return new UserError("format.network", { name, text });
  return new UserError("format.damaged", { name, text, kind: { key: `reader.kind.${format ?? "network"}`, params: {} } });
}

/**
 * The format that a file's name promises, or null.
 * @param {string} name
 */
function promised(name) {
  const [, suffix = ""] = name.toLowerCase().match(/\.(\w+)$/) ?? [];
  const found = { json: "tfjs", hdf5: "h5", model: "npz" }[suffix] ?? suffix;
  return found in READERS ? found : null;
}
