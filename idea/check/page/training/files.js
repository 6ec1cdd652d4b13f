// @ts-check
/** The files that a training needs: TensorFlow.js, and images. */

import { pause } from "../base/latest.js";
import { DIGITS, pixelsOf } from "../base/task.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("./kinds.js").Images} Images */
/** @typedef {import("../site/kinds.js").TrainFiles} TrainFiles */
/** @typedef {"tensorflow" | "images"} Name */
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
export async function findTensorFlow(files, onProgress) {
  await ready(files, "tensorflow", onProgress);
  return addressOf(files, "tensorflow");
}

/**
 * @param {TrainFiles} files
 * @param {OnProgress} onProgress
 * @returns {Promise<Images>}
 */
export async function loadImages(files, onProgress) {
  await ready(files, "images", onProgress);
  const response = await fetched(addressOf(files, "images"));
  const packed = await received(response, onProgress).catch(() => null);
  const found = packed && await unpacked(packed).then(parsed).catch(() => null);
  if (!found) throw unreachable(response.url);
  return found;
}

/**
 * @param {TrainFiles} files
 * @param {Name} name
 * @param {OnProgress} onProgress
 */
async function ready(files, name, onProgress) {
  if (!files[name]) throw new UserError(`train.missing.${name}`);
  if (!files.state) return;
  const address = new URL(files.state + name, document.baseURI).href;
  for (let tries = TRIES; tries > 0; tries--) {
    const { state } = await (await fetched(address)).json();
    if (state === "ready") return;
    if (state !== NOT_YET) break;
    onProgress(null);
    await pause(RETRY_MS);
  }
  throw new UserError(`train.missing.${name}`);
}

/**
 * @param {TrainFiles} files
 * @param {Name} name
 */
function addressOf(files, name) {
  return new URL(/** @type {string} */ (files[name]), document.baseURI).href;
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
 * @returns {Images}
 */
function parsed(data) {
  const head = new DataView(data);
  const [training, test] = [head.getUint32(0, true), head.getUint32(4, true)];
  const pixels = (training + test) * pixelsOf(DIGITS);
  if (data.byteLength !== HEAD + pixels + training + test) throw new RangeError("images: wrong size");
  const bytes = new Uint8Array(data, HEAD);
  return { task: DIGITS, greys: bytes.subarray(0, pixels), labels: bytes.subarray(pixels), training };
}
