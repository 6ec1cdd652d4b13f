// @ts-check
/** A worker that holds training images and finds the nearest one to an image. */

import { BinaryImages } from "../numbers/nearest.js";

/** @typedef {import("../numbers/nearest.js").Found} Found */

/** @type {BinaryImages | null} */
let images = null;

addEventListener("message", ({ data: { numbers, count, pixels, image } }) => {
  if (image) postMessage(/** @type {BinaryImages} */ (images).nearest(image));
  else images = new BinaryImages(numbers, count, pixels);
});
