"""Gains with a prior at every task and of every kind of network, against float64."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.core.state.dense import DenseState
from idea.core.state.native import NativeState
from idea.image import Task
from idea.networks.prior import Prior

from tasks import TASKS, ids, images_of, networks_for, sums_of

WEIGHT = 0.4
CHECKED = 12  # pixels


def random_prior(task: Task, hidden: int = 19) -> Prior:
    """One of half precision, as priors are."""
    rng = np.random.default_rng(5)
    shapes = ((hidden, task.pixels), (task.pixels,), (hidden,))
    weights, visible, units = (rng.normal(size=shape).astype(np.float16) for shape in shapes)
    return Prior(weights, visible, units, task)


def energy(model, prior: Prior, image: np.ndarray) -> float:
    """The last class's logit plus the weight times log p, in float64 and without the library."""
    logit = sums_of(model, image)[f"layer{len(model.layers)}"][-1]
    x = image.astype(float)
    inputs = prior.weights.astype(float) @ x + prior.hidden
    return logit + WEIGHT * (prior.visible.astype(float) @ x + np.logaddexp(0, inputs).sum())


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS, ids=ids(TASKS))
def test_gains_with_a_prior(task):
    prior = random_prior(task)
    objective = idea.Objective(prior=prior, prior_weight=WEIGHT)
    image = images_of(task, 1)[0].round()
    pixels = np.unique(np.linspace(0, task.pixels - 1, CHECKED).astype(int))
    for model in networks_for(task, 3):
        base = energy(model, prior, image)
        expected = []
        for pixel in pixels:
            flipped = image.copy()
            flipped[pixel] = 1 - flipped[pixel]
            expected.append(energy(model, prior, flipped) - base)
        native, dense = (
            kind(model, len(task.classes) - 1, image, objective)
            for kind in (NativeState, DenseState)
        )
        exact = native.exact_gains(pixels)
        assert exact == pytest.approx(expected, rel=1e-7, abs=1e-7 * (1 + abs(base)))
        assert (exact == dense.exact_gains(pixels)).all()
        for state in (native, dense):
            gains, bounds = state.rough_gains()
            assert (np.abs(gains[pixels] - exact) <= bounds[pixels] + 1e-12).all()
