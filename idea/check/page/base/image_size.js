// @ts-check
/** The size of networks' input and output. */

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
export const DIGITS = 10;
