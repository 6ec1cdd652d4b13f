// @ts-check
/** Requests that wait until a busy server takes them. */

import { pause } from "../base/latest.js";

/** @typedef {{seconds: number, place: number | null}} Wait until the next try, and the place in line */

// Identifies this page in the server's line, which keeps its place between two tries.
// Not `randomUUID`, which plain HTTP lacks.
const TICKET = crypto.getRandomValues(new Uint32Array(2)).join("-");
const USUAL_SECONDS = 5;

/** @type {Set<Wait>} */
const waits = new Set();
/** @type {(wait: Wait | null) => void} */
let listener = () => {};

/**
 * Call a function with the latest wait whenever a request begins to wait, and with null once none does.
 * @param {(wait: Wait | null) => void} onChange
 */
export function onBusy(onChange) {
  listener = onChange;
}

/**
 * The headers by which the server knows a request again.
 * @param {string} address
 */
export function ticketFor(address) {
  return { "Idea-Ticket": `${TICKET} ${address}` };
}

/**
 * Wait as long as a refusal says.
 * @param {Response} response
 * @param {number | null} place
 * @param {AbortSignal} [signal]
 */
export async function waitInLine(response, place, signal) {
  const seconds = Number(response.headers.get("Retry-After")) || USUAL_SECONDS;
  const wait = { seconds, place };
  waits.add(wait);
  listener(wait);
  try {
    await pause(1000 * seconds, signal);
  } finally {
    waits.delete(wait);
    listener([...waits].at(-1) ?? null);
  }
}
