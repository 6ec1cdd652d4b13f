// @ts-check
/** Buttons that save an image of a panel, or copy it to the canvas. */

import { action } from "../base/action.js";
import { el, setTexts } from "../base/dom.js";
import { dumpBlob } from "../numbers/dump.js";
import { imageCanvas } from "../base/images.js";
import { t } from "../base/language.js";

/** @typedef {import("../shell/app.js").App} App */
/** @typedef {{image: Float32Array, name: string}} SavableImage */

const SCALE = 10;
const MOST_IMAGES = 100;

/**
 * Return the row of buttons.
 * @param {App} app
 * @param {() => SavableImage} getImage called when a button is pressed
 * @param {HTMLButtonElement[]} extraButtons further ways to save
 */
export function saveRow(app, getImage, extraButtons = []) {
  const copy = action("save.copy", "picture", () => {
    app.drawing.place(getImage().image);
    app.showCanvas();
    app.showNote(t("save.copied"));
  });
  const png = saveButton("save.png", () => savePng(app, getImage()).catch(app.showError));
  const dump = saveButton("save.dump", () => saveDump(app, getImage()));
  const files = el("span", { class: "files" }, ...extraButtons, png, dump);
  return el("div", { class: "row tight" }, copy, files);
}

/**
 * Return a button that saves images as a GIF.
 * @param {App} app
 * @param {() => {images: Uint8Array[], fps: number, name: string}} getFrames
 * @returns {HTMLButtonElement[]} none without a server, which encodes it
 */
export function gifButtons(app, getFrames) {
  const { site } = app;
  if (!site.hasServer) return [];
  const save = async () => {
    const { images, fps, name } = getFrames();
    const shown = thinned(images);
    const rate = (fps * shown.length) / images.length;
    app.save(await site.gif(app.model.id, shown, Math.min(Math.max(rate, 1), 50)), `${name}.gif`);
  };
  return [saveButton("save.gif", () => save().catch(app.showError))];
}

/**
 * @param {string} text key
 * @param {() => unknown} click
 */
function saveButton(text, click) {
  const button = action(text, "save", click);
  setTexts(button, { title: `${text}.title` });
  return button;
}

/**
 * @param {App} app
 * @param {SavableImage} savable
 */
async function savePng(app, { image, name }) {
  const small = imageCanvas(image, app.task, "save.copy");
  const large = el("canvas", { width: small.width * SCALE, height: small.height * SCALE });
  const context = /** @type {CanvasRenderingContext2D} */ (large.getContext("2d"));
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, large.width, large.height);
  const blob = await new Promise((resolve) => large.toBlob(resolve, "image/png"));
  if (blob) app.save(blob, `${name}.png`);
}

/**
 * @param {App} app
 * @param {SavableImage} savable
 */
function saveDump(app, { image, name }) {
  app.save(dumpBlob(image), `${name}.vf`);
}

/**
 * Select as many images as a GIF may have, evenly, with the first and the last.
 * @param {Uint8Array[]} images
 */
function thinned(images) {
  const count = Math.min(images.length, MOST_IMAGES);
  const every = (images.length - 1) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, index) => images[Math.round(index * every)]);
}
