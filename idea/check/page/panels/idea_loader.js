// @ts-check
/** The searches of a panel's ideals: all rows' first runs, then further ones, several at a time. */

import { prefersReducedMotion } from "../base/motion.js";
import { searchAt } from "./objective.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {import("./idea_row.js").IdeaRow} IdeaRow */
/** @typedef {{row: IdeaRow, place: number, run: number, kind: import("../site/kinds.js").SearchKind}} Job */

/**
 * Search the ideals that rows lack.
 * @param {App} app
 * @param {{row: IdeaRow, position: number}[]} rows with the slider's position for each
 * @param {number} first the class at the first place
 * @param {(share: number) => void} changed called after each result, with the share of all there are
 * @param {AbortSignal} signal
 */
export async function loadIdeas(app, rows, first, changed, signal) {
  const { site, model } = app;
  const kinds = await Promise.all(rows.map(({ position }) => searchAt(site, model, position, signal)));
  const jobs = inOrder(rows.map(({ row }, at) => ({ row, kind: kinds[at] })));
  const count = jobs.length;
  let done = 0;
  const isStill = prefersReducedMotion();
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const { row, place, run, kind } = job;
      const onFrame = (/** @type {import("../site/site.js").Frame} */ frame) => {
        if (run === 0 && !isStill && kind.objective && !signal.aborted) row.showFrame(place, frame);
      };
      const ideal = await site.ideal(model.id, first + place, { kind, run, signal, onFrame });
      signal.throwIfAborted();
      row.take(place, { ...ideal, kind, run });
      // Noise, which is found soon, stands where searches that take longer haven't begun.
      for (const { row: other } of rows) other.showFrame(place, ideal);
      changed(++done / count);
    }
  };
  await Promise.all(Array.from({ length: site.lanes(model) }, work));
}

/**
 * Return the jobs, first the first run of each place: further runs improve what is shown by then.
 * @param {{row: IdeaRow, kind: import("../site/kinds.js").SearchKind}[]} rows
 * @returns {Job[]}
 */
function inOrder(rows) {
  const all = rows.flatMap(({ row, kind }) => row.ideals.flatMap((known, place) =>
    (known ? [] : Array.from({ length: kind.runs }, (_, run) => ({ row, place, run, kind })))));
  return all.sort((one, other) => one.run - other.run);
}
