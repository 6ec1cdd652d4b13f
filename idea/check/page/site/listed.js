// @ts-check
/** The data sets of the site's own networks, for networks from the reader's files. */

import { isSameTask } from "../base/task.js";

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
 * A listed network of the same data set as another, or that itself.
 * @param {ModelEntry} entry
 * @param {ModelEntry[]} listed
 */
export function listedLike(entry, listed) {
  return listed.find(({ data }) => data === entry.data) ?? entry;
}
