"""The search that plays before one draws: its penalty, and its path, which is Python's."""

from __future__ import annotations

import numpy as np
import pytest

import idea

from computing import OPEN, bytes_of
from conftest import random_layers

pytest_plugins = ["computing"]

BODY = f"""{OPEN}
  const {{ JOBS }} = await load("numbers/jobs.js");
  const {{ legibleSearch }} = await load("site/legible.js");
  const {{ DIGITS }} = await load("base/task.js");
  const site = {{
    ideal: async () => ({{ energy: 78.9 }}),
    classify: async (model, [image]) => [{{ logits: Array(10).fill(0.5 + image[0]) }}],
  }};
  const {{ signal }} = new AbortController();
  const request = await legibleSearch(site, "net", DIGITS, 5, signal);
  const network = await opened(parseDat(bytes(dat), "m.dat"));
  const found = JOBS.search(network, {{ ...request, method: "greedy" }}, () => {{}});
  return {{ image: [...found.image], ...request.objective }};
"""


def test_a_legible_search_is_smooth_in_the_middle_and_takes_pythons_path(compute):
    layers = random_layers(8, 0)
    found = compute(BODY, dat=bytes_of(layers))
    assert found["smooth"] == pytest.approx(0.1 * (78.9 - 0.5) / 28)
    middle = np.zeros((28, 28), bool)
    middle[4:24, 4:24] = True
    assert np.array_equal(found["frozen"], ~middle.ravel())
    objective = idea.Objective(smooth=found["smooth"], frozen=~middle)
    expected = idea.find(idea.MLP(layers), 5, seed=4, objective=objective)
    assert np.array_equal(found["image"], expected.image.ravel())
