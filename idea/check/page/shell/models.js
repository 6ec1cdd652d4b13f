// @ts-check
/** The choice of network. */

import { byId, el, setTexts } from "../base/dom.js";
import { fileButton } from "./files.js";
import { number, onLanguage, t } from "../base/language.js";
import { isMnist } from "../base/task.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app */
export function mountModels(app) {
  const { site } = app;
  const select = el("select", {
    label: "model", title: "model.about", autocomplete: "off",
    on: { change: () => app.choose(select.value) },
  });
  const about = byId("answer-by");
  const show = () => {
    select.replaceChildren(...site.models.map(optionOf));
    select.value = app.model.id;
    const { name, network, task } = app.model;
    const text = isMnist(task) ? "model.layers" : "model.layers.task";
    setTexts(about, { text, params: { name, network } });
  };
  app.on("model", show);
  onLanguage(show);
  show();
  const { accepts } = site;
  const open = fileButton(app, accepts, {
    text: "model.open", title: "model.open.title", params: { accepts },
  });
  byId("models").append(select, open);
}

/** @param {import("../site/site.js").ModelEntry} entry */
function optionOf({ id, name, accuracy }) {
  const share = Number.parseFloat(accuracy ?? "");
  const known = !Number.isNaN(share);
  const right = { name, percent: t("percent", { n: number(share, 2) }) };
  return el("option", { value: id }, known ? t("model.accuracy", right) : name);
}
