// @ts-check
/** For a class: the address at which others reach the page, and its QR code. */

import { el } from "../base/dom.js";
import { headButton } from "./head.js";

/** @typedef {import("../site/kinds.js").Join} Join */

const SVG = "http://www.w3.org/2000/svg";
// Modules around the code, which readers need.
const QUIET = 4;

/**
 * Offer it, where the server is there for others.
 * @param {import("./app.js").App} app
 */
export function mountJoin({ site: { join } }) {
  if (join) headButton("code", "join", () => showJoin(join));
}

/** @param {Join} join */
function showJoin({ address, code }) {
  const close = el("button", { type: "button", class: "button primary", text: "copy.close" });
  const link = el("a", { class: "join-address", href: address }, address.replace(/^http:\/\/|\/$/g, ""));
  const content = el("div", { class: "stack" }, el("p", { text: "join.hint" }), link);
  if (code) content.append(qrCode(code, address));
  content.append(el("div", { class: "row" }, close));
  const dialog = el("dialog", { class: "card join", label: "join.title" }, content);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}

/**
 * @param {string[]} rows
 * @param {string} address
 */
function qrCode(rows, address) {
  const side = rows.length + 2 * QUIET;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  const path = document.createElementNS(SVG, "path");
  const modules = rows.flatMap((row, y) =>
    [...row].flatMap((module, x) => (module === "1" ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])));
  path.setAttribute("d", modules.join(""));
  svg.append(path);
  return el("div", { class: "join-code", role: "img", label: "join.code", params: { address } }, svg);
}
