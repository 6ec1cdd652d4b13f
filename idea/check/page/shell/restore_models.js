// @ts-check
/** The opened networks and the selected one are stored, to survive a reload of the page. */

import { sessionValue, storeInSession } from "../base/storage.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("../site/site.js").ModelEntry} ModelEntry */
/** @typedef {{opened: ModelEntry[], chosen: string}} Stored */

const KEY = "idea.models";

/**
 * @param {App} app
 * @returns {Promise<string[]>} names of those that the server no longer has
 */
export async function restoreModels(app) {
  const { site } = app;
  const { opened, chosen } = stored(site.defaultModel);
  await site.networks.restoreKept();
  const unavailable = site.hasServer ? await site.networks.restore(opened) : [];
  app.choose(site.models.some(({ id }) => id === chosen) ? chosen : site.defaultModel);
  for (const { name } of unavailable) {
    app.showError(new UserError("model.unavailable", { name, other: app.model.name }), "open");
  }
  app.on("model", () => store(app));
  app.on("models", () => store(app));
  store(app);
  return unavailable.map(({ name }) => name);
}

/**
 * @param {string} usual the network to select where nothing is stored
 * @returns {Stored}
 */
function stored(usual) {
  const nothing = { opened: [], chosen: usual };
  const { opened, chosen } = sessionValue(KEY) ?? nothing;
  return Array.isArray(opened) ? { opened, chosen } : nothing;
}

/** @param {App} app */
function store({ site, model }) {
  const opened = site.hasServer ? site.networks.opened : [];
  storeInSession(KEY, { opened, chosen: model.id });
}
