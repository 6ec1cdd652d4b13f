// @ts-check
/** Keras's activations: by name, and as layers; see idea/files/keras/activations.py. */

import { UnsupportedError } from "./tensor.js";

/** @typedef {import("./chain.js").Activation} Activation */

/** The layers that are nothing but an activation. */
export const ACTIVATION_LAYERS = ["Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax"];

/** @type {Record<string, string>} other names for them */
const ALIASES = { silu: "swish", exp: "exponential", relu6: "clip", hard_tanh: "clip", hard_silu: "hard_swish", logistic: "sigmoid" };

/**
 * The activation of a configuration, null for none.
 * @param {any} value
 * @param {boolean} third whether Keras 3 wrote it
 * @returns {Activation | null}
 */
export function activationNamed(value, third) {
  if (value && typeof value === "object") { // an object as Keras 3 stores it
    if (value.class_name !== "function") {
      return activationOf({ kind: value.class_name, name: "", config: value.config, arrays: [] }, third);
    }
    value = value.config;
  }
  if (value === null || value === undefined || value === "linear") return null;
  const name = snake(String(value));
  return { kind: "activation", name: ALIASES[name] ?? name };
}

/**
 * What one of `ACTIVATION_LAYERS` applies.
 * @param {import("./keras_config.js").KerasLayer} layer
 * @param {boolean} third
 * @returns {Activation | null}
 */
export function activationOf({ kind, config }, third) {
  if (kind === "Activation") return activationNamed(config.activation, third);
  const numbers = [config.negative_slope, config.threshold, config.max_value];
  if (kind === "ReLU") return { kind: "activation", name: numbers.some(Boolean) ? "clip" : "relu" };
  if (kind === "LeakyReLU") return { kind: "activation", name: "leaky_relu" };
  if (kind === "Softmax") {
    if (String(config.axis ?? -1) !== "-1") throw new UnsupportedError("softmax");
    return { kind: "activation", name: "softmax" };
  }
  return { kind: "activation", name: kind === "ELU" ? "elu" : "prelu" };
}

/** @param {string} name */
function snake(name) {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
}
