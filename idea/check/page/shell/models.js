// @ts-check
/** The choice of network. */

import { byId, el, setTexts } from "../base/dom.js";
import { fileButton } from "./files.js";
import { number, onLanguage, t } from "../base/language.js";
import { isMnist } from "../base/task.js";
import { keptNote } from "./kept_note.js";
import { noteItem } from "./note_item.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app */
export function mountModels(app) {
  const { site } = app;
  const select = el("select", {
    label: "model", title: "model.about", autocomplete: "off",
    on: { change: () => app.choose(select.value) },
  });
  const [about, notes] = [byId("answer-by"), byId("model-notes")];
  const kept = keptNote(app);
  const show = () => {
    select.replaceChildren(...site.models.map(optionOf));
    select.value = app.model.id;
    const { name, network, task } = app.model;
    showNotes(notes, app.model.notes ?? []);
    kept.show();
    const text = isMnist(task) ? "model.layers" : "model.layers.task";
    setTexts(about, { text, params: { name, network } });
  };
  app.on("model", show);
  app.on("models", show);
  onLanguage(show);
  show();
  const { accepts } = site;
  const open = fileButton(app, accepts, {
    text: "model.open", title: "model.open.title", params: { accepts },
  });
  byId("models").append(select, open);
  notes.after(kept.root);
  const details = el("button", {
    type: "button", class: "link", text: "model.details", on: { click: () => app.openTab("network") },
  });
  about.append(" ", details);
}

/**
 * Show what was noticed when a network was opened.
 * @param {HTMLElement} root
 * @param {import("./note_item.js").Note[]} notes
 */
function showNotes(root, notes) {
  root.hidden = !notes.length;
  const list = el("ul", {}, ...notes.map(noteItem));
  root.replaceChildren(el("p", { text: "model.notes" }), list);
}

/** @param {import("../site/site.js").ModelEntry} entry */
function optionOf({ id, name, accuracy, isFile }) {
  const share = Number.parseFloat(accuracy ?? "");
  const known = !isFile && !Number.isNaN(share);
  const right = { name, percent: t("percent", { n: number(share, 1) }) };
  return el("option", { value: id }, known ? t("model.accuracy", right) : name);
}
