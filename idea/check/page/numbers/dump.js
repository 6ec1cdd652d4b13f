// @ts-check
/** Dumps: `.vf` files, each one image as little-endian float32 and nothing else. */

import { pixelsOf } from "../base/task.js";
import { UserError } from "../base/user_error.js";

/**
 * Read a dump. Its floats are taken as this machine has them: all that browsers run on are
 * little-endian.
 * @param {ArrayBuffer} buffer
 * @param {string} name the file's, for the error
 * @param {import("../base/task.js").Task} task
 * @returns {Float32Array} in 0…1
 */
export function parseDump(buffer, name, task) {
  const size = 4 * pixelsOf(task);
  const found = buffer.byteLength;
  if (found !== size) throw new UserError("dump.size", { name, size, found });
  const image = new Float32Array(buffer.slice(0));
  const bad = image.findIndex((value) => !(value >= 0 && value <= 1)); // NaN as well
  if (bad < 0) return image;
  const [column, row] = [bad % task.width, Math.floor(bad / task.width)];
  const value = String(Number(image[bad].toPrecision(7)));
  throw new UserError("dump.range", { name, column, row, value });
}

/** @param {Float32Array} image in 0…1 */
export function dumpBlob(image) {
  return new Blob([Float32Array.from(image)], { type: "application/octet-stream" });
}
