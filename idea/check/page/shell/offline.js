// @ts-check
/** The static site without a network, by a service worker that its export has written. */

import { t } from "../base/language.js";

/** @param {import("./app.js").App} app */
export function workOffline(app) {
  const { serviceWorker } = navigator; // only of secure addresses
  if (app.site.hasServer || !serviceWorker) return;
  const hadOne = serviceWorker.controller !== null;
  serviceWorker.addEventListener("controllerchange", () => {
    if (hadOne) app.showNote(t("offline.newer"));
  });
  serviceWorker.register("service_worker.js").catch(() => {}); // the browser's settings may not allow it
}
