// @ts-check
/** The machine that one plays against: the fewest flips that it finds, to any other class. */

import { fewer, isOneEnough, rivalsOf } from "../games/fooling.js";

/** @typedef {import("../site/kinds.js").Answer} Answer */
/** @typedef {import("../site/kinds.js").Fooling} Fooling */
/** @typedef {import("../site/site.js").Site} Site */

/**
 * An image, and what the machine has found.
 * @typedef {object} Challenge
 * @property {string} model
 * @property {Float32Array<ArrayBuffer>} before
 * @property {Answer} first
 * @property {Fooling | null} machine the best so far
 * @property {boolean} isMachineDone
 * @property {boolean} isLeast whether it is known that no fewer flips are enough
 */

// Of classes that a server turns an image into.
const FEW_RIVALS = 3;
// Whose gains are soon computed.
const FEW_CLASSES = 12;

/**
 * Fool the network with each rival, for the fewest flips.
 * @param {Site} site
 * @param {Challenge} challenge whose machine is filled in
 * @param {AbortSignal} signal
 * @param {() => void} onFound called after each step
 */
export async function findFewest(site, challenge, signal, onFound) {
  const { model, before, first } = challenge;
  const entry = site.models.find(({ id }) => id === model);
  const isHere = entry !== undefined && site.isEvaluatedHere(entry);
  for (const rival of rivalsOf(first.logits, isHere ? undefined : FEW_RIVALS)) {
    const found = await site.fool(model, before, rival, signal);
    signal.throwIfAborted();
    challenge.machine = fewer(challenge.machine, found);
    onFound();
  }
  challenge.isMachineDone = true;
  onFound();
  challenge.isLeast = await isLeast(site, challenge, signal);
  onFound();
}

/**
 * Whether the machine's flips are the fewest possible, as far as that is soon known.
 * @param {Site} site
 * @param {Challenge} challenge
 * @param {AbortSignal} signal
 */
async function isLeast(site, { model, machine, before, first: { logits } }, signal) {
  const count = machine?.flips.length ?? Infinity;
  if (count !== 2 || logits.length > FEW_CLASSES) return count === 1;
  return !await isFooledByOne(site, model, before, logits, signal);
}

/**
 * Whether a single flip changes the answer.
 * @param {Site} site
 * @param {string} model
 * @param {Float32Array} image
 * @param {number[]} logits of the image
 * @param {AbortSignal} signal
 */
async function isFooledByOne(site, model, image, logits, signal) {
  const gains = [];
  for (const target of logits.keys()) gains.push((await site.gains(model, target, image, signal)).gains);
  signal.throwIfAborted();
  return isOneEnough(logits, gains);
}

/**
 * Whether an image makes a good game, as far as that is soon known: one flip isn't enough.
 * @param {Site} site
 * @param {import("../site/kinds.js").ModelEntry} entry
 * @param {Float32Array} image
 * @param {AbortSignal} signal
 */
export async function isWorthPlaying(site, entry, image, signal) {
  if (!site.isEvaluatedHere(entry)) return true;
  const [{ logits }] = await site.classify(entry.id, [image], signal);
  return logits.length > FEW_CLASSES || !await isFooledByOne(site, entry.id, image, logits, signal);
}
