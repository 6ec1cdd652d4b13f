// @ts-check
/** The page: its parts, put together. */

import { mountAnswer } from "./answer.js";
import { App } from "./app.js";
import { Asking } from "./asking.js";
import { adopt, byId, write } from "./dom.js";
import { Drawing } from "./drawing.js";
import { takeFiles } from "./files.js";
import { mountHead } from "./head.js";
import { mountModels } from "./models.js";
import { rememberDrawing } from "./remember.js";
import { mountSee } from "./see.js";
import { Sentence } from "./sentence.js";
import { openSite } from "./site.js";
import { mountStage } from "./stage.js";
import { mountTabs } from "./tabs.js";
import { fail, say } from "./toast.js";

async function main() {
  adopt(document);
  mountHead();
  const site = await openSite().catch(() => {
    throw new Sentence("fail.site");
  });
  /** @type {HTMLCanvasElement[]} */
  const [canvas, ghost] = [byId("canvas"), byId("ghost")];
  const app = new App(site, (changed) => new Drawing(canvas, ghost, changed), { say, fail });
  new Asking(app);
  mountModels(app);
  mountStage(app);
  mountAnswer(app);
  mountSee(app);
  mountTabs(app);
  takeFiles(app);
  rememberDrawing(app);
  write(byId("version"), { text: "foot.version", params: { version: site.version } });
}

main().catch(fail);
