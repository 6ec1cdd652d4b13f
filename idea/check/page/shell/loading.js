// @ts-check
/** A note while a network's weights load, unless they come soon. */

import { t } from "../base/language.js";
import { showProgress } from "./toast.js";

const SOON_MS = 400;

/**
 * @param {string} name the network's
 * @returns {() => void} ends it
 */
export function showLoading(name) {
  let done = () => {};
  const timer = setTimeout(() => {
    done = showProgress(t("model.loading", { name }));
  }, SOON_MS);
  return () => {
    clearTimeout(timer);
    done();
  };
}
