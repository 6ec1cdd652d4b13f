"""The bundled priors are those that their provenance describes."""

from __future__ import annotations

import re

import numpy as np
import pytest

import idea
from idea.files.prior import PRIORS
from idea.training.rbm_measures import example_percentiles, pseudo_likelihood

from conftest import digest


def test_the_provenance_describes_the_file(mnist):
    text = PRIORS["digits"].with_suffix(".txt").read_text("utf-8")
    prior = idea.load_prior("digits")
    assert f"\nSHA-256        {digest(PRIORS['digits'])}  prior_digits.npz\n" in text
    units, pixels = prior.weights.shape
    assert f"\nunits          {pixels} visible, {units} hidden\n" in text
    images = mnist.test_images.reshape(-1, 784) >= 128
    percentiles = example_percentiles(prior, images, mnist.test_labels)
    assert percentiles == pytest.approx(prior.examples, abs=1e-3)
    for name, place in (("tenth", 10), ("median", 50)):
        numbers = re.search(rf"^{name} +(.*)$", text, re.MULTILINE)[1].split()
        assert list(map(float, numbers)) == pytest.approx(percentiles[:, place], abs=1e-3)
    measured = float(re.search(r"log pseudo-likelihood (\S+) of 500", text)[1])
    some = images[np.random.default_rng(0).choice(len(images), 500, replace=False)]
    assert pseudo_likelihood(prior, some) == pytest.approx(measured, abs=0.006)
