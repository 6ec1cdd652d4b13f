// @ts-check
/** A worker that trains networks, one after the other. */

import { openTensorFlow } from "./backend.js";
import { Session } from "./session.js";

/** @typedef {import("./kinds.js").Command} Command */
/** @typedef {import("./kinds.js").Report} Report */

/** @type {import("./kinds.js").Images | null} */
let images = null;
/** @type {Session | null} */
let session = null;

addEventListener("message", ({ data }) => {
  const command = /** @type {Command} */ (data);
  if (command.kind === "images") images = command.images;
  else if (command.kind === "start") start(command);
  else session?.[command.kind]();
});

/** @param {Extract<Command, {kind: "start"}>} command */
async function start({ settings, library }) {
  try {
    const { tf, device } = await openTensorFlow(library);
    report({ kind: "backend", name: tf.getBackend(), device });
    if (!images) throw new Error("no images");
    session = new Session(tf, images, settings, report);
    await session.run();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    report({ kind: "failure", key: text === "train.diverged" ? text : "train.failed", text });
  } finally {
    session = null;
  }
}

/**
 * @param {Report} message
 * @param {Transferable[]} [transfer]
 */
function report(message, transfer = []) {
  postMessage(message, { transfer });
}
