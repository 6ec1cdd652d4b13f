// @ts-check
/** Lets the ideals climb on whenever a training reports its weights. */

import { pixelsOf } from "../base/task.js";
import { KernelWorker } from "../site/kernel_worker.js";
import { generator } from "./random.js";

/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("./film.js").FilmFrame} FilmFrame */

export class Climber {
  #worker = new KernelWorker({ interrupts: true });
  #controller = new AbortController();
  /** @type {Float32Array[]} the present ideals */
  #images = [];
  /** @type {{step: number, network: NetworkParts} | null} the latest that waits */
  #next = null;
  #isBusy = false;
  #onFrame;
  #onError;

  /**
   * @param {(frame: FilmFrame) => void} onFrame
   * @param {(error: unknown) => void} onError
   */
  constructor(onFrame, onError) {
    this.#onFrame = onFrame;
    this.#onError = onError;
  }

  /**
   * Restart from noise.
   * @param {Task} task
   * @param {number} seed
   */
  begin(task, seed) {
    this.stop();
    this.#controller = new AbortController();
    const random = generator(seed);
    this.#images = task.classes.map(() => Float32Array.from({ length: pixelsOf(task) }, random));
  }

  stop() {
    this.#controller.abort();
    this.#next = null;
  }

  /**
   * Climb on in a network; where the one before isn't done by then, earlier ones that wait are left out.
   * @param {number} step
   * @param {NetworkParts} network
   */
  take(step, network) {
    this.#next = { step, network };
    if (!this.#isBusy) this.#run();
  }

  async #run() {
    this.#isBusy = true;
    while (this.#next) {
      const [{ step, network }, { signal }] = [this.#next, this.#controller];
      this.#next = null;
      try {
        const ideals = await this.#worker.run(network, "climb", { starts: this.#images }, { signal });
        if (signal.aborted) continue;
        this.#images = ideals.map((/** @type {{image: Float32Array}} */ { image }) => image);
        this.#onFrame({ step, ideals });
      } catch (error) {
        if (!signal.aborted) this.#onError(error);
      }
    }
    this.#isBusy = false;
  }
}
