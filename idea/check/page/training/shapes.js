// @ts-check
/** The networks that are trained here: their layers. */

/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../numbers/weights.js").Shapes} Shapes */

// The CNN of the article about TensorFlow.js: maps of each convolution of 3×3, and whether the
// largest of 2×2 follows.
const WINDOW = 3;
const CONVOLUTIONS = [{ maps: 16, pool: true }, { maps: 32, pool: true }, { maps: 32, pool: false }];
const DENSE = 64;

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
  const convolutions = CONVOLUTIONS.map(({ maps, pool }) => {
    const shape = [maps, inputs, WINDOW, WINDOW];
    const results = (/** @type {number} */ side) => Math.floor((side - WINDOW + 1) / (pool ? 2 : 1));
    [inputs, rows, columns] = [maps, results(rows), results(columns)];
    return { shape, pool };
  });
  return { convolutions, layers: [[DENSE, inputs * rows * columns], [outputs, DENSE]] };
}

/**
 * The layers as a text, as other networks have it: 784-16-16-10.
 * @param {Shapes} shapes
 * @param {Task} task
 */
export function describe({ convolutions, layers }, { height, width }) {
  const maps = convolutions.map(({ shape }) => shape[0]);
  const first = convolutions.length ? `1×${height}×${width}` : String(height * width);
  return [first, ...maps.map((count) => `${count} maps`), ...layers.map(([outputs]) => outputs)].join("-");
}
