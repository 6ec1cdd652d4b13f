// @ts-check
/** A worker that trains networks, one after the other. */

import { pause } from "../base/latest.js";
import { isLost, openTensorFlow, useProcessor } from "./backend.js";
import { Session } from "./session.js";

/** @typedef {import("./kinds.js").Command} Command */
/** @typedef {import("./kinds.js").Report} Report */

const KNOWN = ["train.diverged"];
// WebGPU reports a lost card after what fails for that.
const NOTICE_MS = 100;
const MEMORY = /memory|allocat/i;

/** @type {import("./kinds.js").Images | null} */
let images = null;
/** @type {Session | null} */
let session = null;
/** @type {("pause" | "resume" | "stop" | "catchUp")[]} commands that came before it */
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
    const name = tf.getBackend();
    report({ kind: "backend", name: name === "wasm" && device ? "faster" : name, device });
    if (!images) throw new Error("no images");
    session = new Session(tf, images, settings, report);
    for (const kind of early) session[kind]();
    await session.run().catch((error) => goOn(tf, library, error));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const key = KNOWN.includes(text) ? text : MEMORY.test(text) ? "train.memory" : "train.failed";
    report({ kind: "failure", key, text });
  } finally {
    session = null;
  }
}

/**
 * Go on without the graphics card, if that is what was lost.
 * @param {import("./kinds.js").TensorFlow} tf
 * @param {string} library
 * @param {unknown} error
 */
async function goOn(tf, library, error) {
  await pause(NOTICE_MS);
  if (!session || !isLost(tf)) throw error;
  await useProcessor(tf, library);
  report({ kind: "backend", name: "lost", device: "" });
  session.restore();
  await session.run();
}

/**
 * @param {Report} message
 * @param {Transferable[]} [transfer]
 */
function report(message, transfer = []) {
  postMessage(message, { transfer });
}
