// @ts-check
/** The static site without a network, by a service worker that its export has written. */

import { t } from "../base/language.js";

const { serviceWorker } = navigator; // only of secure addresses
// Whoever listens once the page is ready misses what happened before. Messages wait for modules.
const newer = new Promise((resolve) => {
  serviceWorker?.addEventListener("message", ({ data }) => data === "newer" && resolve(null));
});

/** @param {import("./app.js").App} app */
export function workOffline(app) {
  if (app.site.hasServer || !serviceWorker) return;
  newer.then(() => app.showNote(t("offline.newer")));
  serviceWorker.register("service_worker.js").catch(() => {}); // the browser's settings may not allow it
}
