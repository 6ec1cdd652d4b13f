// @ts-check
/** The files that a training needs: TensorFlow.js, and images. */

import { pause } from "../base/latest.js";
import { DIGITS, pixelsOf } from "../base/task.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("./kinds.js").Images} Images */
/** @typedef {import("../site/kinds.js").TrainFiles} TrainFiles */
/** @typedef {(share: number | null) => void} OnProgress in 0…1; null while the server fetches them */

const NOT_YET = "not_yet";
const [TRIES, RETRY_MS] = [60, 2000];
const HEAD = 8; // bytes before the images: how many there are

/**
 * Wait until the site has TensorFlow.js, which a server may have to fetch first.
 * @param {TrainFiles} files
 * @param {OnProgress} onProgress
 * @returns {Promise<string>} the address of its folder
 */
export async function findTensorFlow({ tensorflow }, onProgress) {
  if (!tensorflow) throw new UserError("train.missing.library");
  const folder = new URL(tensorflow, document.baseURI).href;
  await request(`${folder}tf-core.es2017.min.js`, "train.missing.library", onProgress);
  return folder;
}

/**
 * @param {TrainFiles} files
 * @param {OnProgress} onProgress
 * @returns {Promise<Images>}
 */
export async function loadImages({ images }, onProgress) {
  if (!images) throw new UserError("train.missing.images");
  const address = new URL(images, document.baseURI).href;
  const response = await request(address, "train.missing.images", onProgress);
  const packed = await received(response, onProgress).catch(() => null);
  const found = packed && await unpacked(packed).then(parsed).catch(() => null);
  if (!found) throw new UserError("file.unreachable", { address: images });
  return found;
}

/**
 * @param {string} address
 * @param {string} missing the key of what to say where it isn't there
 * @param {OnProgress} onProgress
 */
async function request(address, missing, onProgress) {
  for (let tries = TRIES; ; tries--) {
    const response = await fetch(address).catch(() => {
      throw new UserError("file.unreachable", { address: new URL(address).pathname });
    });
    if (response.ok) return response;
    const { code } = await response.json().catch(() => ({}));
    if (code !== NOT_YET || tries === 0) throw new UserError(missing);
    onProgress(null);
    await pause(RETRY_MS);
  }
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
