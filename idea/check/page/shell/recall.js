// @ts-check
/** The networks that were opened, and the choice of one, survive a reload of the page. */

import { UserError } from "../base/user_error.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("../site/site.js").ModelEntry} ModelEntry */
/** @typedef {{opened: ModelEntry[], chosen: string}} Stored */

const KEY = "idea.models";

/** @param {App} app */
export async function recallModels(app) {
  const { site } = app;
  const { opened, chosen } = stored(site.defaultModel);
  const forgotten = site.hasServer ? await site.restore(opened) : [];
  app.choose(site.models.some(({ id }) => id === chosen) ? chosen : site.defaultModel);
  for (const { name } of forgotten) {
    app.fail(new UserError("model.forgotten", { name, other: app.model.name }), "open");
  }
  app.on("model", () => store(app));
  store(app);
}

/**
 * @param {string} usual the network that is chosen where nothing is stored
 * @returns {Stored}
 */
function stored(usual) {
  const nothing = { opened: [], chosen: usual };
  try {
    const { opened, chosen } = JSON.parse(sessionStorage.getItem(KEY) ?? "null") ?? nothing;
    return Array.isArray(opened) ? { opened, chosen } : nothing;
  } catch {
    return nothing;
  }
}

/** @param {App} app */
function store({ site, model }) {
  const opened = site.hasServer ? site.opened : [];
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ opened, chosen: model.id }));
  } catch {
    // Where nothing may be stored, they are forgotten with the page.
  }
}
