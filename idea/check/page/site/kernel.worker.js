// @ts-check
/** A worker that holds one network in the kernel. */

import { Network } from "../kernel/kernel.js";
import { JOBS } from "../numbers/jobs.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */

/**
 * @typedef {object} Request
 * @property {{module: WebAssembly.Module, parts: NetworkParts} | null} open null: the same network
 *   as before
 * @property {keyof typeof JOBS} job
 * @property {any} given what the job takes
 *
 * @typedef {{kind: "frame" | "result" | "failure", value: any}} Report a result or failure is the last
 */

/** @type {Promise<Network> | null} */
let network = null;

addEventListener("message", async (/** @type {MessageEvent<Request>} */ { data }) => {
  const { open, job, given } = data;
  const report = (/** @type {Report["kind"]} */ kind, /** @type {any} */ value) => postMessage({ kind, value });
  try {
    if (open) network = Network.open(open.module, open.parts);
    const opened = /** @type {Network} */ (await network);
    report("result", await JOBS[job](opened, given, (frame) => report("frame", frame)));
  } catch (error) {
    report("failure", error instanceof Error ? error.message : String(error));
  }
});
