// @ts-check
/** The page's entry point: creates its parts and connects them. */

import { mountAnswer } from "./shell/answer.js";
import { App } from "./shell/app.js";
import { bindTexts, byId } from "./base/dom.js";
import { mountCopyLink } from "./shell/copy_link.js";
import { Drawing } from "./drawing/drawing.js";
import { acceptFiles } from "./shell/files.js";
import { followAddress } from "./shell/page_address.js";
import { mountFoot } from "./shell/foot.js";
import { mountHead } from "./shell/head.js";
import { mountIntro } from "./shell/intro.js";
import { mountJoin } from "./shell/join.js";
import { mountLikeness } from "./shell/likeness.js";
import { mountModels } from "./shell/models.js";
import { persistDrawing } from "./drawing/persistence.js";
import { workOffline } from "./shell/offline.js";
import { PredictionUpdater } from "./shell/predictions.js";
import { mountPresent } from "./shell/present.js";
import { Recovery } from "./shell/recovery.js";
import { restoreModels } from "./shell/restore_models.js";
import { mountSee } from "./shell/see.js";
import { showLoading } from "./shell/loading.js";
import { openSite } from "./site/site.js";
import { mountStage } from "./shell/stage.js";
import { mountTabs } from "./shell/tabs.js";
import { mountTurn } from "./shell/turn.js";
import { announce, clearError, clearPassing, mountToasts, showError, showNote, showProgress } from "./shell/toast.js";
import { UserError } from "./base/user_error.js";
import { mountWaiting } from "./shell/waiting.js";

async function main() {
  byId("no-server").remove();
  bindTexts(document);
  mountHead();
  mountToasts();
  const site = await openSite().catch(() => {
    throw new UserError("fail.site");
  });
  /** @type {HTMLCanvasElement[]} */
  const [canvas, ghost] = [byId("canvas"), byId("ghost")];
  mountWaiting();
  const recovery = new Recovery(() => {
    clearError("recovery");
    app.emit("recovered");
  });
  /** @type {typeof showError} */
  const showFailure = (error, task) => {
    showError(error, task);
    recovery.notice(error);
  };
  const services = { announce, showNote, showProgress, showError: showFailure, clearError, clearPassing };
  site.onLoading = showLoading;
  const app = new App(site, (changed) => new Drawing(canvas, ghost, changed), services);
  const lost = await restoreModels(app);
  new PredictionUpdater(app);
  mountModels(app);
  mountStage(app);
  mountAnswer(app);
  mountTurn(app);
  mountLikeness(app);
  mountSee(app);
  mountCopyLink(app);
  mountJoin(app);
  mountPresent(app);
  const tabs = mountTabs(app);
  acceptFiles(app);
  persistDrawing(app);
  mountFoot(site);
  workOffline(app);
  followAddress(app, tabs, lost);
  mountIntro(app);
}

main().catch(showError);
