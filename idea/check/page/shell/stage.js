// @ts-check
/** The canvas with what surrounds it: tools, hint, brush. */

import { Brush, BrushOutline } from "../drawing/brush.js";
import { Choice } from "../base/choice.js";
import { byId, el, icon } from "../base/dom.js";
import { fileButton, PICTURES } from "./files.js";
import { addIcons } from "./icon_choice.js";
import { drawByKeys } from "../drawing/keys.js";
import { t } from "../base/language.js";
import { drawByPointer } from "../drawing/pointer.js";
import { undoByKeys } from "../base/undo_keys.js";

/** @typedef {import("./app.js").App} App */

// Images of other proportions are distorted where they are shown.
const WIDEST = 8;

/** @param {App} app */
export function mountStage(app) {
  const brush = new Brush();
  const outline = new BrushOutline(byId("brush-outline"), brush, app.drawing);
  drawByPointer(app.drawing, brush, outline);
  app.drawOn = (canvas) => drawByPointer(app.drawing, brush, outline, canvas);
  drawByKeys(app, brush, outline);
  byId("tools").append(...tools(app, brush, outline));
  app.on("drawing", () => {
    byId("hint").hidden = !app.drawing.empty;
  });
  app.drawing.canvas.addEventListener("pointerdown", () => app.clearPassing());
  handleUndoKeys(app);
  followSize(app.drawing);
  const followTask = () => {
    showProportions(app.task);
    brush.suit(app.drawing.paper);
  };
  app.on("model", followTask);
  followTask();
}

/**
 * Let the stylesheet know the proportions of images, so far as they can be shown.
 * @param {import("../base/task.js").Task} task
 */
function showProportions({ height, width }) {
  const aspect = Math.min(Math.max(width / height, 1 / WIDEST), WIDEST);
  const { style } = document.documentElement;
  style.setProperty("--aspect", String(aspect));
  style.setProperty("--narrow", String(Math.min(aspect, 1)));
  style.setProperty("--low", String(Math.min(1 / aspect, 1)));
}

/**
 * @param {App} app
 * @param {Brush} brush
 * @param {BrushOutline} outline
 */
function tools(app, brush, outline) {
  return [toolChoice(brush), widthSlider(brush, outline, app.drawing), ...commands(app)];
}

/** @param {Brush} brush */
function toolChoice(brush) {
  const pen = { value: "pen", text: "draw.pen" };
  const eraser = { value: "eraser", text: "draw.eraser" };
  const choice = new Choice("draw.tool", [pen, eraser], () => {
    brush.change({ erase: choice.value === "eraser" });
  });
  brush.onChange(() => {
    choice.value = brush.erase ? "eraser" : "pen";
  });
  addIcons(choice, ["pen", "eraser"]);
  return choice.root;
}

/**
 * @param {Brush} brush
 * @param {BrushOutline} outline shows the width while it is being changed
 * @param {App["drawing"]} drawing
 */
function widthSlider(brush, outline, drawing) {
  const { min, max, step } = brush.limits;
  const slider = el("input", {
    type: "range", min, max, step, value: brush.width, label: "draw.width", title: "draw.width",
    autocomplete: "off",
    on: {
      input: () => {
        brush.change({ width: slider.valueAsNumber });
        outline.show(drawing.paper.width / 2, drawing.paper.height / 2);
      },
      change: () => outline.hide(),
    },
  });
  brush.onChange(() => {
    slider.max = String(brush.limits.max);
    slider.value = String(brush.width);
  });
  return slider;
}

/** @param {App} app */
function commands(app) {
  const { drawing } = app;
  const undo = command("undo", "draw.undo", () => drawing.undo());
  const redo = command("redo", "draw.redo", () => drawing.redo());
  const clear = command("trash", "draw.clear", () => drawing.clear());
  app.on("drawing", () => {
    // Not `disabled`: a button that has the focus would lose it.
    undo.setAttribute("aria-disabled", String(!drawing.canUndo));
    redo.setAttribute("aria-disabled", String(!drawing.canRedo));
    clear.setAttribute("aria-disabled", String(drawing.empty));
  });
  const open = fileButton(app, PICTURES, { text: "draw.open", title: "draw.open.title" });
  return [undo, redo, clear, open];
}

/**
 * @param {import("../base/icons.js").IconName} image
 * @param {string} text of which there is no room for more than a tip
 * @param {() => void} click
 */
function command(image, text, click) {
  const props = { type: "button", class: "button icon-only", label: text, title: text };
  return el("button", { ...props, on: { click } }, icon(image));
}

/** @param {App} app */
function handleUndoKeys({ drawing, announce }) {
  undoByKeys(window, {
    undo: () => {
      drawing.undo();
      announce(t("draw.undone"));
    },
    redo: () => {
      drawing.redo();
      announce(t("draw.redone"));
    },
  });
}

/**
 * Draw as sharply as the screen can.
 * @param {App["drawing"]} drawing
 */
function followSize(drawing) {
  new ResizeObserver(([entry]) => {
    const [exact] = entry.devicePixelContentBoxSize ?? [];
    const { width, height } = entry.contentRect;
    const across = exact?.inlineSize ?? width * devicePixelRatio;
    drawing.resize(Math.round(across), Math.round(exact?.blockSize ?? height * devicePixelRatio));
  }).observe(drawing.canvas);
}
