// @ts-check
/** How equal squares are laid out in a field. */

/**
 * @typedef {object} Field
 * @property {number} columns
 * @property {number} rows
 * @property {number} cell the side of a square
 * @property {number} step from one square to the next
 *
 * @typedef {object} Room all in pixels
 * @property {number} width
 * @property {number} highest that the field is, as long as squares aren't smaller than `smallest`
 * @property {number} largest that a square is
 * @property {number} smallest
 * @property {number} gap between squares
 */

/**
 * The squares as large as fit, and the rows as full as they can be.
 * @param {number} count
 * @param {Room} room
 * @returns {Field}
 */
export function fieldOf(count, { width, highest, largest, smallest, gap }) {
  const fitting = (/** @type {number} */ cell) => Math.max(1, Math.min(count, Math.floor((width + gap) / (cell + gap))));
  const most = fitting(smallest);
  const isHigh = (/** @type {number} */ columns) => Math.ceil(count / columns) * (width + gap) > columns * (highest + gap);
  let columns = fitting(largest);
  while (columns < most && isHigh(columns)) columns++;
  const cell = Math.max(1, Math.min(largest, Math.floor((width + gap) / columns - gap)));
  const rows = Math.ceil(count / columns);
  // No row is much emptier than the others.
  return { columns: Math.ceil(count / rows), rows, cell, step: cell + gap };
}

/**
 * The square at a point, or null.
 * @param {Field} field
 * @param {number} count
 * @param {number} x
 * @param {number} y
 */
export function squareAt({ columns, step }, count, x, y) {
  const [column, row] = [Math.floor(x / step), Math.floor(y / step)];
  const place = row * columns + column;
  return column >= 0 && column < columns && row >= 0 && place < count ? place : null;
}

/** @type {Record<string, (place: number, columns: number, count: number) => number>} */
const MOVES = {
  ArrowLeft: (place) => place - 1,
  ArrowRight: (place) => place + 1,
  ArrowUp: (place, columns) => (place < columns ? place : place - columns),
  ArrowDown: (place, columns, count) => (place + columns < count ? place + columns : place),
  Home: () => 0,
  End: (_, __, count) => count - 1,
};

/**
 * The square that a key leads to, or null of other keys.
 * @param {string} key
 * @param {number} place
 * @param {number} columns
 * @param {number} count
 */
export function moved(key, place, columns, count) {
  const move = Object.hasOwn(MOVES, key) ? MOVES[key] : null;
  return move && Math.max(0, Math.min(count - 1, move(place, columns, count)));
}
