// @ts-check
/** How the present backend trains: how fast, and whether right. */

import { lossOf } from "./batches.js";
import { DIGITS, pixelsOf } from "../base/task.js";
import { TrainedNetwork } from "./network.js";
import { generator } from "./random.js";
import { shapesOf } from "./shapes.js";

/** @typedef {{ms: number, loss: number}} Trial the least time of a step, and the loss after all */

const [BATCH, STEPS] = [32, 3];
// Of the loss after those steps, by which float32 may differ; faulty drivers differ by far more.
const TOLERANCE = 1e-3;

/**
 * Train the article's CNN for a few steps, the same on each backend.
 * @param {import("./kinds.js").TensorFlow} tf
 * @returns {Promise<Trial>}
 */
export async function trial(tf) {
  const network = new TrainedNetwork(tf, shapesOf("cnn", 1, DIGITS), DIGITS, generator(0));
  const optimizer = tf.train.sgd(0.01);
  const random = generator(1);
  const images = Float32Array.from({ length: BATCH * pixelsOf(DIGITS) }, random);
  const labels = Int32Array.from({ length: BATCH }, (_, n) => n % DIGITS.classes.length);
  const step = async () => {
    const began = performance.now();
    const loss = tf.tidy(() => {
      const batch = tf.tensor2d(images, [BATCH, pixelsOf(DIGITS)]);
      const targets = tf.oneHot(tf.tensor1d(labels, "int32"), DIGITS.classes.length);
      return optimizer.minimize(() => lossOf(tf, targets, network.logits(batch)), true, network.variables);
    });
    const [value] = await loss.data();
    loss.dispose();
    return { ms: performance.now() - began, loss: value };
  };
  try {
    let { loss } = await step(); // compiles what is computed
    let ms = Infinity;
    for (let n = 0; n < STEPS; n++) {
      const each = await step();
      [ms, loss] = [Math.min(ms, each.ms), each.loss];
    }
    return { ms, loss };
  } finally {
    network.dispose();
    optimizer.dispose();
  }
}

/**
 * Whether one backend computes what another does.
 * @param {Trial} one
 * @param {Trial} other
 */
export function agree(one, other) {
  return Math.abs(one.loss - other.loss) <= TOLERANCE * (1 + Math.abs(other.loss));
}
