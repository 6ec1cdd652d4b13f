// @ts-check
/** The switches in the page's head: language and theme. */

import { Choice } from "../base/choice.js";
import { byId } from "../base/dom.js";
import { language, setLanguage } from "../base/language.js";
import { picture } from "./pictured.js";
import { setTheme, theme } from "./theme.js";

export function mountHead() {
  const languages = new Choice("head.language", [
    { value: "en", words: "EN" },
    { value: "ja", words: "日本語" },
  ], () => setLanguage(languages.value === "ja" ? "ja" : "en"));
  languages.value = language();

  const themes = new Choice("theme", [
    { value: "system", text: "theme.system" },
    { value: "light", text: "theme.light" },
    { value: "dark", text: "theme.dark" },
  ], () => setTheme(themes.value));
  themes.value = theme();
  picture(themes, ["screen", "sun", "moon"]);
  byId("switches").append(languages.root, themes.root);
}
