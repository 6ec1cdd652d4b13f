"""The bundled priors are those that their provenance describes."""

from __future__ import annotations

import re

import numpy as np
import pytest

import idea
from idea.files.prior import PRIORS
from idea.training.rbm_measures import example_percentiles, pseudo_likelihood

from conftest import digest


@pytest.mark.slow
@pytest.mark.parametrize(("name", "data"), [("digits", "mnist"), ("digits8", "digits8")])
def test_the_provenance_describes_the_file(request, name, data):
    dataset = request.getfixturevalue(data)
    text = PRIORS[name].with_suffix(".txt").read_text("utf-8")
    prior = idea.load_prior(name)
    assert f"\nSHA-256        {digest(PRIORS[name])}  prior_{name}.npz\n" in text
    units, pixels = prior.weights.shape
    assert f"\nunits          {pixels} visible, {units} hidden\n" in text
    images = dataset.test_images.reshape(-1, pixels) >= 128
    percentiles = example_percentiles(prior, images, dataset.test_labels)
    assert percentiles == pytest.approx(prior.examples, abs=1e-3)
    for row, place in (("tenth", 10), ("median", 50)):
        numbers = re.search(rf"^{row} +(.*)$", text, re.MULTILINE)[1].split()
        assert list(map(float, numbers)) == pytest.approx(percentiles[:, place], abs=1e-3)
    measured = float(re.search(r"log pseudo-likelihood (\S+) of (?:500|360)", text)[1])
    count = min(500, len(images))
    some = images[np.random.default_rng(0).choice(len(images), count, replace=False)]
    assert pseudo_likelihood(prior, some) == pytest.approx(measured, abs=0.006)
