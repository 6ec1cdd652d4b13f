// @ts-check
/** Colours of lights: the lighter the stronger, so that nobody needs to tell hues apart. */

// From off to the brightest, evenly spaced.
const STOPS = [
  [38, 30, 56], [72, 29, 104], [122, 36, 122], [178, 52, 112], [228, 86, 90], [250, 140, 98], [253, 198, 140], [255, 250, 214],
];
const LEVELS = 256;
// Faint lights are seen, too.
const GAMMA = 0.75;

/** The colours of all levels, as numbers of a canvas's pixels on little-endian machines. */
export const GLOW_PIXELS = Uint32Array.from({ length: LEVELS }, (_, level) => {
  const [red, green, blue] = mixed(level / (LEVELS - 1));
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
});
const COLOURS = Array.from({ length: LEVELS }, (_, level) => `rgb(${mixed(level / (LEVELS - 1)).join(" ")})`);

/**
 * Which colour a value has.
 * @param {number} value those below 0 are off
 * @param {number} most the value of the brightest, 0 if all are off
 */
export function levelOf(value, most) {
  if (!(value > 0 && most > 0)) return 0;
  return Math.round((LEVELS - 1) * Math.min(1, value / most) ** GAMMA);
}

/** @param {number} level */
export function colourOf(level) {
  return COLOURS[level];
}

/** A strip of all colours, for a legend. */
export function glowStrip() {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: LEVELS, height: 1, className: "glow-strip" });
  canvas.setAttribute("aria-hidden", "true");
  const data = new ImageData(LEVELS, 1);
  new Uint32Array(data.data.buffer).set(GLOW_PIXELS);
  canvas.getContext("2d")?.putImageData(data, 0, 0);
  return canvas;
}

/** @param {number} share in 0…1 */
function mixed(share) {
  const place = Math.min(share * (STOPS.length - 1), STOPS.length - 1 - 1e-9);
  const [first, rest] = [Math.floor(place), place % 1];
  return STOPS[first].map((from, channel) => Math.round(from + rest * (STOPS[first + 1][channel] - from)));
}
