// @ts-check
/** Files: chosen, dropped anywhere on the page, or pasted. */

import { byId, el, icon } from "../base/dom.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("./app.js").App} App */

export const PICTURES = "image/*,.vf";

/**
 * Return a button that lets the reader choose files, and opens them.
 * @param {App} app
 * @param {string} accept
 * @param {import("../base/dom.js").Props} props of the button
 */
export function fileButton(app, accept, props) {
  const input = el("input", { type: "file", accept, multiple: true, hidden: true });
  input.addEventListener("change", () => {
    openFiles(app, [...(input.files ?? [])]);
    // Otherwise choosing the same file again would not be a change.
    input.value = "";
  });
  const image = icon("open");
  return el("button", { type: "button", class: "button", ...props, on: {
    click: () => input.click(),
  } }, image);
}

/** @param {App} app */
export function acceptFiles(app) {
  const overlay = byId("drop");
  const cover = (/** @type {boolean} */ shown) => overlay.classList.toggle("shown", shown);
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    cover(true);
  });
  addEventListener("dragleave", (event) => {
    // Between two elements of the page it has one that it goes to.
    if (!event.relatedTarget) cover(false);
  });
  addEventListener("drop", (event) => {
    cover(false);
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    openFiles(app, [...event.dataTransfer.files]);
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    openFiles(app, files);
  });
}

/**
 * @param {App} app
 * @param {File[]} files
 */
async function openFiles(app, files) {
  const opened = await import("./opened.js").catch(() => null);
  if (opened) await opened.openFiles(app, files);
  else app.showError(new UserError("panel.failed"), "open");
}
