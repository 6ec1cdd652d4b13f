// @ts-check
/** TensorFlow.js, on what computes fastest on this machine. */

import { registerGradients } from "./gradient_kernels.js";
import { hasWebGpu, webGlCard } from "./graphics_card.js";
import { agree, trial } from "./timing.js";

/** @typedef {import("./kinds.js").TensorFlow} TensorFlow */
/** @typedef {"webgpu" | "webgl"} OnCard a backend that computes on a graphics card */

/** @type {Promise<{tf: TensorFlow, device: string}> | null} with the name of the graphics card, if there is one */
let opened = null;
/** Whether WebGPU has lost the graphics card. */
let isCardLost = false;

/**
 * Load TensorFlow.js, once.
 * @param {string} library the address of its folder
 */
export function openTensorFlow(library) {
  opened ??= open(library);
  return opened;
}

/** @param {string} library */
async function open(library) {
  const tf = await load(library);
  await useProcessor(tf, library);
  const device = webGlCard();
  if (!device) return { tf, device };
  const onProcessor = await trial(tf);
  let fastest = { name: "wasm", ms: onProcessor.ms };
  for (const name of await backendsOfCard()) {
    const onCard = await useCard(tf, library, name) ? await trial(tf).catch(() => null) : null;
    // What fails or computes otherwise here would do so later, too.
    if (onCard && agree(onCard, onProcessor) && onCard.ms < fastest.ms) fastest = { name, ms: onCard.ms };
  }
  await tf.setBackend(fastest.name);
  return { tf, device };
}

/**
 * @param {string} library
 * @returns {Promise<TensorFlow>} without a backend
 */
export async function load(library) {
  await loadScript(library, "tf-core");
  await loadScript(library, "tf-layers"); // for the gradients of all operations, which the core lacks
  return /** @type {any} */ (globalThis).tf;
}

/** @returns {Promise<OnCard[]>} */
async function backendsOfCard() {
  return await hasWebGpu() ? ["webgpu", "webgl"] : ["webgl"];
}

/**
 * Compute on the graphics card from now on, and return whether it can.
 * @param {TensorFlow} tf
 * @param {string} library
 * @param {OnCard} name
 * @returns {Promise<boolean>}
 */
export async function useCard(tf, library, name) {
  try {
    await loadScript(library, `tf-backend-${name}`);
    // Half precision isn't enough to train with.
    if (name === "webgl" && !tf.env().getBool("WEBGL_RENDER_FLOAT32_CAPABLE")) return false;
    if (!(await tf.setBackend(name))) return false;
  } catch {
    return false;
  }
  if (name === "webgpu") tf.backend().device.lost.then(() => { isCardLost = true; });
  return true;
}

/**
 * Compute on the processor from now on.
 * @param {TensorFlow} tf
 * @param {string} library
 */
export async function useProcessor(tf, library) {
  await loadScript(library, "tf-backend-wasm");
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  tf.wasm.setWasmPaths(library);
  if (!(await tf.setBackend("wasm"))) throw new Error("WebAssembly could not be started");
  registerGradients(tf);
}

/**
 * Whether the graphics card no longer computes, as after another program has claimed it.
 * @param {TensorFlow} tf
 */
export function isLost(tf) {
  const name = tf.getBackend();
  return name === "webgl" ? tf.backend().gpgpu.gl.isContextLost() : name === "webgpu" && isCardLost;
}

/**
 * @param {string} library
 * @param {string} name
 */
function loadScript(library, name) {
  return import(`${library}${name}.es2017.min.js`);
}
