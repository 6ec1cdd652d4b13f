// @ts-check
/** The networks that are trained here: their layers. */

/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../numbers/weights.js").Shapes} Shapes */

// The CNN of the article about TensorFlow.js: maps of each convolution of 3×3, and whether the
// largest of 2×2 follows.
const WINDOW = 3;
const CONVOLUTIONS = [{ maps: 16, pool: true }, { maps: 32, pool: true }, { maps: 32, pool: false }];
const DENSE = 64;

/** How many convolutions the article's CNN has. */
export const DEPTH = CONVOLUTIONS.length;

/**
 * @param {"cnn" | "mlp"} kind
 * @param {number} units of each of an MLP's two hidden layers
 * @param {Task} task
 * @returns {Shapes}
 */
export function shapesOf(kind, units, { height, width, classes }) {
  const outputs = classes.length;
  if (kind === "mlp") {
    return { convolutions: [], layers: [[units, height * width], [units, units], [outputs, units]] };
  }
  let [inputs, rows, columns] = [1, height, width];
  const convolutions = [];
  for (const { maps, pool: pools } of CONVOLUTIONS) {
    const least = Math.min(rows, columns) - WINDOW + 1;
    if (least < 1) break; // of small images as many as fit
    const pool = pools && least > 1;
    convolutions.push({ shape: [maps, inputs, WINDOW, WINDOW], pool });
    [inputs, rows, columns] = [maps, resultOf(rows, pool), resultOf(columns, pool)];
  }
  return { convolutions, layers: [[DENSE, inputs * rows * columns], [outputs, DENSE]] };
}

/**
 * The sizes between the layers as a text, as other networks have it: 784-16-16-10.
 * @param {Shapes} shapes
 * @param {Task} task
 */
export function describe({ convolutions, layers }, { height, width }) {
  let [rows, columns] = [height, width];
  const sizes = [convolutions.length ? `1×${height}×${width}` : height * width];
  for (const { shape: [maps], pool } of convolutions) {
    [rows, columns] = [rows, columns].map((side) => resultOf(side, Boolean(pool)));
    sizes.push(`${maps}×${rows}×${columns}`);
  }
  return [...sizes, ...layers.map(([outputs]) => outputs)].join(convolutions.length ? ", " : "-");
}

/**
 * The side of a map after a convolution.
 * @param {number} side before it
 * @param {boolean} pool
 */
function resultOf(side, pool) {
  return Math.floor((side - WINDOW + 1) / (pool ? 2 : 1));
}
