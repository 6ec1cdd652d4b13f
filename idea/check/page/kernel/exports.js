// @ts-check
/**
 * What the module exports; addresses and sizes are numbers.
 * @typedef {object} Exports
 * @property {WebAssembly.Memory} memory
 * @property {() => void} _initialize
 * @property {(bytes: number) => number} allocate
 * @property {(address: number) => void} release
 * @property {() => number} refusal_text
 * @property {() => number} refusal_size
 * @property {(...values: number[]) => void} open_network
 * @property {() => number} classes
 * @property {(images: number, count: number, out: number) => number} logits
 * @property {(hidden: number, values: number) => number} set_prior
 * @property {(...values: number[]) => number} new_state
 * @property {(state: number) => void} delete_state
 * @property {(state: number, out: number) => void} image
 * @property {(state: number) => number} energy
 * @property {(state: number) => number} exact_energy
 * @property {(state: number) => number} evaluations
 * @property {(state: number, out: number) => void} gains
 * @property {(state: number, out: number) => number} neighbours
 * @property {(state: number, pixel: number, value: number) => number} set
 * @property {(state: number, image: number) => number} set_image
 * @property {(...values: number[]) => number} walk
 * @property {(low: number, high: number, run: number) => number} new_generator
 * @property {(generator: number) => void} delete_generator
 * @property {(generator: number, out: number) => void} random_greys
 * @property {(...values: number[]) => number} search
 */

export {};
