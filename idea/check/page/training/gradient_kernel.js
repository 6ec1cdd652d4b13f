// @ts-check
/** The gradient of convolutions by their windows, which TensorFlow.js lacks on WebAssembly. */

/** @typedef {import("./kinds.js").TensorFlow} TensorFlow */

/**
 * Register it, for convolutions with steps of 1. The gradient of a window's weight is the sum of
 * input times gradient over all positions: a convolution of the input by the gradient, in which
 * images and maps have changed places.
 * @param {TensorFlow} tf
 */
export function registerGradientKernel(tf) {
  const [kernelName, backendName] = ["Conv2DBackpropFilter", "wasm"];
  if (tf.getKernel(kernelName, backendName)) return;
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: (/** @type {any} */ { inputs: { x, dy }, attrs: { strides, pad } }) => {
      if ([strides].flat().some((stride) => stride !== 1)) throw new Error(`${kernelName}: strides of ${strides}`);
      return tf.tidy(() => {
        const [images, gradient] = [tf.transpose(x, [3, 1, 2, 0]), tf.transpose(dy, [1, 2, 0, 3])];
        return tf.transpose(tf.conv2d(images, gradient, 1, pad), [1, 2, 0, 3]);
      });
    },
  });
}
