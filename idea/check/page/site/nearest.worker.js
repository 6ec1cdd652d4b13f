// @ts-check
/** A worker that holds training images and finds the nearest one to an image. */

import { BinaryImages } from "../numbers/nearest.js";

/** @typedef {import("../numbers/nearest.js").Found} Found */

/** @type {BinaryImages | null} */
let images = null;

addEventListener("message", ({ data: { numbers, size, image, count } }) => {
  if (numbers) images = new BinaryImages(numbers, size[0], size[1]);
  else if (image) postMessage(images?.nearest(image));
  else postMessage(images?.first(count));
});
