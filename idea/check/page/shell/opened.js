// @ts-check
/** Opening files: pictures and dumps go onto the canvas, networks into the list. */

import { askInput } from "./ask_input.js";
import { askTask } from "./ask_task.js";
import { parseDump } from "../numbers/dump.js";
import { t } from "../base/language.js";
import { centreOnCanvas, decode, lightOf, refuseLarge } from "./picture.js";
import { inkOf } from "../numbers/prepare.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("./app.js").App} App */

// Some systems have no type for some of them.
const PICTURE = /\.(png|jpe?g|jfif|gif|webp|bmp|avif|heic|heif|tiff?|svg|ico)$/i;
const UNSIZED = ["server.code.shape", "format.size"];
const CONVERTIBLE = [
  ".pt", ".pth", ".h5", ".hdf5", ".keras", ".json", ".pkl", ".pickle", ".joblib", ".skops",
  ".npz", ".model", ".safetensors", ".onnx",
];

/**
 * @param {App} app
 * @param {Iterable<File>} files
 */
export async function openFiles(app, files) {
  const all = [...files];
  // Numbers that a network among them may keep in files of their own.
  const beside = all.length > 1 ? all.filter((file) => !isOpenable(app.site, file)) : [];
  /** @type {unknown} */
  let failure = null; // shown last: another file that opens would clear it
  app.clearError("open");
  for (const file of all.filter((each) => !beside.includes(each))) {
    const done = app.showProgress(t("open.working", { name: file.name }));
    try {
      const note = await openerOf(file)(app, file, beside);
      app.showNote(note);
    } catch (error) {
      failure = error;
    } finally {
      done();
    }
  }
  if (failure) app.showError(failure, "open");
}

/** @param {File} file */
function openerOf(file) {
  if (isDump(file)) return openDump;
  return isPicture(file) ? openPicture : openModel;
}

/** @param {File} file */
function isDump({ name }) {
  return /\.vf$/i.test(name);
}

/** @param {File} file */
function isPicture({ name, type }) {
  return type.startsWith("image/") || PICTURE.test(name);
}

/**
 * @param {App["site"]} site
 * @param {File} file
 */
function isOpenable({ accepts }, file) {
  const suffixes = [...accepts.split(","), ...CONVERTIBLE];
  return isDump(file) || isPicture(file) || suffixes.some((suffix) => file.name.toLowerCase().endsWith(suffix));
}

/**
 * @param {App} app
 * @param {File} file
 * @param {File[]} beside
 */
async function openModel(app, file, beside) {
  const { id, name } = await openedModel(app.site, file, beside);
  if (!app.site.networks.entry(id)) return t("model.forgotten", { name }); // while it was stored
  app.choose(id);
  return t("model.opened", { name });
}

/**
 * Open a network, with what the reader declares of its task where its file gives no size of images,
 * and of its inputs where test images suggest another scale.
 * @param {App["site"]} site
 * @param {File} file
 * @param {File[]} beside
 */
async function openedModel(site, file, beside) {
  refuseForeign(site, file);
  /** @type {Record<string, string>} */
  let declared = {};
  let entry;
  try {
    entry = await site.networks.open(file, {}, beside);
  } catch (error) {
    const isUnsized = error instanceof UserError && UNSIZED.includes(error.key);
    const task = isUnsized ? await askTask(file.name) : null;
    if (!task) throw error;
    declared = task;
    entry = await site.networks.open(file, declared, beside);
  }
  const better = entry.better_input;
  if (!better || !(await askInput(file.name, better))) return entry;
  return site.networks.open(file, { ...declared, input: better.input }, beside);
}

/**
 * Say what to do with a file of a format that `idea.export` converts and the page doesn't open.
 * @param {App["site"]} site
 * @param {File} file
 */
function refuseForeign({ accepts }, { name }) {
  const opened = accepts.split(",");
  const [suffix = ""] = name.toLowerCase().match(/\.\w+$/) ?? [];
  if (opened.includes(suffix) || !CONVERTIBLE.includes(suffix)) return;
  throw new UserError("open.convert", { name, to: "network.safetensors", accepts: opened.join(", ") });
}

/**
 * @param {App} app
 * @param {File} file
 */
async function openDump(app, file) {
  refuseLarge(file);
  app.drawing.place(parseDump(await file.arrayBuffer(), file.name, app.task));
  return placed(app, file);
}

/**
 * @param {App} app
 * @param {File} file
 */
async function openPicture(app, file) {
  refuseLarge(file);
  const bitmap = await decode(file); // for the network that is chosen by then
  app.drawing.replace(inkOnCanvas(app, bitmap, file.name));
  return placed(app, file);
}

/**
 * @param {App} app
 * @param {File} file
 */
function placed(app, { name }) {
  app.showCanvas();
  return t("open.placed", { name });
}

/**
 * Return the ink of a picture, centred on the canvas.
 * @param {App} app
 * @param {ImageBitmap} bitmap
 * @param {string} name the file's
 */
function inkOnCanvas({ drawing: { paper }, task }, bitmap, name) {
  const { light, width, height } = lightOf(bitmap, paper);
  try {
    const { ink } = inkOf(light, width, height, null, task);
    return centreOnCanvas(ink, width, height, paper);
  } catch (error) {
    throw error instanceof UserError ? new UserError("open.blank", { name }) : error;
  }
}
