"""Exact ties: every state takes the same decisions, whatever the order of its sums."""

from __future__ import annotations

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
from idea.networks.exact import exact_dot, exact_layer

from conftest import random_convolutions, random_layers, start_of

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
    "frozen": Objective("logp", ink=-0.1, smooth=1.0, frozen=np.arange(784) % 5 == 0),
}


def drawn(draw):
    """Networks all of whose weights and biases draw(rng, shape) gives."""

    def make(widths, seed):
        rng = np.random.default_rng(seed)
        shapes = [(n_out, n_in) for n_in, n_out in itertools.pairwise([784, *widths, 10])]
        return [
            (np.asarray(draw(rng, s), np.float32), np.asarray(draw(rng, s[:1]), np.float32))
            for s in shapes
        ]

    return make


def normal(widths, seed):
    return drawn(lambda rng, shape: rng.normal(0, 784**-0.5, shape))(widths, seed)


def with_tied_pixels(widths, seed):
    """Many pixels with the same weights."""
    layers = normal(widths, seed)
    W = layers[0][0]
    W[:] = W[:, np.random.default_rng(seed).integers(0, 12, 784)]
    return layers


def with_cancelling_units(widths, seed):
    """Each unit twice, and what reads the two in opposite ways: nothing has an effect."""
    layers = normal(widths, seed)
    for (W, b), (following, _) in itertools.pairwise(layers):
        half = len(W) // 2
        W[half : 2 * half], b[half : 2 * half] = W[:half], b[:half]
        following[:, half : 2 * half] = -following[:, :half]
    return layers


def mirrored(widths, seed):
    """Pixels whose weights are those of others, and units whose are, but for the sign."""
    layers = normal(widths, seed)
    (W, b), (following, _), *_ = layers
    W[:, 392:] = -W[:, :392]
    half = len(W) // 2
    W[half : 2 * half], b[:] = -W[:half], 0
    following[:, half : 2 * half] = following[:, :half]
    return layers


def with_dead_units(widths, seed):
    layers = normal(widths, seed)
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


def start(kind: str, seed: int) -> np.ndarray:
    if kind == "levels":
        return (np.random.default_rng(seed).integers(0, 256, 784) / 255).astype(np.float32)
    return start_of(kind, seed)


def assert_all_states_agree(monkeypatch, model, case, seed: int) -> None:
    method, aim, kind = case
    given = (seed % 10, start(kind, seed), OBJECTIVES[aim])
    dense = DenseState(model, *given)
    expected = path(dense, method, seed)
    pixels = np.arange(0, 784, 97)
    for simd in PATHS:
        monkeypatch.setenv("IDEA_SIMD", simd)
        native = NativeState(model, *given)
        assert path(native, method, seed) == expected, (simd, case)
        assert native.exact_energy == dense.exact_energy
        assert np.array_equal(native.exact_gains(pixels), dense.exact_gains(pixels))
        assert abs(native.energy - native.exact_energy) <= native.error_bound


CASES = list(itertools.product(METHODS_OPTIONS, OBJECTIVES, ("binary", "levels")))


@pytest.mark.slow
@pytest.mark.parametrize("widths", [(9,), (16, 11)], ids=["one", "two"])
@pytest.mark.parametrize("kind", KINDS)
def test_all_states_take_one_path_among_ties(monkeypatch, kind, widths):
    # Each method meets each objective, on one kind of network or another.
    first = list(KINDS).index(kind) + 5 * len(widths)
    for n, case in enumerate(CASES[first % 17 :: 17]):
        model = idea.MLP(KINDS[kind](widths, n))
        assert_all_states_agree(monkeypatch, model, case, n)


@functools.cache
def tied_cnn(kind: str) -> idea.CNN:
    convolutions, layers = random_convolutions([(4, 3, True), (3, 3, True)], [7], 3)
    rng = np.random.default_rng(4)
    for W, b in [*((W, b) for W, b, _ in convolutions), *layers]:
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
    return idea.CNN(convolutions, layers)


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
    for aim in OBJECTIVES.values():
        state = NativeState(idea.MLP(KINDS["tenths"]((9,), 3)), 2, start_of("binary", 3), aim)
        for pixel in range(0, 784, 41):
            (gain,) = state.exact_gains([pixel])
            if not math.isfinite(gain):
                continue  # frozen
            state.set(pixel, 1 - float(state.image[pixel]))
            assert state.exact_gains([pixel])[0] == -gain
