// @ts-check
/** Lets the ideals climb on whenever a training reports its weights. */

import { pixelsOf } from "../base/task.js";
import { KernelWorker } from "../site/kernel_worker.js";
import { generator } from "./random.js";

/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("./film.js").FilmFrame} FilmFrame */
/** @typedef {{position: number, prior: import("../numbers/prior_weight.js").Prior | null}} Goal what is maximised */

const STEPS = 20_000; // of annealing: fewer take hardly less time
// A prior's weight is tried in the first searches and those of the last network, else in one of so
// many: it takes as long as a search.
const [FIRST, WEIGHED_EVERY] = [6, 3];
const LAST_ROUNDS = 4;

export class Climber {
  #worker = new KernelWorker({ interrupts: true });
  #controller = new AbortController();
  /** @type {Float32Array[]} the present ideals */
  #images = [];
  /** @type {{step: number, network: NetworkParts} | null} the latest that waits */
  #next = null;
  /** @type {{step: number, network: NetworkParts} | null} the latest of all */
  #last = null;
  /** @type {Promise<void> | null} */
  #running = null;
  /** @type {number | null} of the objective, as found last */
  #scale = null;
  #seed = 0;
  #isLast = false;
  #rounds = 0; // which the last network still gets
  #goal;
  #on;

  /**
   * @param {() => Promise<Goal>} goal called before each search
   * @param {{begin: () => void, frame: (frame: FilmFrame) => void, error: (error: unknown) => void, rest: () => void}} on
   *   called when the search in the latest network begins, after it, and when no network waits
   */
  constructor(goal, on) {
    this.#goal = goal;
    this.#on = on;
  }

  /**
   * Restart from noise.
   * @param {Task} task
   * @param {number} seed
   */
  begin(task, seed) {
    this.stop();
    this.#isLast = false;
    this.#controller = new AbortController();
    const random = generator(seed);
    this.#images = task.classes.map(() => Float32Array.from({ length: pixelsOf(task) }, random));
  }

  stop() {
    this.#controller.abort();
    this.#next = this.#last = this.#scale = null;
    this.#seed = 0;
  }

  /** No more networks come. */
  end() {
    this.#isLast = true;
    this.#climbOn();
  }

  /** Wait until no network waits any more. */
  settled() {
    return this.#run();
  }

  /** Climb on in the latest network, for what is maximised now; what is under way no longer counts. */
  again() {
    this.#controller.abort();
    this.#controller = new AbortController();
    this.#climbOn();
  }

  #climbOn() {
    this.#rounds = LAST_ROUNDS;
    if (this.#last && !this.#next) this.take(this.#last.step, this.#last.network);
  }

  /**
   * Climb on in a network; where the one before isn't done by then, earlier ones that wait are left out.
   * @param {number} step
   * @param {NetworkParts} network
   */
  take(step, network) {
    this.#next = this.#last = { step, network };
    this.#run();
  }

  /** Climb in what waits, unless that is under way. */
  #run() {
    this.#running ??= this.#climb().finally(() => {
      this.#running = null;
      this.#on.rest();
    });
    return this.#running;
  }

  async #climb() {
    while (this.#next) {
      const [{ step, network }, { signal }] = [this.#next, this.#controller];
      this.#next = null;
      this.#on.begin();
      try {
        const goal = await this.#goal();
        const weighs = this.#isLast || this.#seed < FIRST || this.#seed % WEIGHED_EVERY === 0;
        const given = { ...goal, starts: this.#images, scale: this.#scale, weighs, steps: STEPS, seed: this.#seed++ };
        /** @type {import("../numbers/follow.js").Followed} */
        const { ideals, scale } = await this.#worker.run(network, "follow", given, { signal });
        if (signal.aborted) continue;
        this.#scale = scale;
        this.#images = ideals.map((/** @type {{image: Float32Array}} */ { image }) => image);
        this.#on.frame({ step, ideals });
        if (this.#isLast && goal.position > 0 && --this.#rounds > 0) this.#next ??= this.#last;
      } catch (error) {
        if (!signal.aborted) this.#on.error(error);
      }
    }
  }
}
