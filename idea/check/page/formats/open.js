// @ts-check
/** Networks from the reader's files: of the formats that the page reads by itself. */

import { refuseLarger } from "../base/large.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("./network.js").Declared} Declared */
/** @typedef {import("./network.js").Opened} Opened */

const MOST_BYTES = 200e6; // of a file
const MOST_SECONDS = 60;

/**
 * Open a network, in a worker: a strange file may take long.
 * @param {File[]} files the network's, then others that were opened with it
 * @param {Declared} [declared]
 * @returns {Promise<Opened>}
 */
export async function openFile(files, declared = {}) {
  const [{ name }] = files;
  refuseLarger({ name, size: files.reduce((sum, { size }) => sum + size, 0) }, MOST_BYTES);
  const worker = new Worker(new URL("reader.worker.js", import.meta.url), { type: "module" });
  let timer = 0;
  try {
    return await new Promise((resolve, reject) => {
      const kind = { key: "reader.kind.network", params: {} };
      const fail = (/** @type {import("../base/language.js").Message} */ text) =>
        reject(new UserError("format.damaged", { name, text, kind }));
      timer = setTimeout(() => fail({ key: "reader.slow", params: { seconds: MOST_SECONDS } }), 1000 * MOST_SECONDS);
      worker.onmessage = ({ data: { opened, error } }) => {
        if (opened) resolve(opened);
        else reject(new UserError(error.key, error.params));
      };
      worker.onerror = (event) => {
        event.preventDefault();
        fail({ key: "reader.damaged", params: { text: event.message ?? "" } });
      };
      worker.postMessage({ files, declared });
    });
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}
