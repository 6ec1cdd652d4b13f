// @ts-check
/** How fast the present backend trains. */

import { lossOf } from "./batches.js";
import { DIGITS, pixelsOf } from "../base/task.js";
import { TrainedNetwork } from "./network.js";
import { generator } from "./random.js";
import { shapesOf } from "./shapes.js";

const [BATCH, STEPS] = [32, 3];

/**
 * Return the time of a step of the article's CNN in milliseconds, the least of a few.
 * @param {import("./kinds.js").TensorFlow} tf
 * @returns {Promise<number>}
 */
export async function timeOfStep(tf) {
  const network = new TrainedNetwork(tf, shapesOf("cnn", 1, DIGITS), DIGITS, generator(0));
  const optimizer = tf.train.sgd(0.01);
  const step = async () => {
    const began = performance.now();
    const loss = tf.tidy(() => {
      const images = tf.randomUniform([BATCH, pixelsOf(DIGITS)], 0, 1, "float32", 1);
      const targets = tf.oneHot(tf.zeros([BATCH], "int32"), DIGITS.classes.length);
      return optimizer.minimize(() => lossOf(tf, targets, network.logits(images)), true, network.variables);
    });
    await loss.data();
    loss.dispose();
    return performance.now() - began;
  };
  try {
    await step(); // compiles what is computed
    let least = Infinity;
    for (let n = 0; n < STEPS; n++) least = Math.min(least, await step());
    return least;
  } finally {
    network.dispose();
    optimizer.dispose();
  }
}
