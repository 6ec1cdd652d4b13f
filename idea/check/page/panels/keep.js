// @ts-check
/** What can be done with an image that a panel has: keep it, or put it on the canvas. */

import { action } from "../base/action.js";
import { el, setTexts } from "../base/dom.js";
import { dumpBlob } from "../numbers/dump.js";
import { imageCanvas } from "../base/images.js";
import { t } from "../base/language.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {{image: Float32Array, name: string}} Kept */

const SCALE = 10;
const MOST_IMAGES = 100;

/**
 * A row of buttons.
 * @param {App} app
 * @param {() => Kept} kept asked when a button is pressed
 * @param {HTMLButtonElement[]} films further ways to save
 */
export function keepRow(app, kept, films = []) {
  const place = action("keep.place", "picture", () => {
    app.drawing.place(kept().image);
    app.showCanvas();
    app.showNote(t("keep.placed"));
  });
  const png = saving("keep.png", () => savePng(app, kept()).catch(app.showError));
  const dump = saving("keep.dump", () => app.save(dumpBlob(kept().image), `${kept().name}.vf`));
  const files = el("span", { class: "files" }, ...films, png, dump);
  return el("div", { class: "row tight" }, place, files);
}

/**
 * A button that saves images as a GIF.
 * @param {App} app
 * @param {() => {images: Uint8Array[], fps: number, name: string}} film
 * @returns {HTMLButtonElement[]} none where there is no server to make it
 */
export function gifButtons(app, film) {
  const { site } = app;
  if (!site.hasServer) return [];
  const save = async () => {
    const { images, fps, name } = film();
    const shown = thinned(images);
    const rate = (fps * shown.length) / images.length;
    app.save(await site.gif(shown, Math.min(Math.max(rate, 1), 50)), `${name}.gif`);
  };
  return [saving("keep.gif", () => save().catch(app.showError))];
}

/**
 * @param {string} text key
 * @param {() => unknown} click
 */
function saving(text, click) {
  const button = action(text, "save", click);
  setTexts(button, { title: `${text}.title` });
  return button;
}

/**
 * An image as bytes, as films have them.
 * @param {ArrayLike<number>} image in 0…1
 */
export function bytesOf(image) {
  return Uint8Array.from(image, (grey) => Math.round(grey * 255));
}

/**
 * @param {App} app
 * @param {Kept} kept
 */
async function savePng(app, { image, name }) {
  const small = imageCanvas(image, "keep.place");
  const large = el("canvas", { width: small.width * SCALE, height: small.height * SCALE });
  const context = /** @type {CanvasRenderingContext2D} */ (large.getContext("2d"));
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, large.width, large.height);
  const blob = await new Promise((resolve) => large.toBlob(resolve, "image/png"));
  if (blob) app.save(blob, `${name}.png`);
}

/**
 * As many as a GIF may have, evenly, with the first and the last.
 * @param {Uint8Array[]} images
 */
function thinned(images) {
  const count = Math.min(images.length, MOST_IMAGES);
  const every = (images.length - 1) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, index) => images[Math.round(index * every)]);
}
