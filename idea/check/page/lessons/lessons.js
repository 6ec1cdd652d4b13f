// @ts-check
/** The page for teachers: lessons, whose steps are links into the page. The documentation shows the same. */

import { Choice } from "../base/choice.js";
import { byId, el } from "../base/dom.js";
import { language, onLanguage, setLanguage } from "../base/language.js";

/** @typedef {[string, string]} Words in English and in Japanese */
/** @typedef {{minutes: number, link: string, do: Words, see: Words, ask: Words}} Step */
/** @typedef {{id: string, title: Words, aim: Words, steps: Step[]}} Lesson */
/** @typedef {{words: Record<string, Words>, lessons: Lesson[]}} Lessons */

// The page itself, whatever its address is.
const PAGE = "./#";

/**
 * A text in the reader's language.
 * @param {Words} words
 * @param {number} n in place of {n}
 */
function said(words, n = 0) {
  return words[language() === "ja" ? 1 : 0].replace("{n}", String(n));
}

/**
 * @param {Lessons} lessons
 * @param {Step} step
 */
function stepOf({ words }, { minutes, link, ...parts }) {
  const rows = /** @type {const} */ (["do", "see", "ask"]).map((part) => el(
    "div", { class: `lesson-${part}` }, el("dt", {}, said(words[part])), el("dd", {}, said(parts[part])),
  ));
  const open = el("a", { class: "button primary", href: PAGE + link, target: "_blank", rel: "noopener" }, said(words.open));
  const head = el("div", { class: "row tight lesson-head" }, el("span", { class: "chip" }, said(words.minutes, minutes)), open);
  return el("li", { class: "card" }, head, el("dl", {}, ...rows));
}

/**
 * @param {Lessons} lessons
 * @param {Lesson} lesson
 * @param {number} place
 */
function lessonOf(lessons, { id, title, aim, steps }, place) {
  const heading = el("h2", { id: `${id}-heading` }, `${said(lessons.words.lesson, place + 1)} – ${said(title)}`);
  const list = el("ol", { class: "lesson-steps" }, ...steps.map((step) => stepOf(lessons, step)));
  return el("section", { class: "stack lesson", id, "aria-labelledby": `${id}-heading` }, heading, el("p", {}, said(aim)), list);
}

async function main() {
  /** @type {Lessons} */
  const lessons = await (await fetch(new URL("lessons.json", import.meta.url))).json();
  const languages = new Choice("head.language", [
    { value: "en", literal: "EN" }, { value: "ja", literal: "日本語" },
  ], () => setLanguage(languages.value === "ja" ? "ja" : "en"));
  languages.value = language();
  byId("switches").append(languages.root);
  const show = () => {
    const { words } = lessons;
    document.title = `idea: ${said(words.title)}`;
    byId("title").textContent = said(words.title);
    byId("back").textContent = said(words.back);
    byId("lessons").replaceChildren(el("p", {}, said(words.about)), ...lessons.lessons.map((lesson, place) => lessonOf(lessons, lesson, place)));
  };
  onLanguage(show);
  show();
}

main();
