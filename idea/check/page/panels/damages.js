// @ts-check
/** The ways to shake a drawing, as buttons have them. */

import { noise, shift, thicken, thin, turn } from "./damage.js";

/** @typedef {import("./damage.js").Greys} Greys */
/** @typedef {import("../base/language.js").Params} Params */
/** @typedef {{text: string, params: Params}} Done what was done, in words */

/**
 * @typedef {object} Damage
 * @property {string} text key of its name
 * @property {import("../base/icons.js").IconName} icon
 * @property {(greys: Uint8ClampedArray, strength: number) => {greys: Greys, done: Done}} apply
 */

const PIXEL = 16;
const BLOCKS_PER_STRENGTH = 12;
const DEGREES_PER_STRENGTH = 8;
const RADIUS_PER_STRENGTH = 3;

/** @type {[number, number, string][]} right, down, arrow */
const WAYS = [
  [1, 0, "→"], [1, 1, "↘"], [0, 1, "↓"], [-1, 1, "↙"],
  [-1, 0, "←"], [-1, -1, "↖"], [0, -1, "↑"], [1, -1, "↗"],
];

/** @type {Damage[]} */
export const damages = [
  {
    text: "shake.noise",
    icon: "dice",
    apply(greys, strength) {
      const count = strength * BLOCKS_PER_STRENGTH;
      return { greys: noise(greys, count), done: { text: "shake.noise.done", params: { count } } };
    },
  },
  {
    text: "shake.shift",
    icon: "arrow",
    apply(greys, strength) {
      const [right, down, way] = WAYS[Math.floor(Math.random() * WAYS.length)];
      const [x, y] = [right * strength * PIXEL, down * strength * PIXEL];
      const done = { text: "shake.shift.done", params: { way, count: strength } };
      return { greys: shift(greys, x, y), done };
    },
  },
  {
    text: "shake.turn",
    icon: "turn",
    apply(greys, strength) {
      const degrees = strength * DEGREES_PER_STRENGTH;
      const done = { text: "shake.turn.done", params: { degrees } };
      return { greys: turn(greys, degrees), done };
    },
  },
  {
    text: "shake.thicken",
    icon: "plus",
    apply(greys, strength) {
      const changed = thicken(greys, strength * RADIUS_PER_STRENGTH);
      return { greys: changed, done: { text: "shake.thicken.done", params: { radius: strength } } };
    },
  },
  {
    text: "shake.thin",
    icon: "minus",
    apply(greys, strength) {
      const changed = thin(greys, strength * RADIUS_PER_STRENGTH);
      return { greys: changed, done: { text: "shake.thin.done", params: { radius: strength } } };
    },
  },
];
