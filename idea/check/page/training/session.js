// @ts-check
/** One training, from the first weights to the test. */

import { isLost } from "./backend.js";
import { adversarial, batchOf, lossOf } from "./batches.js";
import { TrainedNetwork } from "./network.js";
import { generator, permutation } from "./random.js";
import { Scores } from "./scores.js";
import { shapesOf } from "./shapes.js";

/** @typedef {import("./kinds.js").TensorFlow} TensorFlow */
/** @typedef {import("./kinds.js").Images} Images */
/** @typedef {import("./kinds.js").Settings} Settings */
/** @typedef {import("./kinds.js").Report} Report */

const VALIDATING = 10; // one of so many images validates
const TESTED_AT_ONCE = 256;
// At most so many points of the curves, and so many times the weights are reported.
const [POINTS, LOOKS] = [300, 60];
const VALIDATIONS = 5; // an epoch
const LONGEST_WAIT_MS = 2000; // for searches: no longer than it has trained since, either

export class Session {
  #tf;
  #images;
  #settings;
  #report;
  #random;
  /** @type {TrainedNetwork} */
  #network;
  /** @type {any} TensorFlow.js' */
  #optimizer;
  /** @type {{step: number, weights: Float32Array} | null} the last good ones */
  #last = null;
  /** @type {Uint32Array} */
  #training;
  /** @type {Uint32Array} */
  #validating;
  #began = performance.now();
  #stopped = false;
  #resume = () => {};
  /** @type {Promise<void>} settled unless it is paused */
  #gate = Promise.resolve();
  #catchUp = () => {};

  /**
   * @param {TensorFlow} tf
   * @param {Images} images
   * @param {Settings} settings
   * @param {(report: Report, transfer?: Transferable[]) => void} report
   */
  constructor(tf, images, settings, report) {
    const { count, seed } = settings;
    this.#tf = tf;
    this.#images = images;
    this.#settings = settings;
    this.#report = report;
    this.#random = generator(seed);
    [this.#network, this.#optimizer] = this.#made();
    const all = Math.min(count, images.training);
    const last = all - Math.max(1, Math.floor(all / VALIDATING));
    this.#training = places(0, last);
    this.#validating = places(last, all);
  }

  #made() {
    const [tf, { task }, { kind, units, optimiser, rate }] = [this.#tf, this.#images, this.#settings];
    const network = new TrainedNetwork(tf, shapesOf(kind, units, task), task, this.#random);
    return /** @type {const} */ ([network, tf.train[optimiser](rate)]);
  }

  /** Begin again at the last good weights, as after a backend was lost. */
  restore() {
    [this.#network, this.#optimizer] = this.#made();
    if (this.#last) this.#network.load(this.#last.weights);
  }

  pause() {
    this.resume();
    this.#gate = new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  resume() {
    this.#resume();
  }

  stop() {
    this.#stopped = true;
    this.resume();
    this.catchUp();
  }

  /** The searches have come to the weights that were reported last. */
  catchUp() {
    this.#catchUp();
  }

  /** Train until the end, or until it is stopped; then test. */
  async run() {
    try {
      const step = await this.#train();
      const seconds = (performance.now() - this.#began) / 1000;
      await this.#look(step);
      const { training, labels } = this.#images;
      const test = await this.#scores(places(training, labels.length), true);
      this.#free();
      const { numTensors: tensors } = this.#tf.memory();
      const answers = Uint8Array.from(test.answers);
      this.#report({ kind: "ended", ended: { step, test: test.mean, answers, seconds, tensors } });
    } catch (error) {
      this.#free();
      throw error;
    }
  }

  /** @returns {Promise<number>} steps that were made */
  async #train() {
    const { batch, epochs } = this.#settings;
    const count = this.#training.length;
    const inEpoch = Math.ceil(count / batch);
    const steps = inEpoch * epochs;
    const [pointEvery, lookEvery] = [POINTS, LOOKS].map((most) => Math.ceil(steps / most));
    const validateEvery = Math.ceil(inEpoch / VALIDATIONS);
    let scores = new Scores();
    /** @type {Uint32Array} */
    let order = new Uint32Array();
    const first = this.#last?.step ?? 0;
    if (first === 0) await this.#look(0);
    let looked = performance.now();
    for (let step = first; step < steps; step++) {
      await this.#turn();
      if (this.#stopped) return step;
      const place = (step % inEpoch) * batch;
      if (place === 0 || order.length === 0) order = permutation(count, this.#random);
      await this.#learn(order.slice(place, place + batch), scores);
      const done = step + 1;
      const validates = done % validateEvery === 0 || done === steps;
      if (validates || done % pointEvery === 0) {
        const training = scores.mean;
        if (!Number.isFinite(training.loss)) throw new RangeError("train.diverged");
        const validation = validates ? (await this.#scores(this.#validating, false)).mean : null;
        this.#report({ kind: "progress", progress: { step: done, steps, training, validation } });
        scores = new Scores();
      }
      if (done % lookEvery === 0 && done < steps) {
        await this.#lookAndWait(done, performance.now() - looked);
        looked = performance.now();
      }
    }
    return steps;
  }

  /**
   * @param {Uint32Array} batch places among the training images
   * @param {Scores} scores
   */
  async #learn(batch, scores) {
    const [tf, { noise, radius }] = [this.#tf, this.#settings];
    const { values, indices } = batchOf(this.#images, batch.map((n) => this.#training[n]), noise, this.#random);
    const { classes } = this.#images.task;
    const logits = tf.tidy(() => {
      const targets = tf.oneHot(tf.tensor1d(indices, "int32"), classes.length);
      let images = tf.tensor2d(values, [indices.length, values.length / indices.length]);
      if (radius > 0) images = adversarial(tf, this.#network, images, targets, radius, this.#random);
      /** @type {any} */
      let kept;
      this.#optimizer.minimize(() => {
        kept = tf.keep(this.#network.logits(images));
        return lossOf(tf, targets, kept);
      }, false, this.#network.variables);
      return kept;
    });
    scores.add(await logits.data(), indices);
    logits.dispose();
    this.#check();
  }

  /** A lost graphics card goes on with numbers of no meaning. */
  #check() {
    if (isLost(this.#tf)) throw new Error("train.lost");
  }

  /**
   * @param {Uint32Array} which
   * @param {boolean} isTest
   */
  async #scores(which, isTest) {
    const scores = new Scores();
    for (let from = 0; from < which.length; from += TESTED_AT_ONCE) {
      await this.#turn();
      this.#report({ kind: "scoring", isTest }); // a sign of life: this may take long
      const some = which.subarray(from, from + TESTED_AT_ONCE);
      const { values, indices } = batchOf(this.#images, some, 0, this.#random);
      const shape = [indices.length, values.length / indices.length];
      const logits = this.#tf.tidy(() => this.#network.logits(this.#tf.tensor2d(values, shape)));
      scores.add(await logits.data(), indices);
      logits.dispose();
      this.#check();
    }
    return scores;
  }

  /** @param {number} step */
  async #look(step) {
    const weights = await this.#network.weights();
    this.#check();
    if (!weights.every(Number.isFinite)) throw new RangeError("train.diverged");
    this.#last = { step, weights: weights.slice() };
    this.#report({ kind: "weights", step, weights }, [weights.buffer]);
  }

  /**
   * Report the weights, and let the searches catch up with them, so that the ideas that are shown
   * aren't much older than the network. On a slow machine they can't, and leave some weights out.
   * @param {number} step
   * @param {number} most how long it waits for them, in milliseconds
   */
  async #lookAndWait(step, most) {
    const caughtUp = new Promise((resolve) => {
      this.#catchUp = () => resolve(undefined);
      setTimeout(resolve, Math.min(most, LONGEST_WAIT_MS));
    });
    await this.#look(step);
    if (!this.#stopped) await caughtUp;
  }

  /** Let commands arrive, and wait while it is paused. */
  async #turn() {
    await nextTask();
    await this.#gate;
  }

  #free() {
    this.#network.dispose();
    this.#optimizer.dispose();
  }
}

/**
 * @param {number} from
 * @param {number} to
 */
function places(from, to) {
  return Uint32Array.from({ length: to - from }, (_, n) => from + n);
}

/** Unlike a timer this isn't slowed down. */
function nextTask() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}
