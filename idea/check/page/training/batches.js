// @ts-check
/** Batches of images, as they are or changed so as to make a network robust. */

import { pixelsOf } from "../base/task.js";

/** @typedef {import("./kinds.js").TensorFlow} TensorFlow */
/** @typedef {import("./kinds.js").Images} Images */
/** @typedef {import("./network.js").TrainedNetwork} TrainedNetwork */

// Of the radius: the step of the fast gradient sign method from a random start (Wong, Rice and
// Kolter 2020).
const STEP = 1.25;

/**
 * Return images in 0…1, one after the other, and the classes' indices.
 * @param {Images} images
 * @param {ArrayLike<number>} places which ones
 * @param {number} noise the probability of each pixel to be inverted
 * @param {() => number} random
 */
export function batchOf({ task, greys, labels }, places, noise, random) {
  const pixels = pixelsOf(task);
  const values = new Float32Array(places.length * pixels);
  const indices = Int32Array.from(places, (place) => labels[place]);
  for (let n = 0; n < places.length; n++) {
    const from = places[n] * pixels;
    for (let i = 0; i < pixels; i++) values[n * pixels + i] = greys[from + i] / 255;
  }
  if (noise > 0) {
    for (let i = 0; i < values.length; i++) if (random() < noise) values[i] = 1 - values[i];
  }
  return { values, indices };
}

/**
 * The mean cross-entropy.
 * @param {TensorFlow} tf
 * @param {any} targets a tensor (images, classes)
 * @param {any} logits
 */
export function lossOf(tf, targets, logits) {
  return tf.losses.softmaxCrossEntropy(targets, logits);
}

/**
 * Return images changed by up to a radius in each pixel so as to raise the loss, by a single
 * gradient. It is that through the clipping to 0…1, as in `idea.training.robust`.
 * @param {TensorFlow} tf
 * @param {TrainedNetwork} network
 * @param {any} images a tensor (images, pixels)
 * @param {any} targets
 * @param {number} radius
 * @param {() => number} random
 */
export function adversarial(tf, network, images, targets, radius, random) {
  return tf.tidy(() => {
    const starts = Float32Array.from({ length: images.size }, () => radius * (2 * random() - 1));
    const change = tf.tensor(starts, images.shape);
    const moved = tf.add(images, change);
    const clipped = tf.clipByValue(moved, 0, 1);
    const gradient = tf.grad((/** @type {any} */ x) => lossOf(tf, targets, network.logits(x)));
    const slopes = tf.mul(gradient(clipped), tf.cast(tf.equal(moved, clipped), "float32"));
    const further = tf.add(change, tf.mul(tf.sign(slopes), STEP * radius));
    return tf.clipByValue(tf.add(images, tf.clipByValue(further, -radius, radius)), 0, 1);
  });
}
