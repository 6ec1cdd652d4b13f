// @ts-check
/** What Keras stores of a network's layers: JSON, much the same since Keras 1; see idea/files/keras/config.py. */

import { DamagedError, UnsupportedError } from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {any} Json */

/**
 * A layer as Keras stores it, by the names of Keras 2 and 3.
 * @typedef {{kind: string, name: string, config: Json, arrays: Tensor[]}} KerasLayer
 *
 * @typedef {object} Store where the arrays of a model's layers are
 * @property {(name: string) => Tensor[]} arrays of the layer of a name, in Keras's order
 * @property {(name: string, layers: Json[]) => Store} inner that of a nested model
 */

const MODELS = ["Sequential", "Functional", "Model"];
/** @type {Record<string, string>} by Keras 2 */
const RENAMED = { bias: "use_bias", border_mode: "padding", dim_ordering: "data_format", subsample: "strides" };
/** @type {Record<string, string>} of TensorFlow's functions, the layers of Keras 3 that do the same */
const OPERATORS = {
  "__operators__.add": "Add", "math.add": "Add", "math.divide": "Divide", "math.multiply": "Multiply",
  "math.subtract": "Subtract", "math.truediv": "Divide",
};
/** @type {Record<string, string>} */
const FORMATS = { tf: "channels_last", th: "channels_first" };

/**
 * Check the description of a model.
 * @param {Json} config
 */
export function checkModel(config) {
  if (typeof config?.class_name !== "string") throw new DamagedError("keras");
  if (!MODELS.includes(config.class_name)) throw new UnsupportedError("keras.code", { kind: config.class_name });
  return config;
}

/**
 * The layers of a model in the order in which they are applied, nested models' included.
 * @param {Json} model
 * @param {Store} store
 * @returns {KerasLayer[]}
 */
export function layersOf(model, store) {
  return inOrder(model).flatMap(({ entry, operand }) => {
    let kind = String(entry.class_name);
    const name = String(entry.config.name ?? entry.name);
    if (MODELS.includes(kind)) return layersOf(entry, store.inner(name, entriesOf(entry)));
    const config = Object.fromEntries(Object.entries(entry.config).map(([key, value]) => [RENAMED[key] ?? key, value]));
    config.data_format = FORMATS[config.data_format] ?? config.data_format;
    if (operand !== null) config.operand = operand;
    if (kind === "TFOpLambda") kind = OPERATORS[config.function] ?? String(config.function);
    return [{ kind, name, config, arrays: store.arrays(name) }];
  });
}

/**
 * What a model's configuration says of each of its layers.
 * @param {Json} model
 * @returns {Json[]}
 */
export function entriesOf({ config }) {
  return Array.isArray(config) ? config : config.layers;
}

/**
 * The shape of one input, whose nulls are open; null if nothing is known of it.
 * @param {Json} model
 * @returns {(number | null)[] | null}
 */
export function inputShape(model) {
  const { config } = model;
  if (config.build_input_shape) return config.build_input_shape.slice(1);
  const { entry } = inOrder(model)[0];
  if (MODELS.includes(entry.class_name)) return inputShape(entry);
  const own = entry.config;
  const shape = own.batch_input_shape ?? own.batch_shape ?? entry.build_config?.input_shape;
  return shape ? shape.slice(1) : null;
}

/**
 * The entries in the order of application, with the number that an operator takes.
 * @param {Json} model
 * @returns {{entry: Json, operand: number | null}[]}
 */
function inOrder(model) {
  const { config } = model;
  if (Array.isArray(config) || !("input_layers" in config)) {
    return entriesOf(model).map((entry) => ({ entry, operand: null }));
  }
  const ends = [config.input_layers, config.output_layers].map((names) =>
    (typeof names[0] === "string" ? [names[0]] : names.map((/** @type {Json} */ each) => each[0])));
  if (ends.some(({ length }) => length !== 1)) {
    throw new UnsupportedError("ends", { inputs: ends[0].length, outputs: ends[1].length });
  }
  const [[begin], [end]] = ends;
  const byName = new Map(entriesOf(model).map((entry) => [entry.name, entry]));
  /** @type {{entry: Json, operand: number | null}[]} */
  const order = [];
  /** @type {string | null} */
  let name = end;
  while (name !== null) { // from the output upwards
    if (order.length > byName.size) throw new DamagedError("circle");
    const entry = byName.get(name);
    if (!entry) throw new DamagedError("layer.none", { layer: name });
    const before = name === begin ? null : inputOf(entry);
    order.unshift({ entry, operand: before?.operand ?? null });
    name = before?.name ?? null;
  }
  return order;
}

/**
 * The name of a layer's input, and the number that an operator takes besides.
 * @param {Json} entry
 */
function inputOf(entry) {
  const calls = entry.inbound_nodes;
  const found = calls.map((/** @type {Json} */ call) => [...tensorsOf(call)]);
  if (found.length !== 1 || found[0].length !== 1) {
    throw new UnsupportedError("layer.inputs", { layer: entry.name, kind: entry.class_name });
  }
  return { name: found[0][0], operand: numberOf(calls[0]) };
}

/**
 * The names of the layers whose outputs a call takes.
 * @param {Json} call
 * @returns {Generator<string>}
 */
function* tensorsOf(call) {
  if (Array.isArray(call)) {
    const isTensor = [3, 4].includes(call.length) && typeof call[0] === "string" && typeof call[1] === "number";
    if (isTensor) yield call[0];
    for (const value of isTensor ? call.slice(3) : call) yield* tensorsOf(value);
  } else if (call && typeof call === "object") {
    const history = "class_name" in call ? call.config?.keras_history : null;
    if (history) yield history[0];
    else for (const value of Object.values(call)) yield* tensorsOf(value);
  }
}

/**
 * The number beside the tensor of an operator such as x / 255.
 * @param {Json} call
 */
function numberOf(call) {
  /** @type {Json[]} */
  let values = [];
  if (Array.isArray(call)) {
    const last = call.at(-1);
    const options = Array.isArray(last) && last.length > 3 ? last[3] : call[3];
    values = options && typeof options === "object" ? Object.values(options) : [];
  } else if (call) {
    values = [...(call.args ?? []), ...Object.values(call.kwargs ?? {})];
  }
  const numbers = values.filter((value) => typeof value === "number");
  return numbers.length === 1 ? numbers[0] : null;
}
