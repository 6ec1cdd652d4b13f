// @ts-check
/** A worker that trains networks, one after the other. */

import { openTensorFlow } from "./backend.js";
import { Session } from "./session.js";

/** @typedef {import("./kinds.js").Command} Command */
/** @typedef {import("./kinds.js").Report} Report */

const KNOWN = ["train.diverged", "train.lost"];

/** @type {import("./kinds.js").Images | null} */
let images = null;
/** @type {Session | null} */
let session = null;
/** @type {("pause" | "resume" | "stop")[]} commands that came before it */
let early = [];

addEventListener("message", ({ data }) => {
  const command = /** @type {Command} */ (data);
  if (command.kind === "images") images = command.images;
  else if (command.kind === "start") start(command);
  else if (session) session[command.kind]();
  else early.push(command.kind);
});

/** @param {Extract<Command, {kind: "start"}>} command */
async function start({ settings, library }) {
  early = [];
  try {
    const { tf, device } = await openTensorFlow(library);
    report({ kind: "backend", name: tf.getBackend(), device });
    if (!images) throw new Error("no images");
    session = new Session(tf, images, settings, report);
    for (const kind of early) session[kind]();
    await session.run();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    report({ kind: "failure", key: KNOWN.includes(text) ? text : "train.failed", text });
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
