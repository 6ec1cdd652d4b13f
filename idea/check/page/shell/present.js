// @ts-check
/** Present: the drawing, the answer and the bars in large type, on the whole screen. */

import { action } from "../base/action.js";
import { Bars } from "./bars.js";
import { byId, el, setTexts } from "../base/dom.js";
import { headButton } from "./head.js";
import { onLanguage } from "../base/language.js";

/** @param {import("./app.js").App} app */
export function mountPresent(app) {
  const { documentElement: root } = document;
  const bars = new Bars();
  const leave = action("present.leave", "close", () => end());
  setTexts(leave, { title: "present.leave.title" });
  const section = el("section", { class: "present", label: "present.bars", hidden: true });
  section.append(bars.root, leave);
  byId("more").before(section);

  const show = (/** @type {boolean} */ isShown) => {
    root.toggleAttribute("data-present", isShown);
    section.hidden = !isShown;
    update();
    (isShown ? app.drawing.canvas : button).focus({ preventScroll: true });
  };
  const begin = () => {
    show(true);
    // Where there is no such mode, or it is refused, the window has to do.
    root.requestFullscreen?.().catch(() => {});
  };
  const end = () => {
    if (section.hidden) return;
    show(false);
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  };
  const update = () => {
    if (!section.hidden) bars.show(app.answers.prepared, app.task, "probability");
  };
  const button = headButton("expand", "present", begin);
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement) end();
  });
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && !document.querySelector("dialog[open]")) end();
  });
  app.on("answers", update);
  app.on("model", update);
  onLanguage(update);
}
