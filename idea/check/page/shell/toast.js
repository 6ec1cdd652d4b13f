// @ts-check
/** What the page has to say besides: errors for the eyes, news for screen readers. */

import { byId, el, icon } from "../base/dom.js";
import { Sentence } from "../base/sentence.js";

const MOST = 3;

/**
 * Show what went wrong, until it is dismissed; what was given up on purpose isn't an error.
 * @param {unknown} error
 */
export function fail(error) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  const { key, params } = sentenceOf(error);
  const identity = JSON.stringify([key, params]);
  const toasts = byId("toasts");
  const shown = /** @type {HTMLElement[]} */ ([...toasts.children]);
  shown.find(({ dataset }) => dataset.about === identity)?.remove();
  toasts.append(toast(key, params, identity));
  while (toasts.children.length > MOST) toasts.firstElementChild?.remove();
}

/** @param {unknown} error */
function sentenceOf(error) {
  if (error instanceof Sentence) return error;
  const text = error instanceof Error ? error.message : String(error);
  return { key: "fail.unknown", params: { text } };
}

/**
 * @param {string} text
 * @param {import("../base/language.js").Params} params
 * @param {string} identity
 */
function toast(text, params, identity) {
  const close = el("button", {
    type: "button", class: "button quiet only", label: "toast.close", title: "toast.close",
    on: { click: () => root.remove() },
  }, icon("close"));
  const root = el("div", { class: "toast", "data-about": identity }, el("p", { text, params }));
  root.append(close);
  return root;
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
