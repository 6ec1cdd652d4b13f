// @ts-check
/** A network as lights, layer by layer: the image that it is given, the hidden layers, the outputs. */

import { el, setTexts } from "../base/dom.js";
import { imageCanvas, paint } from "../base/images.js";
import { number } from "../base/language.js";
import { layersOf } from "../numbers/layers.js";
import { LayerField } from "./layer_field.js";
import { LayerOutputs } from "./layer_outputs.js";

/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("../numbers/hidden.js").Activity} Activity */
/** @typedef {import("../numbers/layers.js").Layer} Layer */
/** @typedef {{layer: number, unit: number}} Place */
/** @typedef {{point: (place: Place) => void, choose: (place: Place) => void, leave: () => void}} Listener */

export class LayersView {
  #listener;
  #lead;
  /** @type {Task | null} */
  #task = null;
  /** @type {LayerField[]} */
  #fields = [];
  /** @type {LayerOutputs | null} */
  #outputs = null;
  /** @type {HTMLCanvasElement | null} */
  #input = null;
  root = el("div", { class: "layers-view" });

  /**
   * @param {Listener | null} listener null for a small view, in which nothing can be pointed at
   * @param {HTMLElement[]} lead what stands before the image
   */
  constructor(listener, lead = []) {
    this.#listener = listener;
    this.#lead = lead;
    if (!listener) this.root.classList.add("small");
  }

  /**
   * Show the layers of another network, all off.
   * @param {Pick<NetworkParts, "convolutions" | "layers">} shapes
   * @param {Task} task
   */
  reset(shapes, task) {
    this.#task = task;
    this.#input = imageCanvas(null, task, "inside.input");
    const layers = layersOf(shapes, task);
    const given = el("div", { class: "layer-input" }, ...this.#lead, this.#input);
    const rows = [row({ text: "inside.input" }, null, given)];
    this.#fields = layers.slice(0, -1).map((layer, index) => {
      const { name, size } = textsOf(layers, index);
      const label = { label: `${name.text}.lights`, params: { ...name.params, ...size.params } };
      const field = new LayerField([layer.outputs[0], ...layer.places], label, this.#listenerOf(index));
      rows.push(row(name, size, field.root));
      return field;
    });
    this.#outputs = new LayerOutputs(task);
    rows.push(row({ text: "inside.outputs" }, null, this.#outputs.root));
    this.root.replaceChildren(...rows);
  }

  /**
   * @param {Float32Array | null} image null: nothing is drawn
   * @param {Activity[] | null} activities
   */
  show(image, activities) {
    if (this.#input && this.#task) paint(this.#input, image, this.#task);
    for (const [index, field] of this.#fields.entries()) field.show(activities ? activities[index].values : null);
    this.#outputs?.show(activities?.at(-1)?.values ?? null);
  }

  /**
   * @param {Place | null} pointed
   * @param {Place | null} chosen
   */
  mark(pointed, chosen) {
    const unitOf = (/** @type {Place | null} */ place, /** @type {number} */ index) =>
      (place?.layer === index ? place.unit : -1);
    for (const [index, field] of this.#fields.entries()) field.mark(unitOf(pointed, index), unitOf(chosen, index));
  }

  /** @param {number} layer */
  #listenerOf(layer) {
    const listener = this.#listener;
    return listener && {
      point: (/** @type {number} */ unit) => listener.point({ layer, unit }),
      choose: (/** @type {number} */ unit) => listener.choose({ layer, unit }),
      leave: listener.leave,
    };
  }
}

/**
 * What a layer is called, and what it consists of.
 * @param {Layer[]} layers
 * @param {number} index
 */
export function textsOf(layers, index) {
  const convolutions = layers.filter(({ kind }) => kind === "convolution").length;
  const { outputs: [count, ...pooled], places: [height, width], pool } = layers[index];
  const isMaps = index < convolutions;
  return {
    name: {
      text: isMaps ? "inside.convolution" : "inside.layer",
      params: { n: isMaps ? index + 1 : index + 1 - convolutions },
    },
    size: {
      text: !isMaps ? "inside.units" : pool ? "inside.maps.pooled" : "inside.maps",
      params: { count: number(count), high: height, wide: width, pooled: pooled.join("×") },
    },
  };
}

/**
 * @param {import("../base/dom.js").Texts} name
 * @param {import("../base/dom.js").Texts | null} size
 * @param {HTMLElement} lights
 */
function row(name, size, lights) {
  const head = el("div", { class: "layer-head" }, el("h3", name));
  if (size) {
    const line = el("p", { class: "hint" });
    setTexts(line, size);
    head.append(line);
  }
  return el("section", { class: "layer-row" }, head, el("div", { class: "layer-lights" }, lights));
}
