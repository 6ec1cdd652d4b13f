// @ts-check
/** Copying texts: by the clipboard or, where the browser doesn't allow that, by the reader. */

import { el } from "../base/dom.js";

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
  const close = el("button", { type: "button", class: "button primary", text: "copy.close" });
  const hint = el("p", { text: "copy.select.hint" });
  const content = el("div", { class: "stack" }, hint, field, el("div", { class: "row" }, close));
  const dialog = el("dialog", { class: "card", label: "copy.select" }, content);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  field.focus();
  field.select();
}
