// @ts-check
/** Texts about files of the site, and about networks that the page opens by itself. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "nearest.loading": [
    "Loading the training images of {name} …",
    "{name}の学習用画像を読み込んでいます …",
  ],
  "data.damaged": [
    "{address} is damaged. Reloading the page may help.",
    "{address}が壊れています。ページを再読み込みすると直るかもしれません。",
  ],
};
