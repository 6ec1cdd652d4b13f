// @ts-check
/** Buttons with an icon. */

import { el, icon } from "./dom.js";

/**
 * @param {string} text key
 * @param {import("./icons.js").IconName} name
 * @param {() => unknown} click
 * @param {string} kind further classes
 */
export function action(text, name, click, kind = "") {
  const button = el("button", { class: `button ${kind}`.trim(), type: "button", text }, icon(name));
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") click();
  });
  return button;
}

/**
 * Enable or disable a button. Unlike with `disabled`, it keeps the focus.
 * @param {HTMLButtonElement} button
 * @param {boolean} isEnabled
 */
export function enable(button, isEnabled) {
  button.setAttribute("aria-disabled", String(!isEnabled));
}
