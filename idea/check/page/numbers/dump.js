// @ts-check
/** Dumps: `.vf` files, each one image as 784 little-endian float32 and nothing else. */

import { SIDE } from "../base/image_size.js";
import { UserError } from "../base/user_error.js";

/**
 * Read a dump. Its floats are taken as this machine has them: all that browsers run on are
 * little-endian.
 * @param {ArrayBuffer} buffer
 * @param {string} name the file's, for the error
 * @returns {Float32Array} 784 in 0…1
 */
export function parseDump(buffer, name) {
  const size = 4 * SIDE * SIDE;
  const found = buffer.byteLength;
  if (found !== size) throw new UserError("dump.size", { name, size, found });
  const image = new Float32Array(buffer.slice(0));
  const bad = image.findIndex((value) => !(value >= 0 && value <= 1)); // NaN as well
  if (bad < 0) return image;
  const [column, row] = [bad % SIDE, Math.floor(bad / SIDE)];
  const value = String(Number(image[bad].toPrecision(7)));
  throw new UserError("dump.range", { name, column, row, value });
}

/** @param {Float32Array} image 784 in 0…1 */
export function dumpBlob(image) {
  return new Blob([Float32Array.from(image)], { type: "application/octet-stream" });
}
