// @ts-check
/** The files that a training needs: TensorFlow.js, and images. */

import { pause } from "../base/latest.js";
import { pixelsOf } from "../base/task.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("./kinds.js").Images} Images */
/** @typedef {import("../site/kinds.js").TrainFiles} TrainFiles */
/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {(share: number | null) => void} OnProgress in 0…1; null while the server fetches them */

const NOT_YET = "not_yet";
const [TRIES, RETRY_MS] = [60, 1000];
const HEAD = 8; // bytes before the images: how many there are

/**
 * Wait until the site has TensorFlow.js, which a server may have to fetch first.
 * @param {TrainFiles} files
 * @param {OnProgress} onProgress
 * @returns {Promise<string>} the address of its folder
 */
export async function findTensorFlow({ tensorflow, state }, onProgress) {
  const missing = new UserError("train.missing.tensorflow");
  if (!tensorflow) throw missing;
  await ready(state, "tensorflow", missing, onProgress);
  return resolved(tensorflow);
}

/**
 * @param {TrainFiles} files
 * @param {string} data the name of the data set
 * @param {Task} task its own
 * @param {OnProgress} onProgress
 * @returns {Promise<Images>}
 */
export async function loadImages({ images, state }, data, task, onProgress) {
  const found = images?.[data];
  const missing = new UserError("train.missing.images", { title: found?.title ?? data });
  if (!found) throw missing;
  await ready(state, data, missing, onProgress);
  const response = await fetched(resolved(found.address));
  const packed = await received(response, onProgress).catch(() => null);
  const read = packed && await unpacked(packed).then((bytes) => parsed(bytes, task)).catch(() => null);
  if (!read) throw unreachable(response.url);
  return read;
}

/**
 * @param {string | undefined} folder of states; none where all is there
 * @param {string} name of what is to be ready
 * @param {UserError} missing
 * @param {OnProgress} onProgress
 */
async function ready(folder, name, missing, onProgress) {
  if (!folder) return;
  const address = resolved(folder + name);
  for (let tries = TRIES; tries > 0; tries--) {
    const { state } = await (await fetched(address)).json();
    if (state === "ready") return;
    if (state !== NOT_YET) break;
    onProgress(null);
    await pause(RETRY_MS);
  }
  throw missing;
}

/** @param {string} address */
function resolved(address) {
  return new URL(address, document.baseURI).href;
}

/** @param {string} address */
async function fetched(address) {
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) throw unreachable(address);
  return response;
}

/** @param {string} address */
function unreachable(address) {
  return new UserError("file.training", { address: new URL(address).pathname });
}

/**
 * @param {Response} response
 * @param {OnProgress} onProgress
 */
async function received(response, onProgress) {
  const size = Number(response.headers.get("Content-Length"));
  const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).getReader();
  const parts = [];
  let bytes = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return new Blob(parts);
    parts.push(value);
    bytes += value.length;
    if (size) onProgress(Math.min(1, bytes / size));
  }
}

/** @param {Blob} packed by gzip, unless the server's headers had the browser unpack it */
async function unpacked(packed) {
  const [first, second] = new Uint8Array(await packed.slice(0, 2).arrayBuffer());
  const isPacked = first === 0x1f && second === 0x8b;
  const stream = isPacked ? packed.stream().pipeThrough(new DecompressionStream("gzip")) : packed.stream();
  return new Response(stream).arrayBuffer();
}

/**
 * @param {ArrayBuffer} data as idea.check.train.images writes it
 * @param {Task} task
 * @returns {Images}
 */
function parsed(data, task) {
  const head = new DataView(data);
  const [training, test] = [head.getUint32(0, true), head.getUint32(4, true)];
  const pixels = (training + test) * pixelsOf(task);
  if (data.byteLength !== HEAD + pixels + training + test) throw new RangeError("images: wrong size");
  const bytes = new Uint8Array(data, HEAD);
  return { task, greys: bytes.subarray(0, pixels), labels: bytes.subarray(pixels), training };
}
