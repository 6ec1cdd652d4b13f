// @ts-check
/** All texts of the page, by their keys: in English and in Japanese. */

import { texts as files } from "./files.js";
import { texts as first } from "./first.js";
import { texts as ideas } from "./ideas.js";
import { texts as inside } from "./inside.js";
import { texts as numbers } from "./numbers.js";
import { texts as panels } from "./panels.js";
import { texts as play } from "./play.js";
import { texts as readers } from "./readers.js";
import { texts as robustness } from "./robustness.js";
import { texts as server } from "./server.js";
import { texts as share } from "./share.js";
import { texts as shell } from "./shell.js";
import { texts as training } from "./training.js";

/** @type {Record<string, [string, string]>} */
export const texts = {
  ...shell, ...share, ...server, ...panels, ...ideas, ...robustness, ...first, ...numbers, ...files,
  ...readers, ...training, ...inside, ...play,
};
