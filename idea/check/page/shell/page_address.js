// @ts-check
/** What the address names whatever the panel is: the network, and in links the drawing. */

import { drawingOf, editsOf } from "../drawing/drawing_text.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("./app.js").App} App */

/**
 * Show what the address names, and let it follow what the page shows.
 * @param {App} app
 * @param {import("./address.js").Panels} panels
 * @param {string[]} lost names of networks of which the reader knows that they are no longer there
 */
export function followAddress(app, panels, lost) {
  const { address, drawing } = app;
  const choose = chooserOf(app, lost);
  address.declare("", "network", { read: () => app.model.name, write: choose });
  address.declare("", "drawing", {
    onlyInLinks: true,
    read: () => drawingOf(drawing),
    write: (text) => {
      const edits = editsOf(text, app.task, drawing.paper);
      if (edits) drawing.add(edits);
      return edits !== null;
    },
  });
  // By then all panels show the other network.
  app.on("model", () => queueMicrotask(() => address.push()));
  address.begin(panels);
}

/**
 * Return what chooses a network by its name. Names of files are no secret, and the same everywhere.
 * @param {App} app
 * @param {string[]} lost
 */
function chooserOf(app, lost) {
  /** @type {string | null} named by the address, and not there */
  let missing = null;
  app.on("model", () => {
    if (app.model.name === missing) queueMicrotask(() => app.address.followAgain());
    missing = null;
  });
  return (/** @type {string} */ name) => {
    const entry = app.site.models.find((each) => each.name === name);
    if (!entry) {
      const other = app.model.name;
      missing = name;
      if (lost.includes(name)) return true;
      throw new UserError("address.network", { name: name.slice(0, 100), other });
    }
    missing = null;
    app.clearError("address");
    if (entry.id !== app.model.id) app.choose(entry.id);
    return true;
  };
}
