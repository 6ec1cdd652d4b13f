// @ts-check
/** The nodes of plain networks: what each adds to a chain of layers; see idea/files/onnx/nodes.py. */

import { RELU } from "./chain.js";
import { LINEAR } from "./onnx_linear.js";
import { MAPS } from "./onnx_maps.js";
import { UnsupportedError } from "./tensor.js";

/** @typedef {import("./onnx.js").Trail} Trail */
/** @typedef {import("./onnx.js").Step} Step */
/** @typedef {(trail: Trail, step: Step) => void} Handler */

const [FLOAT, DOUBLE] = [1, 11];
const LARGEST_FLOAT = 3.4e38;

/** @type {Record<string, string>} activations, which the page evaluates after the logits alone */
const ACTIVATIONS = {
  Softmax: "softmax", LogSoftmax: "log_softmax", Sigmoid: "sigmoid", Tanh: "tanh", HardSigmoid: "hard_sigmoid",
  Softsign: "softsign", Softplus: "softplus", LeakyRelu: "leaky_relu", Elu: "elu", Selu: "selu", Celu: "celu", Exp: "exponential",
};

/**
 * @param {Step} step
 * @param {number} place of an input that may be an attribute in older versions
 * @param {string} name
 * @returns {number[] | undefined}
 */
function numbersAt({ inputs, attributes }, place, name) {
  const found = inputs[place];
  return found ? Array.from(found.data) : attributes.get(name);
}

/** @type {Handler} */
function relu(trail) {
  trail.append(RELU);
}

/** @type {Handler} a Clip that is a ReLU */
function clip(trail, step) {
  const [low, high] = [numbersAt(step, 1, "min"), numbersAt(step, 2, "max")].map((end) => [end ?? []].flat()[0]);
  if (low !== 0 || (high !== undefined && high < LARGEST_FLOAT)) throw new UnsupportedError("node", { op: "Clip" });
  relu(trail, step);
}

/** @type {Record<string, Handler>} */
export const HANDLERS = {
  ...LINEAR,
  ...MAPS,
  ...Object.fromEntries(Object.entries(ACTIVATIONS).map(([op, name]) => [op, (/** @type {Trail} */ trail, /** @type {Step} */ step) => {
    const axis = step.attributes.get("axis") ?? -1;
    const classes = trail.layout.indices.length === Math.max(...trail.layout.shape);
    if (op.endsWith("Softmax") && !(classes && [-1, 1, trail.layout.shape.length - 1].includes(axis))) {
      throw new UnsupportedError("softmax");
    }
    trail.append({ kind: "activation", name });
  }])),
  Cast: (_, { attributes }) => {
    if (![FLOAT, DOUBLE].includes(attributes.get("to"))) throw new UnsupportedError("node", { op: "Cast" });
  },
  Clip: clip,
  Dropout: (_, { inputs }) => {
    if (inputs[2]?.data.some(Boolean)) throw new UnsupportedError("node.training", { op: "Dropout" });
  },
  Flatten: (trail, { attributes }) => {
    trail.layout = trail.layout.flattened(attributes.get("axis") ?? 1);
  },
  Identity: () => {},
  Max: (trail, step) => {
    const other = step.inputs[1 - step.place];
    if (step.inputs.length !== 2 || other?.data.some(Boolean)) throw new UnsupportedError("node", { op: "Max" });
    relu(trail, step);
  },
  Relu: relu,
  Reshape: (trail, { inputs, attributes }) => {
    if (!inputs[1]) throw new UnsupportedError("node.reshape");
    trail.layout = trail.layout.reshaped(inputs[1].data, Boolean(attributes.get("allowzero")), trail.images);
  },
  Squeeze: (trail, step) => {
    trail.layout = trail.layout.squeezed(numbersAt(step, 1, "axes"));
  },
  Transpose: (trail, { attributes }) => {
    trail.layout = trail.layout.transposed(attributes.get("perm"));
  },
  Unsqueeze: (trail, step) => {
    trail.layout = trail.layout.unsqueezed(numbersAt(step, 1, "axes") ?? []);
  },
};
