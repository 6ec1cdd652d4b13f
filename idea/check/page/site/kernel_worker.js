// @ts-check
/** A worker of the kernel as the page sees it: jobs for networks, one after the other. */

import { UserError } from "../base/user_error.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("./kernel.worker.js").Request} Request */
/** @typedef {import("./kernel.worker.js").Report} Report */

/**
 * @typedef {object} Control
 * @property {AbortSignal} [signal]
 * @property {(frame: any) => void} [onFrame]
 */

/** @type {Promise<WebAssembly.Module> | null} */
let compiled = null;

export class KernelWorker {
  #interrupts;
  /** @type {Worker | null} */
  #worker = null;
  /** @type {NetworkParts | null} which the worker has */
  #known = null;
  /** @type {Promise<unknown>} settled when all earlier jobs are */
  #last = Promise.resolve();

  /** @param {{interrupts: boolean}} settings whether a job that is aborted ends, with the worker */
  constructor({ interrupts }) {
    this.#interrupts = interrupts;
  }

  /**
   * Do a job for a network, after all earlier ones.
   * @param {NetworkParts} network
   * @param {Request["job"]} job
   * @param {any} given what the job takes
   * @param {Control} [control]
   * @returns {Promise<any>}
   */
  run(network, job, given, { signal, onFrame = () => {} } = {}) {
    const turn = this.#last.then(() => this.#take(network, job, given, { signal, onFrame }));
    this.#last = turn.catch(() => {});
    return signal ? Promise.race([turn, aborted(signal)]) : turn;
  }

  /**
   * @param {NetworkParts} network
   * @param {Request["job"]} job
   * @param {any} given
   * @param {Control & {onFrame: (frame: any) => void}} control
   */
  async #take(network, job, given, { signal, onFrame }) {
    signal?.throwIfAborted();
    const open = network === this.#known ? null : { module: await kernel(), parts: network };
    signal?.throwIfAborted();
    this.#known = network;
    const stop = () => this.#end();
    if (this.#interrupts) signal?.addEventListener("abort", stop);
    try {
      return await this.#exchange({ open, job, given }, (frame) => {
        if (!signal?.aborted) onFrame(frame);
      }, this.#interrupts ? signal : undefined);
    } catch (error) {
      this.#end(); // it may be in any state
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  /**
   * @param {Request} request
   * @param {(frame: any) => void} onFrame
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  #exchange(request, onFrame, signal) {
    const worker = this.#started();
    return new Promise((resolve, reject) => {
      const fail = (/** @type {string} */ text) => reject(new UserError("kernel.failed", { text }));
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      worker.onmessage = (/** @type {MessageEvent<Report>} */ { data: { kind, value } }) => {
        if (kind === "frame") onFrame(value);
        else if (kind === "result") resolve(value);
        else fail(value);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        fail(event.message ?? "");
      };
      worker.postMessage(request);
    });
  }

  #started() {
    const address = new URL("kernel.worker.js", import.meta.url);
    this.#worker ??= new Worker(address, { type: "module" });
    return this.#worker;
  }

  #end() {
    this.#worker?.terminate();
    this.#worker = this.#known = null;
  }
}

/** The module, which is compiled once; a failure is not kept. */
function kernel() {
  compiled ??= compile().catch((error) => {
    compiled = null;
    throw error;
  });
  return compiled;
}

async function compile() {
  const address = "kernel/idea.wasm";
  const response = await fetch(new URL(`../${address}`, import.meta.url)).catch(() => null);
  const bytes = response?.ok ? await response.arrayBuffer().catch(() => null) : null;
  if (!bytes) throw new UserError("file.unreachable", { address });
  return WebAssembly.compile(bytes).catch((error) => {
    throw new UserError("kernel.failed", { text: error.message });
  });
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<never>}
 */
function aborted(signal) {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
