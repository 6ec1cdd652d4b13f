// @ts-check
/** Networks from the reader's files, where there is no server to read them. */

import { DIGITS } from "../base/task.js";
import { UserError } from "../base/user_error.js";
import { parseDat } from "../numbers/weights.js";

/** @typedef {import("./site.js").ModelEntry} ModelEntry */

const LARGEST = 200; // million bytes

/**
 * @param {File} file
 * @returns {Promise<{entry: ModelEntry, network: import("../kernel/kernel.js").NetworkParts}>}
 */
export async function openDat(file) {
  const { name, size } = file;
  if (!name.toLowerCase().endsWith(".dat")) throw new UserError("dat.kind", { name });
  if (size > LARGEST * 1e6) throw new UserError("dat.large", { name, most: LARGEST });
  const buffer = await file.arrayBuffer().catch(() => {
    throw new UserError("dat.unreadable", { name });
  });
  const network = parseDat(buffer, name);
  const { layers } = network;
  const shape = [layers[0][1], ...layers.map(([outputs]) => outputs)].join("-");
  const known = { task: DIGITS, data: "mnist", accuracy: null };
  return { entry: { id: `opened ${name}`, name, network: shape, ...known }, network };
}
