// @ts-check
/** Says whether an opened network is kept in the browser, with a button to forget it. */

import { byId, el, setTexts } from "../base/dom.js";
import { t } from "../base/language.js";

/** @param {import("./app.js").App} app */
export function keptNote(app) {
  const words = el("span", { text: "model.kept.browser", params: { name: "" } });
  const forget = el("button", { type: "button", class: "button quiet", text: "model.forget", on: { click: forgotten } });
  const root = el("p", { class: "kept-note hint", hidden: true }, words, " ", forget);

  async function forgotten() {
    const { id, name } = app.model;
    try {
      const forgetting = app.site.networks.forget(id);
      app.choose(app.site.defaultModel); // not later: by then the reader may have chosen another
      byId("models").querySelector("select")?.focus(); // the button has gone
      await forgetting;
      app.showNote(t("model.forgotten", { name }));
    } catch (error) {
      app.showError(error, "open");
    }
  }

  return {
    root,
    show() {
      const { name } = app.model;
      const place = app.site.networks.placeOf(app.model);
      root.hidden = place === null;
      forget.hidden = place !== "browser";
      if (place) setTexts(words, { text: `model.kept.${place}`, params: { name } });
    },
  };
}
