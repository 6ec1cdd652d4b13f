// @ts-check
/** Copying texts: by the clipboard or, where the browser doesn't allow that, by the reader. */

import { action } from "../base/action.js";
import { el } from "../base/dom.js";

const TOUCH = "(hover: none) and (pointer: coarse)";

/**
 * @param {string} text
 * @returns {Promise<boolean>} false where the reader has to copy it from a dialog
 */
export async function copyText(text) {
  try {
    // Pages without TLS have no clipboard: there an error, too.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    showSelected(text);
    return false;
  }
}

/** @param {string} text */
function showSelected(text) {
  const field = el("textarea", { readonly: true, rows: 4, label: "copy.select" });
  field.value = text;
  const hint = el("p", { text: `copy.select.${matchMedia(TOUCH).matches ? "touch" : "keys"}` });
  const close = el("button", { type: "button", class: "button", text: "copy.close", on: { click: () => dialog.close() } });
  const buttons = el("div", { class: "row tight" }, ...sharing(text), close);
  const dialog = el("dialog", { class: "card", label: "copy.select" }, el("div", { class: "stack" }, hint, field, buttons));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  field.focus();
  field.select();
  field.setSelectionRange(0, text.length); // on phones, select() alone may do nothing
  field.scrollTop = 0;
}

/**
 * A button that hands the text to other apps, where the browser can.
 * @param {string} text
 */
function sharing(text) {
  const data = /^https?:/.test(text) ? { url: text } : { text };
  if (!navigator.canShare?.(data)) return [];
  // Readers may change their minds: that is no error.
  return [action("copy.share", "share", () => navigator.share(data).catch(() => {}), "primary")];
}
