// @ts-check
/** What the page has to say besides: errors, notes, and news for screen readers. */

import { byId, el, icon } from "../base/dom.js";
import { UserError } from "../base/user_error.js";

const NOTE = 4000;

/**
 * Show what went wrong, in place of what did before, until it is dismissed or works again; what
 * was given up on purpose isn't an error.
 * @param {unknown} error
 * @param {string} what was being done
 */
export function fail(error, what = "") {
  if (error instanceof DOMException && error.name === "AbortError") return;
  const { key, params } = toUserError(error);
  const close = el("button", {
    type: "button", class: "button quiet only", label: "toast.close", title: "toast.close",
    on: { click: () => root.remove() },
  }, icon("close"));
  const props = { class: "toast", "data-what": what, "data-key": key };
  const root = el("div", props, el("p", { text: key, params }), close);
  byId("toasts").replaceChildren(root);
}

/**
 * Take away what is said to have gone wrong when it works again; so does the server, then.
 * @param {string} what is being done
 */
export function mended(what) {
  for (const { dataset } of toasts()) {
    if (dataset.what === what || dataset.key === "server.unreachable") byId("toasts").replaceChildren();
  }
}

/** @param {unknown} error */
function toUserError(error) {
  if (error instanceof UserError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new UserError("fail.unknown", { text });
}

function toasts() {
  return /** @type {HTMLElement[]} */ ([...byId("toasts").children]);
}

let timer = 0;

/**
 * Say something to all, for a while.
 * @param {string} text
 */
export function note(text) {
  clearTimeout(timer);
  const notes = byId("notes");
  notes.replaceChildren(el("p", { class: "toast note" }, text));
  timer = setTimeout(() => notes.replaceChildren(), NOTE);
}

let turn = 0;

/**
 * Tell screen readers, when they have a moment.
 * @param {string} text
 */
export function say(text) {
  // A live region that changes to what it was says nothing.
  turn = 1 - turn;
  const [now, before] = turn ? ["news-a", "news-b"] : ["news-b", "news-a"];
  byId(before).textContent = "";
  byId(now).textContent = text;
}
