// @ts-check
/** Where on the screen there is room for messages: beside what they must not cover. */

/** @typedef {{top: number, bottom: number}} Span from the screen's upper edge */

/**
 * The lowest part of the screen that is free and high enough or, if there is none, the highest, which may be of no
 * height.
 * @param {number} height of the screen
 * @param {Span[]} taken
 * @param {number} needed height
 * @returns {Span}
 */
export function freeSpan(height, taken, needed) {
  /** @type {Span[]} */
  const free = [];
  let bottom = height;
  for (const span of [...taken].sort((a, b) => b.bottom - a.bottom)) {
    if (span.top >= bottom) continue;
    if (span.bottom < bottom) free.push({ top: Math.max(0, span.bottom), bottom });
    bottom = Math.min(bottom, span.top);
    if (bottom <= 0) break;
  }
  if (bottom > 0) free.push({ top: 0, bottom });
  const sizeOf = (/** @type {Span} */ span) => span.bottom - span.top;
  const largest = free.reduce((best, span) => (sizeOf(span) > sizeOf(best) ? span : best), { top: 0, bottom: 0 });
  const found = free.find((span) => sizeOf(span) >= needed) ?? largest;
  return found;
}
