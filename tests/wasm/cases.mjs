/** Runs cases of the kernel in JavaScript: for node as a program, for a browser as a module. */

const decode = (text, Kind) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Kind(bytes.buffer);
};

/**
 * Run all cases; return the results in their order.
 * @param {typeof import("../../idea/check/page/kernel/kernel.js")} kernel
 * @param {BufferSource} bytes of the module
 * @param {any[]} cases as test_wasm_paths.py writes them
 */
export async function run(kernel, bytes, cases) {
  const module = await kernel.compileKernel(bytes);
  const results = [];
  for (const given of cases) results.push(await runOne(kernel, module, given));
  return results;
}

async function runOne({ Network }, module, { network: parts, prior, objective, start, walk, searches }) {
  const network = await Network.open(module, { ...parts, weights: decode(parts.weights, Float32Array) });
  if (prior) network.setPrior({ hidden: prior.hidden, values: decode(prior.values, Float32Array) });
  const image = decode(start, Float32Array);
  const state = network.state(image, objective);
  const first = { logits: [...network.logits([image])[0]], energy: state.energy, gains: [...state.gains()] };
  const made = state.walk(walk);
  const walked = { image: [...state.image], energy: state.exactEnergy, gains: [...state.gains()] };
  const neighbours = objective.aim === "logit" ? null : state.neighbours().map((row) => [...row]);
  const found = searches.map((settings) => {
    const frames = [];
    state.search({ ...settings, fromNoise: true }, ({ step, steps, frame }) => {
      if (frame) frames.push([step, steps, [...state.image]]);
      return true;
    });
    return { frames, image: [...state.image], energy: state.exactEnergy };
  });
  state.free();
  return { first, made, walked, neighbours, found };
}

// In node: node cases.mjs KERNEL.JS IDEA.WASM <CASES.json
if (typeof process !== "undefined") {
  const { readFileSync } = await import("node:fs");
  const [kernel, wasm] = process.argv.slice(2);
  const cases = JSON.parse(readFileSync(0, "utf-8"));
  console.log(JSON.stringify(await run(await import(kernel), readFileSync(wasm), cases)));
}
