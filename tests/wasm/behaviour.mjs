/** Errors, memory and interruptions of the kernel in JavaScript: node --expose-gc behaviour.mjs … */

import { readFileSync } from "node:fs";

const [path, wasm] = process.argv.slice(2);
const { compileKernel, Network } = await import(path);
const { Memory } = await import(path.replace("kernel.js", "memory.js"));
const module = await compileKernel(readFileSync(wasm));
const layers = [[8, 16], [3, 8]];
const size = 8 * 17 + 3 * 9;
const weights = Float32Array.from({ length: size }, (_, n) => Math.sin(n));
const parts = { height: 4, width: 4, layers, weights };
const open = (changes = {}) => Network.open(module, { ...parts, ...changes });
const black = new Float32Array(16);

/** Return the message of what a function throws. */
const message = async (work) => {
  try {
    await work();
    return null;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};

const network = await open();
const state = network.state(black, { target: 1 });
const refusals = {
  notFinite: await message(() => open({ weights: weights.map((w, n) => (n === 7 ? NaN : w)) })),
  tooFew: await message(() => open({ weights: weights.slice(1) })),
  tooMany: await message(() => open({ weights: Float32Array.from([...weights, 0]) })),
  hugeLayer: await message(() => open({ layers: [[2 ** 32 - 1, 2 ** 32 - 1], [3, 8]] })),
  noChain: await message(() => open({ layers: [[8, 16], [3, 7]], weights: weights.slice(0, size - 3) })),
  noLayers: await message(() => open({ layers: [], weights: new Float32Array(0) })),
  hugeImages: await message(() => open({ height: 1e6, width: 1e6 })),
  image: await message(() => network.state(black.slice(1), { target: 1 })),
  grey: await message(() => network.state(black.map(() => 2), { target: 1 })),
  target: await message(() => network.state(black, { target: 3 })),
  fraction: await message(() => network.state(black, { target: 0.5 })),
  aim: await message(() => network.state(black, { target: 1, aim: "energy" })),
  ink: await message(() => network.state(black, { target: 1, ink: Infinity })),
  mask: await message(() => network.state(black, { target: 1, frozen: [1] })),
  noPrior: await message(() => network.state(black, { target: 1, priorWeight: 1 })),
  prior: await message(() => network.setPrior({ hidden: 2, values: new Float32Array(50).fill(NaN) })),
  priorSize: await message(() => network.setPrior({ hidden: 2, values: new Float32Array(5) })),
  pixel: await message(() => state.set(16, 1)),
  wholePixel: await message(() => state.set(1.5, 1)),
  wrapped: await message(() => state.walk([{ pixel: 2 ** 32 + 3, value: 1 }])),
  wrappedTarget: await message(() => network.state(black, { target: 2 ** 32 + 1 })),
  height: await message(() => open({ height: 6.5 })),
  run: await message(() => state.search({ method: "mc", run: -1 })),
  value: await message(() => state.set(1, NaN)),
  walk: await message(() => state.walk([{ pixel: -1, value: 1 }])),
  neighbours: await message(() => state.neighbours()),
  method: await message(() => state.search({ method: "luck" })),
  option: await message(() => state.search({ method: "mc", options: { sweeps: 1, sweep: 1 } })),
  count: await message(() => state.search({ method: "mc", options: { steps: -1 } })),
  every: await message(() => state.search({ method: "mc", every: 0 })),
  seed: await message(() => state.search({ method: "mc", seed: 1.5 })),
};
const afterRefusals = { energy: state.energy, image: [...state.image] };

// An exception of the page ends a search, and nothing else.
const failure = await message(() => state.search({ method: "mc" }, () => { throw new Error("the page failed"); }));
const energyAfterwards = state.energy;

// After an exception of the module no call is made.
let calls = 0;
const memory = new Memory();
memory.connect({ _initialize: () => {}, energy: () => { ++calls; throw new WebAssembly.RuntimeError("unreachable"); } });
const trap = [await message(() => memory.call("energy", 8)), await message(() => memory.call("energy", 8)), calls];

// While a search runs, its state is read alone.
const nested = [];
state.search({ method: "mc", every: 100, options: { steps: 300 } }, ({ step }) => {
  for (const work of [() => state.free(), () => state.set(0, 1), () => (state.image = black), () => state.walk([]),
    () => state.search({ method: "mc" }), () => network.state(black, { target: 1 }).search({ method: "mc" })]) {
    try {
      work();
      nested.push(null);
    } catch (error) {
      nested.push(error.message);
    }
  }
  nested.push(state.energy === state.energy && step);
  return true;
});

// Numbers of other kinds are converted.
const twin = await open({ weights: Float64Array.from(weights) });
const converted = [state.image, [...state.image], Float64Array.from(state.image)].map((image) =>
  twin.logits([image])[0][1] === network.logits([state.image])[0][1] &&
  twin.state(image, { target: 1 }).exactEnergy === state.exactEnergy);

// A stopped search keeps its image.
let steps = 0;
state.search({ method: "mc", every: 10, options: { steps: 1e9 } }, () => ++steps < 20);
const stopped = { steps, energy: state.energy, exact: state.exactEnergy };
state.free();
const freed = await message(() => state.energy);

// States that are freed make room for others.
for (let n = 0; n < 20; ++n) network.state(black, { target: 1 }).free();
const before = network.memorySize;
for (let n = 0; n < 3000; ++n) {
  const next = network.state(black, { target: 1 });
  next.gains();
  next.search({ method: "guided" });
  next.free();
}
const growth = network.memorySize - before;

// Networks that are dropped give their memory back.
const big = { height: 28, width: 28, layers: [[500, 784], [10, 500]], weights: new Float32Array(500 * 785 + 10 * 501) };
const held = async () => {
  for (let n = 0; n < 5; ++n) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return process.memoryUsage().arrayBuffers + process.memoryUsage().external;
};
const sizes = [];
for (let n = 0; n < 50; ++n) {
  await Network.open(module, big);
  if (n % 10 === 9) sizes.push(await held());
}
console.log(JSON.stringify({ refusals, afterRefusals, failure, energyAfterwards, trap, stopped, freed, growth, sizes, nested, converted }));
