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
 * @property {number | null} [prior_weight] of bundled networks, where there is a prior
 * @property {RealLogits | null} [real]
 * @property {(string | import("../base/language.js").Message)[]} [notes] what was noticed on opening it; the
 *   server's are in English
 * @property {BetterInput | null} [better_input]
 * @property {boolean} [isFile] whether it is of a file, which others may not have
 * @property {boolean} [trained] on this page
 * @property {Record<string, string>} [declared] what the reader has declared of it: shape, classes, input
 */

/**
 * The logits that real images reach for what they are, for each class.
 * @typedef {object} RealLogits
 * @property {number[]} strongest
 * @property {number[]} median
 */

/**
 * A model of probable images.
 * @typedef {object} PriorEntry
 * @property {string} name
 * @property {Task} task
 * @property {number} hidden units
 * @property {number[]} typical for each class what log p of most real images exceeds
 * @property {string} values the address of its parameters
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
 * @property {Record<string, number>} [options] the method's own
 * @property {number} [run] of several with one seed, from 0; a server does the first alone
 * @property {Objective} [objective] without one the logit
 */

/**
 * What a search maximises besides the logit.
 * @typedef {object} Objective
 * @property {number} smooth the price of two unlike neighbours
 * @property {string | null} prior its name
 * @property {number} prior_weight
 */

/**
 * How ideals are searched.
 * @typedef {object} SearchKind
 * @property {string} method
 * @property {number} every
 * @property {Record<string, number>} options
 * @property {number} runs of which the best counts
 * @property {Objective} [objective]
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
 * @property {Record<string, {address: string, title: string}>} [images] by data set
 * @property {string} [state] of a server: the folder that tells whether they are there
 */

/**
 * @typedef {object} About the contents of site.json
 * @property {string} version
 * @property {boolean} server
 * @property {string} default the id of a network
 * @property {ModelEntry[]} models
 * @property {PriorEntry[]} [priors]
 * @property {Record<string, Method>} methods
 * @property {string[]} [formats] that the server opens
 * @property {boolean} [hdf5] whether the site has the package that reads HDF5
 * @property {string | null} [project] the address of the project's own site
 * @property {string} [licence] that of its licence
 * @property {Record<string, import("./training_images.js").TrainingEntry>} [training] the training
 *   images that a static site holds, by data set
 * @property {TrainFiles} [train]
 * @property {{file: number}} [limits] in bytes; others are not used here
 * @property {Join | null} [join] where others reach the server
 */

/** @typedef {{address: string, code: string[] | null}} Join rows of a QR code's modules, "1" is black */

export {};
