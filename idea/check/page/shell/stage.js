// @ts-check
/** The canvas with what surrounds it: tools, hint, brush. */

import { Brush, Ring } from "../drawing/brush.js";
import { Choice } from "../base/choice.js";
import { byId, el, icon } from "../base/dom.js";
import { fileButton } from "./files.js";
import { addIcons } from "./icon_choice.js";
import { drawByKeys } from "../drawing/keys.js";
import { t } from "../base/language.js";
import { PICTURES } from "./opened.js";
import { drawByPointer } from "../drawing/pointer.js";
import { SIZE } from "../drawing/strokes.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app */
export function mountStage(app) {
  const brush = new Brush();
  const ring = new Ring(byId("ring"), brush, SIZE);
  drawByPointer(app.drawing, brush, ring);
  drawByKeys(app, brush, ring);
  byId("tools").append(...tools(app, brush, ring));
  app.on("drawing", () => {
    byId("hint").hidden = !app.drawing.empty;
  });
  undoByKeys(app);
  followSize(app.drawing);
}

/**
 * @param {App} app
 * @param {Brush} brush
 * @param {Ring} ring
 */
function tools(app, brush, ring) {
  return [toolChoice(brush), widthSlider(brush, ring), ...commands(app)];
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
 * @param {Ring} ring shows the width while it is being changed
 */
function widthSlider(brush, ring) {
  const slider = el("input", {
    type: "range", ...brush.limits, value: brush.width, label: "draw.width", title: "draw.width",
    autocomplete: "off",
    on: {
      input: () => {
        brush.change({ width: slider.valueAsNumber });
        ring.show(SIZE / 2, SIZE / 2);
      },
      change: () => ring.hide(),
    },
  });
  brush.onChange(() => {
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
  const props = { type: "button", class: "button only", label: text, title: text };
  return el("button", { ...props, on: { click } }, icon(image));
}

/** @param {App} app */
function undoByKeys({ drawing, say }) {
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || isText(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "y" || (key === "z" && event.shiftKey)) {
      drawing.redo();
      say(t("draw.redone"));
    } else if (key === "z") {
      drawing.undo();
      say(t("draw.undone"));
    } else return;
    event.preventDefault();
  });
}

/** @param {EventTarget | null} target */
function isText(target) {
  const others = ["range", "radio", "checkbox"];
  return target instanceof HTMLInputElement && !others.includes(target.type);
}

/**
 * Draw as sharply as the screen can.
 * @param {App["drawing"]} drawing
 */
function followSize(drawing) {
  new ResizeObserver(([entry]) => {
    const [exact] = entry.devicePixelContentBoxSize ?? [];
    const side = exact?.inlineSize ?? entry.contentRect.width * devicePixelRatio;
    drawing.resize(Math.round(side));
  }).observe(drawing.canvas);
}
