// @ts-check
/** The button under the answer: the fewest flips that turn the drawing into what comes second. */

import { action } from "../base/action.js";
import { byId, setTexts } from "../base/dom.js";
import { runnerUp } from "../numbers/softmax.js";
import { classParams } from "../panels/article.js";
import { toFool } from "../panels/handover.js";

/** @param {import("./app.js").App} app */
export function mountTurn(app) {
  let target = 0;
  const button = action("turn", "arrow", () => {
    app.openTab("fool");
    toFool.send({ target }, app.task);
  }, "turn");
  button.hidden = true;
  byId("answer-words").append(button);
  app.on("answers", () => {
    const { answers: { prepared }, preview, looksUnlike, task } = app;
    button.hidden = !prepared || Boolean(preview) || looksUnlike;
    if (!prepared || button.hidden) return;
    target = runnerUp(prepared.logits, prepared.index);
    const params = { ...classParams(task, prepared.index), ...classParams(task, target, "target") };
    setTexts(button, { text: "turn", params });
  });
}
