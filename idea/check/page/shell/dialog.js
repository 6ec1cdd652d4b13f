// @ts-check
/** Dialogs with a question, and a button for each of two answers. */

import { el } from "../base/dom.js";

/**
 * @param {string} label key of the dialog's name
 * @param {Node[]} content
 * @param {{confirm: string, cancel: string, params?: Record<string, string>}} buttons keys of texts
 * @returns {Promise<boolean>} whether the reader confirms
 */
export function ask(label, content, { confirm, cancel, params }) {
  const dismiss = el("button", { type: "button", class: "button", text: cancel });
  const accept = el("button", { type: "submit", class: "button primary", text: confirm, params });
  const buttons = el("div", { class: "row tight" }, accept, dismiss);
  const form = el("form", { class: "stack" }, ...content, buttons);
  const dialog = el("dialog", { class: "card", label }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    let confirmed = false;
    dismiss.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      confirmed = true;
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(confirmed);
    });
  });
}
