// @ts-check
/** The frames of a search, and its result. */

import { bytesOf } from "../base/binary.js";
import { fileName } from "../base/task.js";

/** @typedef {import("../site/site.js").Frame} Frame */
/** @typedef {import("../site/site.js").IdealAnswer} IdealAnswer */

export class Recording {
  /** @type {Frame[]} */
  frames = [];
  /** @type {{x: number, y: number}[]} their steps and energies */
  points = [];
  /** @type {IdealAnswer | null} null until it is found */
  ideal = null;
  /** @type {"logit" | "smooth" | "prior"} what the energies are of */
  maximised = "logit";

  /**
   * @param {import("../base/task.js").Task} task
   * @param {number} target the class that is searched for
   */
  constructor(task, target) {
    this.task = task;
    this.target = target;
  }

  /** @param {Frame} frame */
  add(frame) {
    // Late in a search most frames are equal.
    if (this.frames.at(-1)?.energy === frame.energy) return;
    this.frames.push(frame);
    this.points.push({ x: frame.step, y: frame.energy });
  }

  /**
   * @param {IdealAnswer} ideal
   * @param {number} every steps between two frames
   */
  finish(ideal, every) {
    const last = this.frames.at(-1);
    if (last) {
      const step = Math.min(last.step + every, last.steps);
      this.add({ ...last, step, energy: ideal.energy, image: bytesOf(ideal.image) });
    }
    this.ideal = ideal;
  }

  /** The name of its files. */
  get name() {
    return `idea_${fileName(this.task, this.target)}`;
  }

  /**
   * Return a frame to save; the last one is the ideal, whose image is exact.
   * @param {number} at
   * @returns {import("./save.js").SavableImage}
   */
  imageAt(at) {
    const { name, ideal } = this;
    if (ideal && at === this.frames.length - 1) return { image: ideal.image, name };
    const { image, step } = this.frames[at];
    return { image: Float32Array.from(image, (grey) => grey / 255), name: `${name}_step_${step}` };
  }
}
