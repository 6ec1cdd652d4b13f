// @ts-check
/** The distortions of a drawing that the panel's buttons apply. */

import { flipBlocks, rotate, shift, thicken, thin } from "../numbers/transforms.js";

/** @typedef {import("../numbers/transforms.js").Greys} Greys */
/** @typedef {import("../drawing/strokes.js").Paper} Paper */
/** @typedef {import("../base/language.js").Params} Params */
/** @typedef {{text: string, params: Params}} StepLabel the distortion and its strength */
/** @typedef {{greys: Greys, label: StepLabel}} Distorted */

/**
 * @typedef {object} Distortion
 * @property {string} text key of its name
 * @property {import("../base/icons.js").IconName} icon
 * @property {(greys: Uint8ClampedArray, paper: Paper, strength: number) => Distorted} apply
 */

// A share of the pixels of an image: 12 of 28×28.
const BLOCKS_PER_STRENGTH = 12 / 784;
const DEGREES_PER_STRENGTH = 8;
const RADIUS_PER_STRENGTH = 3;

/** @type {[number, number, string][]} right, down, arrow */
const DIRECTIONS = [
  [1, 0, "→"], [1, 1, "↘"], [0, 1, "↓"], [-1, 1, "↙"],
  [-1, 0, "←"], [-1, -1, "↖"], [0, -1, "↑"], [1, -1, "↗"],
];

/** @type {Distortion[]} */
export const distortions = [
  {
    text: "distort.noise",
    icon: "dice",
    apply(greys, paper, strength) {
      const pixels = (paper.width * paper.height) / paper.cell ** 2;
      const count = Math.max(1, Math.round(strength * BLOCKS_PER_STRENGTH * pixels));
      const label = { text: "distort.noise.done", params: { count } };
      return { greys: flipBlocks(greys, paper, count), label };
    },
  },
  {
    text: "distort.shift",
    icon: "arrow",
    apply(greys, paper, strength) {
      const [right, down, direction] = DIRECTIONS[Math.floor(Math.random() * DIRECTIONS.length)];
      const [x, y] = [right * strength * paper.cell, down * strength * paper.cell];
      const label = { text: "distort.shift.done", params: { direction, count: strength } };
      return { greys: shift(greys, paper, x, y), label };
    },
  },
  {
    text: "distort.rotate",
    icon: "turn",
    apply(greys, paper, strength) {
      const degrees = strength * DEGREES_PER_STRENGTH;
      const label = { text: "distort.rotate.done", params: { degrees } };
      return { greys: rotate(greys, paper, degrees), label };
    },
  },
  {
    text: "distort.thicken",
    icon: "plus",
    apply(greys, paper, strength) {
      const label = { text: "distort.thicken.done", params: { radius: strength } };
      return { greys: thicken(greys, paper, strength * RADIUS_PER_STRENGTH), label };
    },
  },
  {
    text: "distort.thin",
    icon: "minus",
    apply(greys, paper, strength) {
      const label = { text: "distort.thin.done", params: { radius: strength } };
      return { greys: thin(greys, paper, strength * RADIUS_PER_STRENGTH), label };
    },
  },
];
