// @ts-check
/** Server-sent events of a response: EventSource cannot post, and reconnects at the end. */

/**
 * Read events, each of one line of JSON, until the stream ends.
 * @param {Response} response
 * @returns {AsyncGenerator<{type: string, data: any}>}
 */
export async function* events(response) {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (text + value).split("\n\n");
      text = parts.pop() ?? "";
      yield* parts.map(parse);
    }
  } finally {
    await reader.cancel();
  }
}

/** @param {string} event */
function parse(event) {
  const lines = event.split("\n");
  const after = (/** @type {string} */ name) =>
    lines.find((line) => line.startsWith(name))?.slice(name.length) ?? "";
  return { type: after("event: "), data: JSON.parse(after("data: ")) };
}
