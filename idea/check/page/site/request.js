// @ts-check
/** Requests to the server, and images in its answers. */

import { Sentence } from "../base/sentence.js";
import { texts } from "../texts/index.js";

/**
 * @param {string} address
 * @param {unknown} body
 * @param {AbortSignal} [signal]
 */
export async function post(address, body, signal) {
  return (await ask(address, asJson(body, signal))).json();
}

/**
 * @param {unknown} body
 * @param {AbortSignal} [signal]
 * @returns {RequestInit}
 */
export function asJson(body, signal) {
  const headers = { "Content-Type": "application/json" };
  return { method: "POST", headers, body: JSON.stringify(body), signal };
}

/**
 * Fetch, and turn whatever went wrong into a sentence.
 * @param {string} address
 * @param {RequestInit} init
 */
export async function ask(address, init) {
  let response;
  try {
    response = await fetch(address, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Sentence("server.gone");
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => ({ error: response.statusText }));
  throw refusal(said, response.status);
}

/**
 * The reason for a refusal: in the page's words if it has a code, otherwise in the server's.
 * @param {{error: string, code?: string}} said
 * @param {number | null} status
 */
export function refusal({ error, code }, status = null) {
  const key = `server.${code}`;
  return new Sentence(key in texts ? key : "server.said", { text: error }, status);
}

/**
 * @template T
 * @param {T & {image: number[]}} said
 * @returns {T & {image: Float32Array}}
 */
export function withImage(said) {
  return { ...said, image: Float32Array.from(said.image) };
}

/** @param {string} text */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
