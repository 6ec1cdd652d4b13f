// @ts-check
/** A worker that reads the file of one network. */

import { UserError } from "../base/user_error.js";
import { readNetwork } from "./read.js";

addEventListener("message", async (/** @type {MessageEvent<{files: File[], declared: any}>} */ { data }) => {
  try {
    const opened = await readNetwork(data.files, data.declared);
    const { buffer } = /** @type {Float32Array} */ (opened.network.weights);
    postMessage({ opened }, { transfer: [buffer] });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    postMessage({ error: { key: error.key, params: error.params } });
  }
});
