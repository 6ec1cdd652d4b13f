"""A backend on a graphics card trains as WebAssembly does; the card is Chromium's in software."""

from __future__ import annotations

import numpy as np
import pytest

pytest_plugins = ["training_site"]

IN_SOFTWARE = ("--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader")

TRAIN = """async (name) => {
  const from = (file) => import(new URL(`training/${file}`, location.href).href);
  const { Session } = await from("session.js");
  const { isLost, load, useCard, useProcessor } = await from("backend.js");
  const { trial } = await from("timing.js");
  const library = new URL("tensorflow/4.22.0/", location.href).href;
  const tf = await load(library);
  if (name === "wasm") await useProcessor(tf, library);
  else if (!(await useCard(tf, library, name))) return null;
  const classes = ["a", "b", "c"];
  const task = { height: 12, width: 12, classes };
  const random = (n) => (n * 2654435761 >>> 8) % 256;
  const greys = Uint8Array.from({ length: 60 * 144 }, (_, n) => random(n));
  const labels = Uint8Array.from({ length: 60 }, (_, n) => random(n) % 3);
  const settings = {
    kind: "cnn", units: 8, optimiser: "sgd", rate: 0.1, batch: 9, epochs: 1, count: 50,
    noise: 0.1, radius: 0.1, seed: 1,
  };
  const reports = [];
  const session = new Session(tf, { task, greys, labels, training: 50 }, settings, (report) => {
    reports.push(report);
    session?.catchUp();
  });
  await session.run();
  const weights = reports.filter((it) => it.kind === "weights").map((it) => [...it.weights]);
  const tried = await trial(tf);
  const isWorking = !isLost(tf);
  if (name === "webgpu") {
    tf.backend().device.destroy();
    await tf.backend().device.lost;
  }
  const ended = reports.at(-1).kind;
  return { backend: tf.getBackend(), weights, tried, isWorking, isLost: isLost(tf), ended };
}"""


@pytest.mark.nightly
def test_webgpu_learns_what_webassembly_learns(launch, trainable):
    in_software = launch(*IN_SOFTWARE)
    found = {}
    for name in ("wasm", "webgpu"):
        page = in_software.new_page(service_workers="block")
        page.goto(trainable)
        found[name] = page.evaluate(TRAIN, name)
    in_software.close()
    by_card, by_processor = found["webgpu"], found["wasm"]
    assert by_card, "Chromium has no WebGPU in software"
    assert (by_card["backend"], by_processor["backend"]) == ("webgpu", "wasm")
    assert by_card["tried"]["loss"] == pytest.approx(by_processor["tried"]["loss"], rel=1e-3)
    first, last = (np.array(by_processor["weights"][place]) for place in (0, -1))
    assert np.abs(last - first).max() > 0.01  # it has learned
    assert np.allclose(by_card["weights"][0], first, rtol=0, atol=1e-6)
    assert np.allclose(by_card["weights"][-1], last, rtol=1e-3, atol=1e-4)
    assert by_card["isWorking"]
    assert by_card["isLost"]
    assert by_card["ended"] == "ended"
