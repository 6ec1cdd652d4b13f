// @ts-check
/** "The same on the command line": commands that do what a panel shows, to be copied. */

import { action } from "../base/action.js";
import { copyText } from "./copy.js";
import { el, setTexts } from "../base/dom.js";
import { t } from "../base/language.js";
import { dumpBlob } from "../numbers/dump.js";

/** @typedef {import("./app.js").App} App */

/** The name of the drawing's dump, which a command may begin with. */
export const DRAWING = "drawing.vf";

export class CommandLine {
  #code = el("code", { translate: "no" });
  #file = el("p", { class: "hint" });
  #save;
  root;

  /** @param {App} app */
  constructor(app) {
    const copy = action("command.copy", "copy", async () => {
      if (await copyText(this.#code.textContent ?? "")) app.showNote(t("command.copied"));
    });
    this.#save = action("command.drawing", "save", () => {
      const { prepared } = app.drawing.images();
      if (prepared) app.save(dumpBlob(prepared), DRAWING);
    });
    setTexts(this.#save, { params: { name: DRAWING } });
    this.root = el(
      "details", { class: "command" }, el("summary", { text: "command" }),
      el("pre", {}, this.#code), this.#file, el("div", { class: "row tight" }, copy, this.#save),
    );
  }

  /**
   * @param {string[]} commands
   * @param {import("../site/site.js").ModelEntry} model whose file they need
   */
  show(commands, { name, isFile }) {
    const text = commands.join("\n");
    this.#code.textContent = text;
    this.#save.hidden = !text.includes(DRAWING);
    this.#file.hidden = !isFile;
    if (isFile) setTexts(this.#file, { text: "command.file", params: { name } });
  }
}
