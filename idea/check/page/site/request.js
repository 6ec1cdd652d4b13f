// @ts-check
/** Requests to the server, and images in its answers. */

import { Sentence } from "../base/sentence.js";

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
  const { error } = await response.json().catch(() => ({ error: response.statusText }));
  throw new Sentence("server.said", { text: error }, response.status);
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
