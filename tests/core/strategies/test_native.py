"""One path, change by change, in Python over both states and in the C++ library's strategies."""

from __future__ import annotations

import importlib
from typing import NamedTuple

import numpy as np
import pytest

import idea
from idea.core.elementary import exponential, logarithm
from idea.core.state.dense import DenseState
from idea.core.state.diverse_start import diverse_start
from idea.core.strategies import METHODS
from idea.image import Task

from conftest import random_layers

pytest.importorskip("idea._kernel")
from idea.core.state.native import NativeState

TASK = Task(5, 7)
LENGTHS = {"annealing_steps": 300, "reheating_steps": 100}
FROZEN = np.arange(TASK.pixels) % 9 == 0
LOGIT = idea.Objective("logit")


def tied_layers(task: Task) -> list:
    """Small whole weights, twins among the pixels, some without weights: many gains are equal."""
    rng = np.random.default_rng(3)
    W = rng.integers(-2, 3, (6, task.pixels)).astype(np.float32)
    W[:, 1::2] = W[:, : task.pixels - 1 : 2]
    W[:, ::7] = 0
    b = np.zeros(6, np.float32)
    V = rng.integers(-1, 2, (10, 6)).astype(np.float32)
    return [(W, b), (V, np.zeros(10, np.float32))]


def convolutional(task: Task) -> idea.CNN:
    """The pool leaves out the last row and column."""
    rng = np.random.default_rng(2)
    W = rng.normal(size=(3, 1, 2, 2)).astype(np.float32)
    maps = 3 * ((task.height - 1) // 2) * ((task.width - 1) // 2)
    V = rng.normal(size=(10, maps)).astype(np.float32)
    return idea.CNN([(W, np.zeros(3, np.float32), True)], [(V, np.zeros(10, np.float32))], task)


def prior(task: Task) -> idea.Prior:
    rng = np.random.default_rng(4)
    W, b, c = (rng.normal(size=shape) for shape in ((4, task.pixels), (task.pixels,), (4,)))
    return idea.Prior(*(part.astype(np.float16).astype(np.float32) for part in (W, b, c)), task)


NETWORKS = {
    "mlp": lambda: idea.MLP(random_layers(8, 0, task=TASK), TASK),
    "ties": lambda: idea.MLP(tied_layers(TASK), TASK),
    "cnn": lambda: convolutional(TASK),
}
OBJECTIVES = {
    "logit": lambda: LOGIT,
    "margin": lambda: idea.Objective("margin", ink=0.1),
    "logp": lambda: idea.Objective("logp", smooth=0.05, frozen=FROZEN),
    "prior": lambda: idea.Objective("logit", prior=prior(TASK), prior_weight=0.3),
}
OPTIONS = {
    "greedy": {"sweeps": 2},
    "mc": {"steps": 300},
    "steepest": {"flips": 12},
    "guided": {},
    "anneal": {"steps": 500},
    "best": {"starts": 4, "patience": 6},
}


class Path(NamedTuple):
    """What a search did."""

    frames: list[tuple[int, int, bytes]]
    image: bytes
    after: float
    """The generator's next number."""


def in_python(state, method: str, rng, every: int) -> Path:
    frames = [
        (*progress, state.image.tobytes())
        for progress in METHODS[method].run(state, rng, every=every, **OPTIONS[method])
    ]
    return Path(frames, state.image.tobytes(), rng.random())


def in_cpp(state: NativeState, method: str, rng, every: int, stop: int | None = None) -> Path:
    frames: list[tuple[int, int, bytes]] = []

    def at_step(step, steps, image, energy):
        if image is not None:
            assert np.isfinite(energy)
            frames.append((step, steps, image.tobytes()))
        return len(frames) != stop

    lengths = LENGTHS if method == "best" else {}
    options = OPTIONS[method] | lengths
    bits = state.search(method, rng.bit_generator.state, every, at_step, **options)
    rng.bit_generator.state = bits
    return Path(frames, state.image.tobytes(), rng.random())


@pytest.fixture(autouse=True)
def short_annealing(monkeypatch):
    module = importlib.import_module("idea.core.strategies.best")
    monkeypatch.setattr(module, "_ANNEALING_STEPS", LENGTHS["annealing_steps"])
    monkeypatch.setattr(module, "_REHEATING_STEPS", LENGTHS["reheating_steps"])


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("method", METHODS)
def test_python_and_cpp_take_one_path(method, network, objective):
    model, energy = NETWORKS[network](), OBJECTIVES[objective]()
    for seed, every in ((0, 1), (1, 7)):
        paths = []
        for kind, follow in ((NativeState, in_python), (NativeState, in_cpp)):
            rng = np.random.default_rng(seed)
            start = rng.random(TASK.pixels, np.float32)
            paths.append(follow(kind(model, 3, start, energy), method, rng, every))
        assert len(paths[0].frames) > 1 or every > 1
        assert paths[0] == paths[1]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("method", METHODS)
def test_the_state_for_any_model_takes_the_path_of_cpp(method, network, monkeypatch):
    for table, name in ((OPTIONS, "anneal"), (OPTIONS, "best")):
        monkeypatch.setitem(
            table, name, {"anneal": {"steps": 60}, "best": {"starts": 3, "patience": 2}}[name]
        )
    for length in ("_ANNEALING_STEPS", "_REHEATING_STEPS"):
        monkeypatch.setattr(importlib.import_module("idea.core.strategies.best"), length, 40)
    for length in LENGTHS:
        monkeypatch.setitem(LENGTHS, length, 40)
    model, paths = NETWORKS[network](), []
    for kind, follow in ((DenseState, in_python), (NativeState, in_cpp)):
        rng = np.random.default_rng(5)
        start = rng.random(TASK.pixels, np.float32)
        paths.append(follow(kind(model, 2, start), method, rng, 10))
    assert paths[0] == paths[1]


@pytest.mark.parametrize("method", METHODS)
def test_a_stopped_search_keeps_the_image_that_it_has(method):
    state = NativeState(NETWORKS["mlp"](), 3, np.zeros(TASK.pixels))
    path = in_cpp(state, method, np.random.default_rng(0), 1, stop=2)
    assert len(path.frames) == 2
    assert path.image == path.frames[-1][2]


def test_what_a_callback_raises_ends_the_search():
    state = NativeState(NETWORKS["mlp"](), 3, np.zeros(TASK.pixels))

    def at_step(*_):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        state.search(
            "anneal", np.random.default_rng(0).bit_generator.state, 1, at_step, steps=10**9
        )


def test_logarithms_and_exponentials_are_accurate():
    numbers = np.concatenate([1 - np.random.default_rng(0).random(1000), [1.0, 2**-53, 50.0]])
    assert logarithm(numbers) == pytest.approx(np.log(numbers), rel=1e-15, abs=0)
    for x in (-700.0, -3.9, -1e-9, 0.0, 0.3, 4.0):
        assert exponential(x) == pytest.approx(np.exp(x), rel=1e-13)


def test_diverse_starts_are_signs_of_exact_sums():
    """Twins of the first units cancel: a sum that is 0 is black, whatever rounding would say."""
    layers = random_layers(8, 0, task=TASK)
    W = np.tile(layers[0][0][:1] * np.float32(1e-3), (8, 1))
    model = idea.MLP([(W, layers[0][1]), *layers[1:]], TASK)
    image = diverse_start(model, np.random.default_rng(1))
    g = 2 * np.random.default_rng(1).random(8, np.float32).astype(np.float64) - 1
    assert np.array_equal(image, (np.sign(W[0]) * np.sign(g.sum()) > 0).astype(np.float32))
