// @ts-check
/** A network by its named arrays, as a `state_dict` holds them; see idea/files/weights/guesses.py. */

import { FLATTEN, sides } from "./chain.js";
import { chained, isConv, partsOf, withNorms } from "./parts.js";
import { convOf, knownStructure, Structures } from "./structures.js";
import { DIGITS, pixelsOf } from "../base/task.js";
import { textOf, UnknownSizeError, UnsupportedError } from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {import("./chain.js").Chain} Chain */
/** @typedef {import("./chain.js").Layer} Layer */
/** @typedef {import("./parts.js").Linear} Linear */
/** @typedef {import("./parts.js").Part} Part */
/** @typedef {import("./structures.js").Structure} Structure */
/** @typedef {import("../base/task.js").Task} Task */

/** @typedef {{cost: number, structure: Structure}} Found */
/** @typedef {import("../base/language.js").Message} Message */
/** @typedef {{cost: number, notes: Message[], structure: Structure, late: boolean}} Guess */

const [MOST_STRUCTURES, UNUSUAL, MOST] = [6, 3, 24];
// The activations that may be between layers, and how unusual they are; the page evaluates the first.
const ACTIVATIONS = { ReLU: 0, Tanh: 1, Sigmoid: 1.2, LeakyReLU: 2, ELU: 2.2, GELU: 2.4, SiLU: 2.6 };
const [AVERAGE, LATE] = [1.5, 1.5];

/**
 * Return the network of convolutions and dense layers: of those that the arrays allow, the most
 * usual one.
 * @param {Map<string, Tensor>} arrays
 * @param {Task | null} task
 * @param {boolean} ordered whether the file has an order
 * @returns {Chain}
 */
export function recognise(arrays, task, ordered) {
  const parts = partsOf(arrays);
  if (!parts) throw unknown(arrays);
  const [before, rest] = imageNorm(parts, task);
  const order = chained(/** @type {Linear[]} */ (rest.filter((part) => !("affine" in part))), task, ordered);
  const linears = order && withNorms(rest, order);
  if (!linears) throw unknown(arrays);
  const { found, shape } = structuresOf(linears, task);
  const guesses = guessesOf(linears, found).sort((a, b) => a.cost - b.cost).slice(0, MOST);
  const [first] = guesses;
  const kinds = (/** @type {number} */ column) => new Set(guesses.map(({ notes }) => JSON.stringify(notes[column]))).size;
  const layers = [...(before ? [before] : []), ...layersOf(linears, first)];
  const open = first.notes.filter((_, column) => kinds(column) > 1);
  return { layers, shape, task, ...(guesses.length > 1 ? { open } : {}) };
}

/**
 * The normalisation of the images themselves, if the first part is one, and the rest.
 * @param {Part[]} parts
 * @param {Task | null} task
 * @returns {[import("./chain.js").Affine | null, Part[]]}
 */
function imageNorm(parts, task) {
  const [norm, first] = parts;
  if (norm && first && "affine" in norm && !("affine" in first)) {
    const inputs = first.W.shape[1];
    const fits = inputs === 1 || inputs === pixelsOf(task ?? DIGITS);
    if (norm.affine.scale.length === inputs && fits) return [norm.affine, parts.slice(1)];
  }
  return [null, parts];
}

/**
 * The structures of the convolutions, and the shape of the input.
 * @param {Linear[]} linears
 * @param {Task | null} task
 * @returns {{found: Found[], shape: number[]}}
 */
function structuresOf(linears, task) {
  const convs = linears.filter(isConv);
  const inputs = linears.find((linear) => !isConv(linear))?.W.shape[1] ?? null;
  if (!convs.length) return { found: [{ cost: 0, structure: { geometries: [], pools: [], end: null } }], shape: [inputs ?? 0] };
  const structures = new Structures(convs, inputs, knownStructure(linears));
  const size = task ? [task.height, task.width] : squareOf(structures);
  /** @type {Found[]} */
  const found = [];
  for (const each of structures.of(size)) {
    found.push(each);
    if (found.length === MOST_STRUCTURES) break;
  }
  if (!found.length) {
    throw new UnsupportedError("structure", { size: size.join("×"), inputs: String(inputs) });
  }
  return { found: found.filter(({ cost }) => cost < found[0].cost + UNUSUAL), shape: [1, ...size] };
}

/** @param {Structures} structures */
function squareOf(structures) {
  const fits = (/** @type {number} */ side) => structures.fit([side, side]);
  const found = fits(DIGITS.height) ? [DIGITS.height] : sides().filter(fits);
  if (found.length !== 1) throw new UnknownSizeError("size");
  return [found[0], found[0]];
}

/**
 * @param {Linear[]} linears
 * @param {Found[]} found
 * @returns {Guess[]}
 */
function guessesOf(linears, found) {
  const isHidden = linears.length > 1;
  const lates = isHidden && linears.some(({ norm, late }) => norm && late === null) ? [false, true] : [false];
  const activations = isHidden ? Object.entries(ACTIVATIONS) : [["", 0]];
  return found.flatMap(({ cost, structure }) => lates.flatMap((late) =>
    activations.flatMap(([name, dear]) => (structure.pools.some(Boolean) ? [false, true] : [false]).map((average) => ({
      cost: cost + Number(dear) + AVERAGE * Number(average) + LATE * Number(late),
      notes: [taken("activation", { name }), ...takenOf(structure, average, late)],
      structure,
      late,
    })))));
}

/**
 * @param {Structure} structure
 * @param {boolean} average
 * @param {boolean} late
 */
function takenOf({ geometries, pools, end }, average, late) {
  const sizes = pools.map((each) => (each ? each.size.join("×") : "–")).join(", ");
  const pooled = average ? "pools.average" : "pools.max";
  return [
    taken(pools.some(Boolean) ? pooled : "pools.none", { sizes }),
    taken("padding", { pads: geometries.map(({ pads }) => pads[0]).join(", ") }),
    taken("strides", { strides: geometries.map(({ strides }) => strides[0]).join(", ") }),
    taken(end ? "end.average" : "end.all"),
    taken(late ? "norm.late" : "norm.early"),
  ];
}

/**
 * What is taken where a file leaves it open.
 * @param {string} name
 * @param {import("../base/language.js").Params} [params]
 * @returns {Message}
 */
function taken(name, params = {}) {
  return { key: `reader.taken.${name}`, params };
}

/**
 * @param {Linear[]} linears
 * @param {Guess} guess
 * @returns {Layer[]}
 */
function layersOf(linears, { structure, late }) {
  /** @type {Layer[]} */
  const layers = [];
  let maps = 1;
  const convs = structure.geometries.length;
  for (const [place, linear] of linears.entries()) {
    if (place < convs) {
      layers.push(convOf(linear, structure.geometries[place], maps));
      maps = linear.b.length;
    } else {
      layers.push({ kind: "dense", W: linear.W, b: linear.b });
    }
    /** @type {Layer[]} */
    const between = linear.norm ? [linear.norm] : [];
    if (place < linears.length - 1) between.push({ kind: "activation", name: "relu" });
    layers.push(...(linear.late ?? late ? between.reverse() : between));
    const pooling = structure.pools[place];
    if (place < convs && pooling) layers.push(pooling);
    if (place === convs - 1) layers.push(...(structure.end ? [structure.end] : []), FLATTEN);
  }
  return layers;
}

/** @param {Map<string, Tensor>} arrays */
function unknown(arrays) {
  const shown = [...arrays].slice(0, 8).map(([name, { shape }]) => `${name.slice(0, 60)} ${textOf(shape)}`).join(", ");
  return new UnsupportedError("arrays", { arrays: shown || "–" });
}
