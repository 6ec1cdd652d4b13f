// @ts-check
/** The page's header: buttons, and the switches of language and theme. */

import { action } from "../base/action.js";
import { Choice } from "../base/choice.js";
import { byId, setTexts } from "../base/dom.js";
import { addIcons } from "./icon_choice.js";
import { language, setLanguage } from "../base/language.js";
import { setTheme, theme } from "./theme.js";

export function mountHead() {
  const languages = new Choice("head.language", [
    { value: "en", literal: "EN" },
    { value: "ja", literal: "日本語" },
  ], () => setLanguage(languages.value === "ja" ? "ja" : "en"));
  languages.value = language();

  const themes = new Choice("theme", [
    { value: "system", text: "theme.system" },
    { value: "light", text: "theme.light" },
    { value: "dark", text: "theme.dark" },
  ], () => setTheme(themes.value));
  themes.value = theme();
  addIcons(themes, ["screen", "sun", "moon"]);
  byId("switches").append(languages.root, themes.root);
}

/**
 * Add a button before the switches.
 * @param {import("../base/icons.js").IconName} image
 * @param {string} text key of its text, of which narrow screens show the icon alone; `….title` says more
 * @param {() => unknown} click
 */
export function headButton(image, text, click) {
  const button = action(text, image, click);
  setTexts(button, { label: text, title: `${text}.title` });
  byId("head-buttons").append(button);
  return button;
}
