"""Models that give equal images different logits, and flat objectives."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

import idea
from idea.core.repeatable import is_repeatable

WEIGHTS = np.random.default_rng(1).normal(size=(784, 10))
WARNING = re.compile(
    r"the model gives equal images different logits: found a difference of \S+, where rounding "
    r"explains \S+; is it in training mode, with dropout or batch norm\? Call its eval\(\) first\. "
    r"Its energies can't be reproduced, no image is called a local optimum, and nothing is proved"
)


class Dropout:
    """Other pixels are dropped at each call, the same ones in each run of a test."""

    def __init__(self):
        self.rng = np.random.default_rng(0)

    def __call__(self, images):
        return (images * (self.rng.random(images.shape) > 0.5)) @ WEIGHTS


def batch_norm(images):
    return (images - images.mean(axis=0)) @ WEIGHTS


class Later:
    """Repeatable, until it has been called often."""

    calls = 0

    def __call__(self, images):
        self.calls += 1
        return images @ WEIGHTS + 1e-3 * (self.calls if self.calls > 20 else 0)


@pytest.mark.parametrize(
    "function", [Dropout(), batch_norm, Later()], ids=["dropout", "batch norm", "later"]
)
def test_a_model_that_is_not_repeatable_is_never_at_a_local_optimum(function):
    model = idea.Model.from_function(function)
    with pytest.warns(RuntimeWarning) as caught:
        ideal = idea.find(model, 5, sweeps=1)
    (warning,) = caught  # one for each model
    assert WARNING.fullmatch(str(warning.message))
    assert not ideal.locally_optimal
    assert not ideal.flat
    assert np.isnan(ideal.best_gain_left)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not any(i.locally_optimal for i in idea.find_all(model, [1, "5-3"], sweeps=1))


def test_watched_searches_and_attacks_warn_too():
    with pytest.warns(RuntimeWarning, match="training mode"):
        watch = idea.Watch(idea.Model.from_function(Dropout()), 5, sweeps=1)
    assert list(watch)
    assert not watch.ideal().locally_optimal
    dropout = Dropout()
    noisy = idea.Model.from_function(lambda images: images @ WEIGHTS + 1e-3 * dropout(images))
    with pytest.warns(RuntimeWarning, match="training mode"):
        attack = idea.fewest_flips(noisy, np.zeros(784), prove=2)
    assert attack.proved == 0


def test_repeatable_models_give_no_warning(small, monkeypatch):
    for function in (lambda x: x @ WEIGHTS, lambda x: np.float16(small.logits(x))):
        ideal = idea.find(idea.Model.from_function(function), 5, sweeps=1)
        assert np.isfinite(ideal.best_gain_left)
    monkeypatch.setattr(idea.MLP, "logits", lambda *_: 1 / 0)  # of ours nothing is evaluated
    assert is_repeatable(small)


@pytest.mark.slow
def test_a_module_in_training_mode():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    module = torch.nn.Sequential(
        torch.nn.Linear(784, 30), torch.nn.ReLU(), torch.nn.Dropout(), torch.nn.Linear(30, 10)
    )
    model = idea.Model.from_function(lambda x: module(torch.from_numpy(x)).detach().numpy())
    with pytest.warns(RuntimeWarning, match="training mode"):
        idea.find(model, 5, sweeps=1)
    module.eval()
    assert np.isfinite(idea.find(model, 5, sweeps=1).best_gain_left)


@pytest.mark.usefixtures("each_backend")
@pytest.mark.parametrize("method", ["greedy", "mc", "steepest"])
def test_an_objective_that_no_flip_changes_is_flat(method):
    zeros = idea.MLP([(np.zeros((n, m)), np.ones(n)) for n, m in ((4, 9), (4, 4), (3, 4))], TASK)
    for model in (zeros, idea.Model.from_function(lambda x: np.ones((len(x), 3)), TASK)):
        ideal = idea.find(model, 1, method)
        assert ideal.flat
        assert not ideal.locally_optimal
        inked = idea.find(model, 1, method, objective=idea.Objective(ink=1))
        assert not inked.flat
        assert inked.locally_optimal == (method != "mc" or inked.best_gain_left <= 0)


TASK = idea.Task(3, 3, ("a", "b", "c"))
