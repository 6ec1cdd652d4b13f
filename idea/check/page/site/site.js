// @ts-check
/** Where answers are computed: by the server or, on a static site, by the page itself. */

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

/** @typedef {import("./server.js").Server | import("./local.js").Local} Site */

/**
 * Open the site that served the page.
 * @returns {Promise<Site>}
 */
export async function openSite() {
  const about = await (await fetch("site.json")).json();
  if (about.server) {
    const { Server } = await import("./server.js");
    return new Server(about);
  }
  const { Local } = await import("./local.js");
  return new Local(about);
}
