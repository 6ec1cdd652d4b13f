// @ts-check
/** A worker that holds one network's weights, and computes what its layers are for images. */

import { activitiesOf } from "../numbers/hidden.js";
import { strongestOf } from "../numbers/strongest.js";

/**
 * @typedef {object} Request
 * @property {import("../kernel/kernel.js").NetworkParts | null} parts null: the same as before
 * @property {Float32Array[]} images
 * @property {"lights" | "strongest"} job
 *
 * @typedef {{kind: "progress" | "result" | "failure", value: any}} Report a result or failure is the last
 */

/** @type {import("../kernel/kernel.js").NetworkParts | null} */
let network = null;

addEventListener("message", (/** @type {MessageEvent<Request>} */ { data: { parts, images, job } }) => {
  const report = (/** @type {Report["kind"]} */ kind, /** @type {any} */ value) => postMessage({ kind, value });
  try {
    network = parts ?? network;
    if (!network) throw new Error("no network");
    const [known, [image]] = [network, images];
    const found = job === "lights"
      ? activitiesOf(known, image)
      : strongestOf(known, images, (share) => report("progress", share));
    report("result", found);
  } catch (error) {
    report("failure", error instanceof Error ? error.message : String(error));
  }
});
