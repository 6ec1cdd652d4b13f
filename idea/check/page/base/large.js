// @ts-check
/** Limits of files' sizes, checked before files are read. */

import { UserError } from "./user_error.js";

const MILLION = 1e6;

/**
 * @param {{name: string, size: number}} file
 * @param {number} most bytes
 */
export function refuseLarger({ name, size }, most) {
  if (size > most) throw tooLarge("open.large", name, size, most);
}

/**
 * @param {string} key of a text about millions
 * @param {string} name the file's
 * @param {number} found
 * @param {number} most
 */
export function tooLarge(key, name, found, most) {
  const [size, limit] = [Math.ceil(found / MILLION), Math.floor(most / MILLION)];
  return new UserError(key, { name, size, limit });
}
