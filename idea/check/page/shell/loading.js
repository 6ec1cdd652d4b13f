// @ts-check
/** A note while something loads, unless that is soon done. */

import { el } from "../base/dom.js";
import { number, t } from "../base/language.js";
import { showProgress } from "./toast.js";

const SOON_MS = 400;

/**
 * @param {string} text its key
 * @param {string} name of what loads
 * @returns {import("../site/download.js").Loading}
 */
export function showLoading(text, name) {
  const bar = el("progress", { max: 1, "aria-hidden": true });
  // Screen readers announce the note once, not each of its numbers.
  const share = el("span", { class: "loading-share", "aria-hidden": true });
  let close = () => {};
  const timer = setTimeout(() => {
    close = showProgress(t(text, { name }), bar, share);
  }, SOON_MS);
  return {
    progress(done) {
      bar.value = done;
      share.textContent = t("percent", { n: number(100 * done) });
    },
    end() {
      clearTimeout(timer);
      close();
    },
  };
}
