// @ts-check
/** Server-sent events of a response: EventSource cannot post, and reconnects at the end. */

import { received } from "./request.js";

/**
 * Read events, each of one line of JSON, until the stream ends.
 * @param {Response} response
 * @param {AbortSignal} signal that of the request
 * @returns {AsyncGenerator<{type: string, data: any}>}
 */
export async function* events(response, signal) {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { value, done } = await received(reader.read(), signal);
      if (done) return;
      const parts = (text + value).split("\n\n");
      text = parts.pop() ?? "";
      yield* parts.map(parse);
    }
  } finally {
    // Of a broken connection this fails once more.
    await reader.cancel().catch(() => {});
  }
}

/** @param {string} event */
function parse(event) {
  const lines = event.split("\n");
  const after = (/** @type {string} */ name) =>
    lines.find((line) => line.startsWith(name))?.slice(name.length) ?? "";
  return { type: after("event: "), data: JSON.parse(after("data: ")) };
}
