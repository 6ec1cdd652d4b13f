// @ts-check
/** The page: its parts, put together. */

import { mountAnswer } from "./shell/answer.js";
import { App } from "./shell/app.js";
import { Asking } from "./shell/asking.js";
import { bindTexts, byId, setTexts } from "./base/dom.js";
import { Drawing } from "./drawing/drawing.js";
import { takeFiles } from "./shell/files.js";
import { mountHead } from "./shell/head.js";
import { mountModels } from "./shell/models.js";
import { persistDrawing } from "./drawing/persistence.js";
import { restoreModels } from "./shell/restore_models.js";
import { mountSee } from "./shell/see.js";
import { openSite } from "./site/site.js";
import { mountStage } from "./shell/stage.js";
import { mountTabs } from "./shell/tabs.js";
import { fail, mended, note, say } from "./shell/toast.js";
import { UserError } from "./base/user_error.js";

async function main() {
  byId("unserved").remove();
  bindTexts(document);
  mountHead();
  const site = await openSite().catch(() => {
    throw new UserError("fail.site");
  });
  /** @type {HTMLCanvasElement[]} */
  const [canvas, ghost] = [byId("canvas"), byId("ghost")];
  const services = { say, note, fail, mended };
  const app = new App(site, (changed) => new Drawing(canvas, ghost, changed), services);
  await restoreModels(app);
  new Asking(app);
  mountModels(app);
  mountStage(app);
  mountAnswer(app);
  mountSee(app);
  mountTabs(app);
  takeFiles(app);
  persistDrawing(app);
  setTexts(byId("version"), { text: "foot.version", params: { version: site.version } });
}

main().catch(fail);
