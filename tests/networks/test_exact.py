"""Exact ties: every state takes the same decisions, whatever the order of its sums."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
import sys
from fractions import Fraction

import numpy as np
import pytest

import idea
from idea.core.objective import Objective
from idea.core.state.dense import DenseState
from idea.core.strategies import METHODS
from idea.image import DIGITS, Task
from idea.networks.exact import exact_dot, exact_layer

from conftest import random_convolutions, random_layers, start_of
from tasks import OTHERS, cnn_for, ids

_kernel = pytest.importorskip("idea._kernel")
from idea.core.state.native import NativeState  # noqa: E402

PATHS = _kernel.simd_names()

# All methods but best, which is made of others; options that make the long ones short.
METHODS_OPTIONS = {name: {} for name in METHODS if name != "best"} | {
    "greedy": {"sweeps": 1},
    "mc": {"steps": 500},
    "steepest": {"flips": 6},
    "guided": {"rounds": 2},
    "anneal": {"steps": 500},
}
OBJECTIVES = {
    "logit": Objective(),
    "margin": Objective("margin"),
    "logp": Objective("logp"),
    "ink": Objective(ink=0.5),
    "prices": Objective("margin", ink=0.1, smooth=0.1),
    "frozen": Objective("logp", ink=-0.1, smooth=1.0),
}


def objective_of(aim: str, task: Task) -> Objective:
    """One of these, with every fifth pixel held black if it is to have some."""
    frozen = np.arange(task.pixels) % 5 == 0 if aim == "frozen" else None
    return dataclasses.replace(OBJECTIVES[aim], frozen=frozen)


def drawn(draw):
    """Networks all of whose weights and biases draw(rng, shape) gives."""

    def make(widths, seed, task=DIGITS):
        rng = np.random.default_rng(seed)
        ends = [task.pixels, *widths, len(task.classes)]
        shapes = [(n_out, n_in) for n_in, n_out in itertools.pairwise(ends)]
        return [
            (np.asarray(draw(rng, s), np.float32), np.asarray(draw(rng, s[:1]), np.float32))
            for s in shapes
        ]

    return make


def normal(widths, seed, task=DIGITS):
    scale = task.pixels**-0.5
    return drawn(lambda rng, shape: rng.normal(0, scale, shape))(widths, seed, task)


def with_tied_pixels(widths, seed, task=DIGITS):
    """Many pixels with the same weights."""
    layers = normal(widths, seed, task)
    W = layers[0][0]
    W[:] = W[:, np.random.default_rng(seed).integers(0, min(12, task.pixels), task.pixels)]
    return layers


def with_cancelling_units(widths, seed, task=DIGITS):
    """Each unit twice, and what reads the two in opposite ways: nothing has an effect."""
    layers = normal(widths, seed, task)
    for (W, b), (following, _) in itertools.pairwise(layers):
        half = len(W) // 2
        W[half : 2 * half], b[half : 2 * half] = W[:half], b[:half]
        following[:, half : 2 * half] = -following[:, :half]
    return layers


def mirrored(widths, seed, task=DIGITS):
    """Pixels whose weights are those of others, and units whose are, but for the sign."""
    layers = normal(widths, seed, task)
    (W, b), (following, _), *_ = layers
    pixels = task.pixels // 2
    W[:, pixels : 2 * pixels] = -W[:, :pixels]
    half = len(W) // 2
    W[half : 2 * half], b[:] = -W[:half], 0
    following[:, half : 2 * half] = following[:, :half]
    return layers


def with_dead_units(widths, seed, task=DIGITS):
    layers = normal(widths, seed, task)
    for W, b in layers[:-1]:
        b[::2], W[::3] = -1000, 0
    return layers


KINDS = {
    "tied pixels": with_tied_pixels,
    "cancelling units": with_cancelling_units,
    "mirrored": mirrored,
    "dead units": with_dead_units,
    "whole": drawn(lambda rng, shape: rng.integers(-2, 3, shape)),
    "eighths": drawn(lambda rng, shape: rng.integers(-8, 9, shape) / 8),
    "tenths": drawn(lambda rng, shape: rng.integers(-3, 4, shape) / 10),
    "one size": drawn(lambda rng, shape: rng.choice([-0.1, 0.1], shape)),
    "all equal": drawn(lambda _, shape: np.full(shape, 0.1)),
    "powers of two": drawn(
        lambda rng, shape: rng.choice([-1, 1], shape) * 2.0 ** rng.integers(-12, 3, shape)
    ),
    "many magnitudes": drawn(
        lambda rng, shape: rng.normal(0, 1, shape) * 2.0 ** rng.integers(-60, 60, shape)
    ),
}


def path(state, method: str, seed: int):
    """Every image on a search's way, and where it ends."""
    steps = METHODS[method].run(
        state, np.random.default_rng(seed), every=7, **METHODS_OPTIONS[method]
    )
    return [(*progress, state.image.tobytes()) for progress in steps], state.image.tobytes()


def start(kind: str, seed: int, task: Task = DIGITS) -> np.ndarray:
    if kind == "levels":
        levels = np.random.default_rng(seed).integers(0, 256, task.pixels)
        return (levels / 255).astype(np.float32)
    return start_of(kind, seed, task)


def assert_all_states_agree(monkeypatch, model, case, seed: int) -> None:
    method, aim, kind = case
    task = model.task
    given = (seed % len(task.classes), start(kind, seed, task), objective_of(aim, task))
    dense = DenseState(model, *given)
    expected = path(dense, method, seed)
    pixels = np.arange(0, task.pixels, max(1, task.pixels // 8))
    for simd in PATHS:
        monkeypatch.setenv("IDEA_SIMD", simd)
        native = NativeState(model, *given)
        assert path(native, method, seed) == expected, (simd, case)
        assert native.exact_energy == dense.exact_energy
        assert np.array_equal(native.exact_gains(pixels), dense.exact_gains(pixels))
        assert abs(native.energy - native.exact_energy) <= native.error_bound


CASES = list(itertools.product(METHODS_OPTIONS, OBJECTIVES, ("binary", "levels")))


@pytest.mark.nightly_cases(keep=8)
@pytest.mark.slow
@pytest.mark.parametrize("widths", [(9,), (16, 11)], ids=["one", "two"])
@pytest.mark.parametrize("kind", KINDS)
def test_all_states_take_one_path_among_ties(monkeypatch, kind, widths):
    # Each method meets each objective, on one kind of network or another.
    first = 2 * list(KINDS).index(kind) + len(widths) - 1
    for n, case in enumerate(CASES[first :: 2 * len(KINDS)]):
        model = idea.MLP(KINDS[kind](widths, n))
        assert_all_states_agree(monkeypatch, model, case, n)


@pytest.mark.nightly_cases(keep=16)
@pytest.mark.parametrize("task", OTHERS, ids=ids(OTHERS))
@pytest.mark.parametrize("kind", KINDS)
def test_all_states_take_one_path_for_any_task(monkeypatch, kind, task):
    widths = [(9,), (6, 5)][list(KINDS).index(kind) % 2]
    case = case_for(task, list(KINDS).index(kind))
    assert_all_states_agree(monkeypatch, idea.MLP(KINDS[kind](widths, 1, task), task), case, 1)


@pytest.mark.nightly_cases(keep=5)
@pytest.mark.parametrize("task", OTHERS, ids=ids(OTHERS))
@pytest.mark.parametrize("kind", ["whole", "one size", "twins"])
def test_all_states_of_a_cnn_take_one_path_for_any_task(monkeypatch, kind, task):
    case = case_for(task, ["whole", "one size", "twins"].index(kind))
    assert_all_states_agree(monkeypatch, tied(cnn_for(task, 3), kind), case, 1)


def case_for(task: Task, number: int) -> tuple[str, str, str]:
    """Each task meets each method and each objective; large images those that don't rank them."""
    cases = [case for case in CASES if task.pixels <= DIGITS.pixels or case[0] == "mc"]
    return cases[(number * 13 + 7 * OTHERS.index(task)) % len(cases)]


@functools.cache
def tied_cnn(kind: str) -> idea.CNN:
    return tied(idea.CNN(*random_convolutions([(4, 3, True), (3, 3, True)], [7], 3)), kind)


def tied(model: idea.CNN, kind: str) -> idea.CNN:
    """Replace the weights of a network by some that lead to ties."""
    convolutions, layers = model.convolutions, model.layers
    rng = np.random.default_rng(4)
    for W, b in [*((W, b) for W, b, *_ in convolutions), *layers]:
        if kind == "whole":
            W[:], b[:] = rng.integers(-2, 3, W.shape), rng.integers(-2, 3, b.shape)
        elif kind == "one size":
            W[:], b[:] = rng.choice([-0.1, 0.1], W.shape), 0
        else:  # twins, which cancel in what follows
            W[1::2], b[1::2] = (
                W[: len(W) - 1 : 2][: len(W[1::2])],
                b[: len(b) - 1 : 2][: len(b[1::2])],
            )
            W[:, 1::2] = -W[:, : W.shape[1] - 1 : 2][:, : W[:, 1::2].shape[1]]
    return idea.CNN(convolutions, layers, model.task)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["whole", "one size", "twins"])
def test_all_states_of_a_cnn_take_one_path_among_ties(monkeypatch, kind):
    for n, case in enumerate(CASES[["whole", "one size", "twins"].index(kind) :: 20]):
        assert_all_states_agree(monkeypatch, tied_cnn(kind), case, n)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["tied pixels", "one size"])
def test_the_best_is_one_image_among_ties(monkeypatch, kind):
    model = idea.MLP(KINDS[kind]((8,), 1))
    # By its module, for the package has a function of this name.
    monkeypatch.setattr(sys.modules["idea.core.strategies.best"], "_ANNEALING_STEPS", 500)
    found = []
    for make in (DenseState, NativeState):
        state = make(model, 3, start_of("binary", 1), Objective("logp"))
        for _ in METHODS["best"].run(state, np.random.default_rng(0), starts=3, patience=5):
            pass
        found.append(state.image.tobytes())
    assert found[0] == found[1]


@pytest.mark.parametrize("method", METHODS_OPTIONS)
def test_a_model_that_is_only_run_repeats_its_path_among_ties(method):
    (W, b), (V, c) = KINDS["tenths"]((9,), 1)
    model = idea.Model.from_function(lambda images: np.maximum(images @ W.T + b, 0) @ V.T + c)
    assert not hasattr(model, "rounded_logits")
    given = (3, start("levels", 2), Objective("margin", ink=0.1))
    first, second = (path(DenseState(model, *given), method, 5) for _ in range(2))
    assert first == second


def test_rounded_logits_are_the_same_with_and_without_the_kernel(monkeypatch):
    images = np.stack([start_of("grey", 1), start_of("binary", 2), np.zeros(784, np.float32)])
    models = [idea.MLP(make((9, 7), 1)) for make in KINDS.values()]
    models += [idea.MLP(random_layers(5, 1)[::2]), *map(tied_cnn, ("whole", "one size", "twins"))]
    for model in models:
        found = []
        for simd in PATHS:
            monkeypatch.setenv("IDEA_SIMD", simd)
            found.append(model.rounded_logits(images))
        with monkeypatch.context() as patch:
            for module in ("mlp", "cnn"):
                patch.setattr(f"idea.networks.{module}.kernel_error", lambda: "no kernel")
            found.append(model.rounded_logits(images))
        assert all(np.array_equal(logits, found[0]) for logits in found)
        assert np.abs(model.logits(images) - found[0]).max() <= model.rounding


def test_sums_are_exact_and_rounded_once():
    rng = np.random.default_rng(0)
    for _ in range(200):
        count = int(rng.integers(1, 30))
        x = rng.normal(size=count) * 2.0 ** rng.integers(-40, 40, count)
        y = (rng.normal(size=count) * 2.0 ** rng.integers(-40, 40, count)).astype(np.float32)
        x, y = np.append(x, -x), np.append(y, y)  # but one sum is 0
        x[-1] *= rng.integers(2)
        exact = sum(Fraction(a) * Fraction(float(b)) for a, b in zip(x.tolist(), y, strict=True))
        assert exact_dot(x, y) == float(exact)
        assert exact_layer(x, y[np.newaxis], np.zeros(1, np.float32))[0] == float(exact)


def test_an_exact_gain_is_above_nothing_where_the_energy_rises(monkeypatch):
    """Antisymmetric to the last bit, so that no change and its reverse both gain."""
    for aim in OBJECTIVES:
        model, objective = idea.MLP(KINDS["tenths"]((9,), 3)), objective_of(aim, DIGITS)
        state = NativeState(model, 2, start_of("binary", 3), objective)
        for pixel in range(0, 784, 41):
            (gain,) = state.exact_gains([pixel])
            if not math.isfinite(gain):
                continue  # frozen
            state.set(pixel, 1 - float(state.image[pixel]))
            assert state.exact_gains([pixel])[0] == -gain
