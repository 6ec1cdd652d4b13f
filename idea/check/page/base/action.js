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
 * Let a button work, or not. It keeps the focus, which one that is `disabled` loses.
 * @param {HTMLButtonElement} button
 * @param {boolean} isEnabled
 */
export function enable(button, isEnabled) {
  button.setAttribute("aria-disabled", String(!isEnabled));
}
