// @ts-check
/** TensorFlow.js, on what computes fastest on this machine. */

import { registerGradients } from "./gradient_kernels.js";
import { timeOfStep } from "./timing.js";

/** @typedef {import("./kinds.js").TensorFlow} TensorFlow */

// Graphics in software takes ten times as long as WebAssembly.
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** @type {Promise<{tf: TensorFlow, device: string}> | null} with the name of the graphics card, if there is one */
let opened = null;

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
  const load = (/** @type {string} */ name) => import(`${library}${name}.es2017.min.js`);
  await load("tf-core");
  await load("tf-layers"); // for the gradients of all operations, which the core lacks
  const { tf } = /** @type {any} */ (globalThis);
  const device = graphicsCard();
  const byCard = device ? await timeByCard(tf, load) : Infinity;
  await useProcessor(tf, library);
  if (byCard < Infinity && byCard < await timeOfStep(tf)) await tf.setBackend("webgl");
  return { tf, device };
}

/**
 * Have the graphics card compute, and return how long a step takes.
 * @param {TensorFlow} tf
 * @param {(name: string) => Promise<unknown>} load
 */
async function timeByCard(tf, load) {
  await load("tf-backend-webgl");
  try {
    // Half precision isn't enough to train with.
    if (!tf.env().getBool("WEBGL_RENDER_FLOAT32_CAPABLE") || !(await tf.setBackend("webgl"))) return Infinity;
    return await timeOfStep(tf);
  } catch {
    return Infinity; // what fails here would fail later, too
  }
}

/**
 * Compute on the processor from now on.
 * @param {TensorFlow} tf
 * @param {string} library
 */
export async function useProcessor(tf, library) {
  await import(`${library}tf-backend-wasm.es2017.min.js`);
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
  return tf.getBackend() === "webgl" && tf.backend().gpgpu.gl.isContextLost();
}

/** The name of the graphics card that WebGL uses, or "" where there is none. */
function graphicsCard() {
  if (typeof OffscreenCanvas === "undefined") return "";
  const context = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!context) return "";
  const names = context.getExtension("WEBGL_debug_renderer_info");
  const name = String(context.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return SOFTWARE.test(name) ? "" : name;
}
