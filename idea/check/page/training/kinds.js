// @ts-check
/** What a training takes and reports. */

/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../numbers/weights.js").Shapes} Shapes */

/**
 * @typedef {object} Settings
 * @property {"cnn" | "mlp"} kind
 * @property {number} units of each hidden layer of an MLP
 * @property {"adam" | "rmsprop" | "sgd"} optimiser
 * @property {number} rate the learning rate
 * @property {number} batch images a step
 * @property {number} epochs
 * @property {number} count of the images, a tenth of which validates
 * @property {number} noise the probability of each pixel to be inverted
 * @property {number} radius how much each pixel of adversarial examples may change; 0 for none
 * @property {number} seed of the first weights, the order and all other random choices
 */

/**
 * Images to train with and to test.
 * @typedef {object} Images
 * @property {Task} task
 * @property {Uint8Array} greys of all, those to train with first
 * @property {Uint8Array} labels the index of each one's class
 * @property {number} training how many there are to train with; the others test
 */

/**
 * How well images are classified.
 * @typedef {object} Score
 * @property {number} loss the mean cross-entropy
 * @property {number} accuracy
 */

/**
 * @typedef {object} Progress
 * @property {number} step batches so far
 * @property {number} steps in total
 * @property {Score} training mean of the batches since the last report
 * @property {Score | null} validation where it was measured
 */

/**
 * @typedef {object} Ended
 * @property {number} step
 * @property {Score} test
 * @property {Uint8Array} answers the class that each test image got
 * @property {number} seconds of training
 * @property {number} tensors that are left, which should be none
 */

/**
 * @typedef {{kind: "images", images: Images}
 *   | {kind: "start", settings: Settings, library: string}
 *   | {kind: "pause" | "resume" | "stop" | "catchUp"}} Command
 *
 * @typedef {{kind: "backend", name: string, device: string}
 *   | {kind: "progress", progress: Progress}
 *   | {kind: "weights", step: number, weights: Float32Array<ArrayBuffer>}
 *   | {kind: "scoring", isTest: boolean}
 *   | {kind: "ended", ended: Ended}
 *   | {kind: "failure", key: string, text: string}} Report
 */

/** @typedef {any} TensorFlow its types don't come with the scripts */

export {};
