// @ts-check
/** Messages: errors, notes, and announcements for screen readers. */

import { byId, el, icon } from "../base/dom.js";
import { placeToasts } from "./toast_place.js";
import { UserError } from "../base/user_error.js";

const NOTE_MS = 6000;

/**
 * Show an error in place of the one before, until it is dismissed or the task succeeds; an aborted
 * request is no error.
 * @param {unknown} error
 * @param {string} task that failed
 */
export function showError(error, task = "") {
  if (error instanceof DOMException && error.name === "AbortError") return;
  const { key, params, isUnreachable } = toUserError(error);
  const focused = document.activeElement;
  const close = el("button", {
    type: "button", class: "button quiet icon-only", label: "toast.close", title: "toast.close",
    on: {
      click: () => {
        root.remove();
        if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
      },
    },
  }, icon("close"));
  const props = { class: "toast", "data-task": task, "data-unreachable": isUnreachable };
  const root = el("div", props, el("p", { text: key, params }), close);
  byId("toasts").replaceChildren(root);
}

/**
 * Remove the error of a task that succeeded, after which what was unreachable no longer is; without
 * one all errors, once what they speak of has gone.
 * @param {string} [task] that succeeded
 */
export function clearError(task) {
  for (const { dataset } of toasts()) {
    const isCleared = task === undefined || dataset.task === task || dataset.unreachable !== undefined;
    if (isCleared) byId("toasts").replaceChildren();
  }
}

/** Remove the error of what the reader has turned away from: a panel, a file, or a drawing. */
export function clearPassing() {
  for (const { dataset } of toasts()) {
    if (!dataset.task || dataset.task === "open") byId("toasts").replaceChildren();
  }
}

/** Prepare the messages: where they are, and that Escape closes them. */
export function mountToasts() {
  placeToasts(byId("toasts").parentElement ?? document.body);
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || document.querySelector("dialog[open]")) return;
    byId("toasts").querySelector("button")?.click();
  });
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
 * Show a note for a few seconds.
 * @param {string} text
 */
export function showNote(text) {
  clearTimeout(timer);
  const notes = byId("notes");
  notes.replaceChildren(el("p", { class: "toast note" }, text));
  timer = setTimeout(() => notes.replaceChildren(), NOTE_MS);
}

/**
 * Show a note while something is being done.
 * @param {string} text
 * @param {...Node} more after it
 * @returns {() => void} ends it
 */
export function showProgress(text, ...more) {
  clearTimeout(timer);
  const words = el("p", { class: "toast note progress" }, text, ...more);
  byId("notes").replaceChildren(words);
  return () => words.remove();
}

let activeRegion = 0;

/**
 * Have screen readers announce a text, politely.
 * @param {string} text
 */
export function announce(text) {
  // A live region whose text stays the same is not announced: hence two regions.
  activeRegion = 1 - activeRegion;
  const [now, before] = activeRegion
    ? ["live-region-a", "live-region-b"]
    : ["live-region-b", "live-region-a"];
  byId(before).textContent = "";
  byId(now).textContent = text;
}
