// @ts-check
/** The page's entry point: creates its parts and connects them. */

import { mountAnswer } from "./shell/answer.js";
import { App } from "./shell/app.js";
import { bindTexts, byId, setTexts } from "./base/dom.js";
import { Drawing } from "./drawing/drawing.js";
import { acceptFiles } from "./shell/files.js";
import { mountHead } from "./shell/head.js";
import { mountModels } from "./shell/models.js";
import { persistDrawing } from "./drawing/persistence.js";
import { PredictionUpdater } from "./shell/predictions.js";
import { restoreModels } from "./shell/restore_models.js";
import { mountSee } from "./shell/see.js";
import { openSite } from "./site/site.js";
import { mountStage } from "./shell/stage.js";
import { mountTabs } from "./shell/tabs.js";
import { announce, clearError, showError, showNote } from "./shell/toast.js";
import { UserError } from "./base/user_error.js";

async function main() {
  byId("no-server").remove();
  bindTexts(document);
  mountHead();
  const site = await openSite().catch(() => {
    throw new UserError("fail.site");
  });
  /** @type {HTMLCanvasElement[]} */
  const [canvas, ghost] = [byId("canvas"), byId("ghost")];
  const services = { announce, showNote, showError, clearError };
  const app = new App(site, (changed) => new Drawing(canvas, ghost, changed), services);
  await restoreModels(app);
  new PredictionUpdater(app);
  mountModels(app);
  mountStage(app);
  mountAnswer(app);
  mountSee(app);
  mountTabs(app);
  acceptFiles(app);
  persistDrawing(app);
  setTexts(byId("version"), { text: "foot.version", params: { version: site.version } });
}

main().catch(showError);
