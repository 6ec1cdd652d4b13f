// @ts-check
/** Workers of the kernel that share the jobs. */

import { KernelWorker } from "./kernel_worker.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */

// More would take the memory of a network each, and the cores of what follows the pen.
const MOST = 4;

export class WorkerPool {
  #workers = Array.from({ length: lanes() }, () => ({ worker: new KernelWorker({ interrupts: true }), jobs: 0 }));

  /** How many jobs it does at a time. */
  get size() {
    return this.#workers.length;
  }

  /**
   * Do a job as soon as a worker is free.
   * @param {NetworkParts} network
   * @param {import("./kernel.worker.js").Request["job"]} job
   * @param {any} given what the job takes
   * @param {import("./kernel_worker.js").Control} [control]
   */
  async run(network, job, given, control) {
    const freest = this.#workers.reduce((one, other) => (other.jobs < one.jobs ? other : one));
    freest.jobs++;
    try {
      return await freest.worker.run(network, job, given, control);
    } finally {
      freest.jobs--;
    }
  }
}

function lanes() {
  return Math.min(MOST, Math.max(1, (navigator.hardwareConcurrency || 2) - 1));
}
