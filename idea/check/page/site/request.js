// @ts-check
/** Requests to the server, and images in its answers. */

import { texts } from "../texts/index.js";
import { UserError } from "../base/user_error.js";

/**
 * @param {string} address
 * @param {unknown} body
 * @param {AbortSignal} [signal]
 */
export async function post(address, body, signal) {
  return (await request(address, asJson(body, signal))).json();
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
 * Fetch, and throw whatever goes wrong as a `UserError`.
 * @param {string} address
 * @param {RequestInit} init
 */
export async function request(address, init) {
  let response;
  try {
    response = await fetch(address, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new UserError("server.unreachable");
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => ({ error: response.statusText }));
  throw errorFromResponse(body, response.status);
}

/**
 * Return a response's error: translated if it has a code, otherwise the server's message.
 * @param {{error: string, code?: string}} body
 * @param {number | null} status
 */
export function errorFromResponse({ error, code }, status = null) {
  const key = `server.code.${code}`;
  return new UserError(key in texts ? key : "server.error", { text: error }, status);
}

/**
 * @template T
 * @param {T & {image: number[]}} body
 * @returns {T & {image: Float32Array}}
 */
export function withImage(body) {
  return { ...body, image: Float32Array.from(body.image) };
}

/** @param {string} text */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
