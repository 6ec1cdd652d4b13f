// Saves models of TensorFlow.js into a folder, in two shards each, with their answers to some images.
import { mkdirSync, writeFileSync } from "node:fs";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { input, layers, model, sequential } from "@tensorflow/tfjs-layers";

const folder = process.argv[2];
const inputShape = [12, 11, 1];

function plain() {
  return sequential({
    layers: [
      layers.conv2d({ inputShape, filters: 3, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.batchNormalization({}),
      layers.flatten(),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 4, activation: "softmax" }),
    ],
  });
}

function nested() {
  const inner = sequential({
    layers: [
      layers.depthwiseConv2d({ inputShape, kernelSize: 3, depthMultiplier: 3, strides: 2,
        padding: "same", activation: "hardSigmoid" }),
      layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }),
    ],
  });
  const images = input({ shape: inputShape });
  let x = inner.apply(images);
  x = layers.separableConv2d({ filters: 5, kernelSize: 2 }).apply(x);
  x = layers.leakyReLU({ alpha: 0.2 }).apply(x);
  x = layers.globalAveragePooling2d({}).apply(x);
  return model({ inputs: images, outputs: layers.dense({ units: 4, useBias: false }).apply(x) });
}

async function save(name, network) {
  const place = `${folder}/${name}`;
  mkdirSync(place);
  const moved = network.getWeights().map((weight, seed) =>
    tf.add(tf.abs(weight), tf.randomUniform(weight.shape, 0, 0.3, "float32", seed)));
  network.setWeights(moved);
  await network.save({
    save: async ({ weightData, weightSpecs, ...rest }) => {
      const numbers = Buffer.from(Array.isArray(weightData) ? weightData[0] : weightData);
      const paths = ["1.bin", "2.bin"];
      const half = numbers.length >> 1;
      writeFileSync(`${place}/${paths[0]}`, numbers.subarray(0, half));
      writeFileSync(`${place}/${paths[1]}`, numbers.subarray(half));
      const weightsManifest = [{ paths, weights: weightSpecs }];
      writeFileSync(`${place}/model.json`, JSON.stringify({ ...rest, weightsManifest }));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    },
  });
  const images = tf.randomUniform([4, ...inputShape], 0, 1, "float32", 7);
  const outputs = await network.predict(images).array();
  writeFileSync(`${place}/answers.json`, JSON.stringify({ images: await images.array(), outputs }));
}

await save("plain", plain());
await save("nested", nested());
