"""The page's own modules at work, on an empty page.

Test modules name it as a plugin, for its fixtures. pytest collects doctests here, too, so it may be
imported by then: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import base64

import numpy as np
import pytest

from idea.files.weights.dat import dat_bytes
from idea.networks.weights import Weights

from conftest import BUNDLED_MLP

# Runs a function's body in the page, with the page's modules at hand; sentences come back as data.
RUN = """async ([body, given]) => {
  const load = (name) => import(new URL(name, location.href).href);
  const bytes = (text) => {
    const letters = atob(text);
    const array = new Uint8Array(letters.length);
    for (let at = 0; at < array.length; at++) array[at] = letters.charCodeAt(at);
    return array.buffer;
  };
  const floats = (text) => new Float32Array(bytes(text));
  const sentence = (error) => {
    if (error.name !== "UserError") throw error;
    return { key: error.key, params: error.params };
  };
  const names = { load, bytes, floats, sentence, ...given };
  const AsyncFunction = (async () => {}).constructor;
  try {
    return await new AsyncFunction(...Object.keys(names), body)(...Object.values(names));
  } catch (error) {
    return sentence(error);
  }
}"""

# Opens parts of a network in the kernel.
OPEN = """
  const { Network, compileKernel } = await load("kernel/kernel.js");
  const wasm = await (await fetch("kernel/idea.wasm")).arrayBuffer();
  const opened = async (parts) => Network.open(await compileKernel(wasm), parts);
  const { parseDat, parseWeights } = await load("numbers/weights.js");
"""

LOGITS = f"""{OPEN}
  const parts = parseDat(bytes(dat), "m.dat");
  const logits = (await opened(parts)).logits(images.map(floats));
  return {{ logits: logits.map((row) => [...row]), layers: parts.layers }};
"""


@pytest.fixture(scope="module")
def page(browser, pages):
    """An empty page of the checker's, into which its modules can be loaded."""
    page = browser.new_page()
    page.route(f"{pages}empty", lambda route: route.fulfill(content_type="text/html", body=""))
    page.goto(f"{pages}empty")
    yield page
    page.close()


@pytest.fixture(scope="module")
def compute(page):
    """Run a body of JavaScript in the page; bytes and arrays are handed over in base64."""

    def coded(value):
        if isinstance(value, np.ndarray):
            value = value.astype("<f4").tobytes()
        if isinstance(value, list):
            return [coded(each) for each in value]
        return base64.b64encode(value).decode() if isinstance(value, bytes) else value

    def compute(body, **given):
        return page.evaluate(RUN, [body, {name: coded(value) for name, value in given.items()}])

    return compute


def bytes_of(layers) -> bytes:
    return dat_bytes(Weights(tuple(layers)), BUNDLED_MLP)
