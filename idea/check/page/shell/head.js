// @ts-check
/** The switches in the page's header: language and theme. */

import { Choice } from "../base/choice.js";
import { byId } from "../base/dom.js";
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
