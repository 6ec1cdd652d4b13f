// @ts-check
/**
 * Gradients on WebAssembly: of convolutions by their windows, which TensorFlow.js lacks there, and
 * two that it computes slowly: with them a step of the CNN takes half the time.
 */

/** @typedef {import("./kinds.js").TensorFlow} TensorFlow */
/** @typedef {{inputs: any, attrs: any, backend: any}} Call */
/** @typedef {(call: Call) => any} Kernel */

const BACKEND = "wasm";

/**
 * Register them, for windows that move by 1 without padding, and for pools of 2×2; other calls go on
 * to TensorFlow.js' own.
 * @param {TensorFlow} tf
 */
export function registerGradients(tf) {
  const isPlain = (/** @type {Call} */ { attrs: { strides, pad } }) => [strides].flat().every((step) => step === 1) && pad === "valid";
  const halves = (/** @type {Call} */ { attrs: { filterSize, strides, pad } }) =>
    [filterSize, strides].flat().every((side) => side === 2) && pad === "valid";
  replace(tf, "Conv2DBackpropFilter", isPlain, (call) => windowGradient(tf, call));
  replace(tf, "Conv2DBackpropInput", isPlain, (call) => inputGradient(tf, call));
  replace(tf, "MaxPoolGrad", halves, poolGradient);
}

/**
 * @param {TensorFlow} tf
 * @param {string} kernelName
 * @param {(call: Call) => boolean} fits
 * @param {Kernel} kernel
 */
function replace(tf, kernelName, fits, kernel) {
  const usual = tf.getKernel(kernelName, BACKEND);
  if (usual) tf.unregisterKernel(kernelName, BACKEND);
  const kernelFunc = (/** @type {Call} */ call) => {
    if (fits(call)) return kernel(call);
    if (!usual) throw new Error(`${kernelName}: not for ${JSON.stringify(call.attrs)}`);
    return usual.kernelFunc(call);
  };
  tf.registerKernel({ kernelName, backendName: BACKEND, kernelFunc });
}

/**
 * That of a window's weight is the sum of input times gradient over all positions: a convolution of
 * the input by the gradient, in which images and maps have changed places.
 * @param {TensorFlow} tf
 * @param {Call} call
 */
function windowGradient(tf, { inputs: { x, dy } }) {
  return tf.tidy(() => {
    const [images, gradient] = [tf.transpose(x, [3, 1, 2, 0]), tf.transpose(dy, [1, 2, 0, 3])];
    return tf.transpose(tf.conv2d(images, gradient, 1, "valid"), [1, 2, 0, 3]);
  });
}

/**
 * That of the input: a convolution of the gradient, with a margin, by the windows turned by 180°.
 * @param {TensorFlow} tf
 * @param {Call} call
 */
function inputGradient(tf, { inputs: { dy, filter } }) {
  return tf.tidy(() => {
    const [down, across] = filter.shape.slice(0, 2).map((/** @type {number} */ side) => [side - 1, side - 1]);
    const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
    return tf.conv2d(tf.pad(dy, [[0, 0], down, across, [0, 0]]), turned, 1, "valid");
  });
}

/**
 * That of a pool goes to the first of the largest.
 * @param {Call} call
 */
function poolGradient({ inputs: { dy, input }, backend }) {
  const [count, rows, columns, maps] = dy.shape;
  const [, height, width] = input.shape;
  const out = backend.makeOutput(input.shape, "float32");
  // The module's memory may have moved: not before the output is there.
  const [from, values, to] = [dy, input, out].map((tensor) => backend.typedArrayFromHeap(tensor));
  to.fill(0);
  const corners = [maps, width * maps, (width + 1) * maps]; // from the first
  let at = 0;
  for (let n = 0; n < count; n++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const first = ((n * height + 2 * row) * width + 2 * column) * maps;
        for (let map = 0; map < maps; map++) {
          let best = first + map;
          for (const corner of corners) if (values[first + map + corner] > values[best]) best = first + map + corner;
          to[best] = from[at++];
        }
      }
    }
  }
  return out;
}
