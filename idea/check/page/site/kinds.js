// @ts-check
/** What sites list, take and answer. */

/** @typedef {import("../base/task.js").Task} Task */

/**
 * @typedef {object} ModelEntry
 * @property {string} id
 * @property {string} name
 * @property {string} network its layers, such as 784-784-784-10
 * @property {Task} task
 * @property {string | null} data the data set that it has the task of, where that is known
 * @property {string | null} accuracy on test images, where it is known
 * @property {string[]} [notes] in English: what was noticed on opening it
 * @property {BetterInput | null} [better_input]
 * @property {boolean} [trained] on this page
 */

/**
 * A scale of inputs that fits a network far better, by the test images it then classifies.
 * @typedef {object} BetterInput
 * @property {string} input
 * @property {number} accuracy
 * @property {number} accuracy_now for images in 0…1
 * @property {number} loss the log loss
 * @property {number} loss_now
 */

/**
 * @typedef {object} Answer
 * @property {number} index of the class with the largest logit, or of an ideal's target
 * @property {number} probability its own
 * @property {number[]} logits of all classes
 * @property {number[]} probabilities
 */

/**
 * @typedef {object} IdealParts
 * @property {Float32Array} image
 * @property {number} energy
 * @property {boolean} flat no flip changes the energy
 * @property {boolean} locally_optimal
 * @property {number} evaluations
 * @property {number} seconds
 * @property {boolean} finished false where the time was up first
 *
 * @typedef {Answer & IdealParts} IdealAnswer
 */

/**
 * @typedef {object} Method
 * @property {string} about in English
 * @property {Record<string, number>} options its own, with their defaults
 */

/**
 * @typedef {object} SearchRequest
 * @property {string} model
 * @property {number} target
 * @property {string} method
 * @property {number} seed
 * @property {Float32Array | null} start null for noise
 * @property {number} every steps between two frames
 */

/**
 * @typedef {object} Frame
 * @property {number} step
 * @property {number} steps
 * @property {number} energy
 * @property {Uint8Array} image greys, 0…255
 */

/** @typedef {{pixel: number, gain: number}} BestFlip */
/** @typedef {{energy: number, gains: number[], best: BestFlip | null}} GainParts */
/** @typedef {Answer & GainParts} Gains */

/**
 * @typedef {object} Fooling
 * @property {number[]} flips pixels, in order
 * @property {boolean} fooled
 * @property {Answer} before
 * @property {Answer} after
 * @property {number[]} indices the predicted class after each flip
 * @property {number[]} margins the target's logit minus the largest other, after each flip
 */

/**
 * Where that lies which networks are trained with.
 * @typedef {object} TrainFiles
 * @property {string} [tensorflow] the folder of TensorFlow.js
 * @property {string} [images]
 * @property {string} [state] of a server: the folder that tells whether they are there
 */

/**
 * @typedef {object} About the contents of site.json
 * @property {string} version
 * @property {boolean} server
 * @property {string} default the id of a network
 * @property {ModelEntry[]} models
 * @property {Record<string, Method>} methods
 * @property {string[]} [formats] that the server opens
 * @property {TrainFiles} [train]
 * @property {{file: number}} [limits] in bytes; others are not used here
 */

export {};
