// @ts-check
/** Losses and accuracies. */

/** @typedef {import("./kinds.js").Score} Score */

/** Sums over images. */
export class Scores {
  #loss = 0;
  #right = 0;
  #count = 0;
  /** @type {number[]} the class with the largest logit of each image */
  answers = [];

  /**
   * @param {Float32Array} logits of images, one after the other
   * @param {Int32Array} indices of their classes
   */
  add(logits, indices) {
    const classes = logits.length / indices.length;
    for (const [n, index] of indices.entries()) {
      const row = logits.subarray(n * classes, (n + 1) * classes);
      const largest = Math.max(...row);
      const sum = row.reduce((total, logit) => total + Math.exp(logit - largest), 0);
      const answer = row.indexOf(largest);
      this.#loss += largest + Math.log(sum) - row[index];
      this.#right += Number(answer === index);
      this.answers.push(answer);
    }
    this.#count += indices.length;
  }

  /** @returns {Score} */
  get mean() {
    return { loss: this.#loss / this.#count, accuracy: this.#right / this.#count };
  }
}
