// @ts-check
/** The site's own networks: their data sets and sizes, for networks from the reader's files. */

import { isSameTask, sizeOf } from "../base/task.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("./kinds.js").ModelEntry} ModelEntry */
/** @typedef {import("../base/task.js").Task} Task */

/**
 * The data set of a task, if one of the listed networks has it.
 * @param {Task} task
 * @param {ModelEntry[]} listed
 */
export function dataOf(task, listed) {
  return listed.find((entry) => entry.data && isSameTask(task, entry.task))?.data ?? null;
}

/**
 * A listed network with images of the same size as another's, and of the same data set if it has one.
 * @param {ModelEntry} entry
 * @param {ModelEntry[]} listed
 */
export function listedLike({ task, data }, listed) {
  const found = listed.find((other) => sizeOf(other.task) === sizeOf(task) && (!data || other.data === data));
  if (!found) throw new UserError("server.size");
  return found;
}
