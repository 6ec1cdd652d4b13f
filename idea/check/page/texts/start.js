// @ts-check
/** The texts that the page begins with, by their keys: in English and in Japanese. Panels and files have more. */

import { texts as files } from "./files.js";
import { texts as first } from "./first.js";
import { texts as numbers } from "./numbers.js";
import { texts as server } from "./server.js";
import { texts as share } from "./share.js";
import { texts as shell } from "./shell.js";

/** @type {Record<string, [string, string]>} */
export const texts = { ...shell, ...share, ...server, ...first, ...numbers, ...files };
