// @ts-check
/** The distortions of a drawing that the panel's buttons apply. */

import { SIDE } from "../base/image_size.js";
import { SIZE } from "../drawing/strokes.js";
import { flipBlocks, rotate, shift, thicken, thin } from "./transforms.js";

/** @typedef {import("./transforms.js").Greys} Greys */
/** @typedef {import("../base/language.js").Params} Params */
/** @typedef {{text: string, params: Params}} StepLabel the distortion and its strength */
/** @typedef {{greys: Greys, label: StepLabel}} Distorted */

/**
 * @typedef {object} Distortion
 * @property {string} text key of its name
 * @property {import("../base/icons.js").IconName} icon
 * @property {(greys: Uint8ClampedArray, strength: number) => Distorted} apply
 */

const PIXEL = SIZE / SIDE;
const BLOCKS_PER_STRENGTH = 12;
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
    apply(greys, strength) {
      const count = strength * BLOCKS_PER_STRENGTH;
      const label = { text: "distort.noise.done", params: { count } };
      return { greys: flipBlocks(greys, count), label };
    },
  },
  {
    text: "distort.shift",
    icon: "arrow",
    apply(greys, strength) {
      const [right, down, direction] = DIRECTIONS[Math.floor(Math.random() * DIRECTIONS.length)];
      const [x, y] = [right * strength * PIXEL, down * strength * PIXEL];
      const label = { text: "distort.shift.done", params: { direction, count: strength } };
      return { greys: shift(greys, x, y), label };
    },
  },
  {
    text: "distort.rotate",
    icon: "turn",
    apply(greys, strength) {
      const degrees = strength * DEGREES_PER_STRENGTH;
      const label = { text: "distort.rotate.done", params: { degrees } };
      return { greys: rotate(greys, degrees), label };
    },
  },
  {
    text: "distort.thicken",
    icon: "plus",
    apply(greys, strength) {
      const label = { text: "distort.thicken.done", params: { radius: strength } };
      return { greys: thicken(greys, strength * RADIUS_PER_STRENGTH), label };
    },
  },
  {
    text: "distort.thin",
    icon: "minus",
    apply(greys, strength) {
      const label = { text: "distort.thin.done", params: { radius: strength } };
      return { greys: thin(greys, strength * RADIUS_PER_STRENGTH), label };
    },
  },
];
