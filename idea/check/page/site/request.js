// @ts-check
/** Requests to the server, and images in its answers. */

import { ticketFor, waitInLine } from "./busy.js";
import { texts } from "../texts/start.js";
import { UserError } from "../base/user_error.js";

const TOO_MANY = 429;
export const CLOSED_EARLY = "server.closed_early";

/**
 * @param {string} address
 * @param {unknown} body
 * @param {AbortSignal} [signal]
 */
export async function post(address, body, signal) {
  const response = await request(address, asJson(body, signal));
  return received(response.json(), signal);
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
 * Fetch, and throw whatever goes wrong as a `UserError`; while the server is busy, try again.
 * @param {string} address
 * @param {RequestInit} init
 */
export async function request(address, init) {
  const headers = { ...init.headers, ...ticketFor(address) };
  for (;;) {
    const response = await reach(address, { ...init, headers });
    if (response.ok) return response;
    const body = await response.json().catch(() => ({ error: response.statusText }));
    if (response.status !== TOO_MANY) throw errorFromResponse(body, response.status);
    await waitInLine(response, body.place ?? null, init.signal ?? undefined);
  }
}

/**
 * @param {string} address
 * @param {RequestInit} init
 */
async function reach(address, init) {
  try {
    return await fetch(address, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new UserError("server.unreachable");
  }
}

/**
 * The rest of a response, whose connection may break while it is read.
 * @template T
 * @param {Promise<T>} content
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export async function received(content, signal) {
  try {
    return await content;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new UserError(CLOSED_EARLY);
  }
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
