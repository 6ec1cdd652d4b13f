// @ts-check
/**
 * The kernel: exact evaluation and search of networks, by WebAssembly (cpp/wasm).
 *
 * Each network has an instance of the module of its own: dropping it frees its memory, and an error
 * inside one leaves the others alone.
 */

import { floats, whole } from "./checks.js";
import { Memory } from "./memory.js";
import { State } from "./state.js";

/** @typedef {import("./exports.js").Exports} Exports */
/** @typedef {import("./state.js").Progress} Progress */

/**
 * @typedef {object} ConvolutionShape
 * @property {number[]} shape outputs, inputs, the window's height and width
 * @property {boolean | Pool | null} [pool] after it; true: the largest of 2×2
 * @property {number[]} [strides] down and across
 * @property {number[]} [pads] zeros at the top, on the left, at the bottom, on the right
 *
 * @typedef {object} Pool
 * @property {number[]} size
 * @property {number[]} strides
 * @property {boolean} [average]
 *
 * @typedef {object} NetworkParts
 * @property {number} height of its images
 * @property {number} width
 * @property {ConvolutionShape[]} [convolutions]
 * @property {number[][]} layers outputs and inputs of each dense layer
 * @property {ArrayLike<number>} weights of all layers one after the other, W row by row, then b
 *
 * @typedef {object} PriorParts
 * @property {number} hidden units
 * @property {ArrayLike<number>} values weights (hidden, pixels), visible biases, hidden biases
 *
 * @typedef {object} Objective
 * @property {number} target the index of a class
 * @property {"logit" | "margin" | "logp"} [aim]
 * @property {number} [ink] the price of a white pixel
 * @property {number} [smooth] the price of two unlike neighbours
 * @property {ArrayLike<number | boolean>} [frozen] for each pixel whether it stays black
 * @property {number} [priorWeight]
 */

/** @type {Pool} */
const HALVES = { size: [2, 2], strides: [2, 2] };
/** @type {Pool} */
const NO_POOL = { size: [1, 1], strides: [1, 1] };
const AIMS = ["logit", "margin", "logp"];

/**
 * Compile the module, which any number of networks share.
 * @param {BufferSource} bytes
 */
export function compileKernel(bytes) {
  return WebAssembly.compile(/** @type {BufferSource} */ (bytes));
}

export class Network {
  #memory;
  /** @type {((progress: Progress) => boolean) | null} */
  #onStep = null;
  height;
  width;
  pixels;
  classes;

  /**
   * Open a network. Throws an Error that says what is wrong with it.
   * @param {WebAssembly.Module} module
   * @param {NetworkParts} parts
   * @returns {Promise<Network>}
   */
  static async open(module, parts) {
    /** @type {Network | undefined} */
    let network;
    const memory = new Memory();
    const atStep = (/** @type {number} */ step, /** @type {number} */ steps, /** @type {number} */ frame) =>
      Number(/** @type {Network} */ (network).#step({ step, steps, frame: frame !== 0 }));
    const fail = (/** @type {number} */ at, /** @type {number} */ size) => {
      throw new Error(memory.text(at, size));
    };
    const clock_time_get = (/** @type {number} */ _, /** @type {bigint} */ __, /** @type {number} */ at) => {
      memory.view().setBigUint64(at, BigInt(Math.round(performance.now() * 1e6)), true);
      return 0;
    };
    const imports = { idea: { at_step: atStep, fail }, wasi_snapshot_preview1: { clock_time_get } };
    const { exports } = await WebAssembly.instantiate(module, imports);
    memory.connect(/** @type {Exports} */ (/** @type {unknown} */ (exports)));
    network = new Network(memory, parts);
    return network;
  }

  /**
   * Use `open`.
   * @param {Memory} memory
   * @param {NetworkParts} parts
   */
  constructor(memory, { height, width, convolutions = [], layers, weights }) {
    this.#memory = memory;
    const rows = convolutions.map(numbersOf);
    const shapes = Uint32Array.from([...rows, ...layers].flat(), (size) => whole("shapes", size));
    whole("height", height);
    whole("width", width);
    memory.with([shapes, floats("weights", weights)], ([shapesAt, weightsAt]) =>
      memory.call("open_network", height, width, convolutions.length, layers.length, shapesAt, weightsAt,
        weights.length));
    this.height = height;
    this.width = width;
    this.pixels = height * width;
    this.classes = memory.call("classes");
  }

  /**
   * Return the logits of images, by plain forward passes.
   * @param {ArrayLike<number>[]} images
   * @returns {Float64Array[]}
   */
  logits(images) {
    const joined = new Float32Array(images.length * this.pixels);
    images.forEach((image, n) => joined.set(floats("image", image, this.pixels), n * this.pixels));
    const out = new Float64Array(images.length * this.classes);
    this.#memory.with([joined, out], ([from, to]) => {
      this.#memory.checked("logits", from, images.length, to);
      this.#memory.read(to, out);
    });
    return images.map((_, n) => out.slice(n * this.classes, (n + 1) * this.classes));
  }

  /**
   * Set the prior of the states that are made from now on.
   * @param {PriorParts} prior
   */
  setPrior({ hidden, values }) {
    const size = whole("hidden", hidden) * this.pixels + this.pixels + hidden;
    this.#memory.with([floats("prior", values, size)], ([at]) => this.#memory.checked("set_prior", hidden, at));
  }

  /**
   * Return a search's state: an image, and the exact gains of its changes.
   * @param {ArrayLike<number>} image
   * @param {Objective} objective
   * @returns {State}
   */
  state(image, { target, aim = "logit", ink = 0, smooth = 0, frozen, priorWeight = 0 }) {
    const pixels = floats("image", image, this.pixels);
    const mask = Uint8Array.from(floats("frozen", Array.from(frozen ?? pixels, frozen ? Number : () => 0), this.pixels));
    whole("target", target, this.classes);
    const place = AIMS.indexOf(aim);
    if (place < 0) throw new RangeError(`aim: expected one of ${AIMS.join(", ")}, found ${aim}`);
    const handle = this.#memory.with([pixels, mask], ([imageAt, maskAt]) =>
      this.#memory.checked("new_state", imageAt, target, place, ink, smooth, maskAt, priorWeight));
    const listen = (/** @type {((progress: Progress) => boolean) | null} */ onStep) => {
      this.#onStep = onStep;
    };
    return new State(this.#memory, this, handle, listen);
  }

  /** The bytes that the network and its states occupy. */
  get memorySize() {
    return this.#memory.size;
  }

  /** @param {Progress} progress */
  #step(progress) {
    return this.#onStep === null || this.#onStep(progress);
  }
}

/**
 * Return what cpp/wasm reads of a convolution.
 * @param {ConvolutionShape} convolution
 */
function numbersOf({ shape, pool, strides = [1, 1], pads = [0, 0, 0, 0] }) {
  const { size, strides: steps, average = false } = pool === true ? HALVES : pool || NO_POOL;
  const parts = [[shape, 4], [strides, 2], [pads, 4], [size, 2], [steps, 2]];
  for (const [numbers, count] of /** @type {[number[], number][]} */ (parts)) {
    if (numbers.length !== count) throw new RangeError(`convolutions: expected ${count} numbers, found ${numbers.length}`);
  }
  return [...shape, ...strides, ...pads, ...size, ...steps, Number(average)];
}
