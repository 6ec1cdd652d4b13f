// The part of wasm.py in node: prints the seconds of each run of each task.
import { readFileSync } from "node:fs";

const [path, wasm, weightsPath] = process.argv.slice(2);
const { compileKernel, Network } = await import(path);
const { walk, gains, steps, runs, target, ...parts } = JSON.parse(readFileSync(0, "utf-8"));
const bytes = readFileSync(weightsPath);
const weights = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
const module = await compileKernel(readFileSync(wasm));
const network = await Network.open(module, { height: 28, width: 28, weights, ...parts });
const black = new Float32Array(784);
const state = network.state(black, { target });
state.search({ method: "guided" });

const tasks = [
  () => {
    for (let pixel = 200; pixel < 200 + gains; ++pixel) {
      state.set(pixel, 1 - state.image[pixel]);
      state.gains();
    }
  },
  () => {
    state.image = black;
    state.walk(walk);
  },
  () => {
    state.image = black;
    state.search({ method: "greedy", every: 2 ** 52 });
  },
  () => {
    state.image = black;
    state.search({ method: "anneal", every: 2 ** 52, options: { steps } });
  },
];
const times = tasks.map((task) => {
  task();
  return Array.from({ length: runs }, () => {
    const began = performance.now();
    task();
    return (performance.now() - began) / 1e3;
  });
});
console.log(JSON.stringify(times));
