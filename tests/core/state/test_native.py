"""The compiled kernel against the state for any model, and against forward passes."""

from __future__ import annotations

import functools
import itertools
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import idea
from idea.core.state.dense import DenseState
from idea.core.strategies.greedy import greedy
from idea.core.strategies.monte_carlo import monte_carlo

import slow
from conftest import close, random_layers, start_of

_kernel = pytest.importorskip("idea._kernel")
from idea.core.state.native import NativeState  # noqa: E402

PATHS = _kernel.simd_names()
# On both sides of a vector's and a cache line's length.
WIDTHS = (1, 7, 15, 16, 17, 33, 100)


@pytest.fixture(params=PATHS)
def simd(request, monkeypatch):
    """Force each instruction set that this machine has."""
    monkeypatch.setenv("IDEA_SIMD", request.param)
    return request.param


def shallow(units: int, seed: int):
    first, _, last = random_layers(units, seed)
    return [first, last]


def with_dead_units(units: int, seed: int):
    layers = random_layers(units, seed)
    for _, b in layers[:2]:
        b[::3] = -1000
    return layers


def with_zero_rows(units: int, seed: int):
    layers = random_layers(units, seed)
    for W, _ in layers:
        W[::4] = 0
    layers[0][0][:, ::3] = 0
    return layers


def with_tied_pixels(units: int, seed: int):
    layers = random_layers(units, seed)
    layers[0][0][:, 1::2] = layers[0][0][:, ::2]
    return layers


def with_units_at_zero(units: int, seed: int):
    """Whole weights: every sum is exact, and many are 0."""
    rng = np.random.default_rng(seed)
    shapes = ((units, 784), (units, units), (10, units))
    return [(rng.integers(-1, 2, s).astype(np.float32), np.zeros(s[0], np.float32)) for s in shapes]


def scaled(*factors: float):
    def make(units: int, seed: int):
        layers, product = [], 1.0
        for (W, b), factor in zip(random_layers(units, seed), factors, strict=True):
            product *= factor
            layers.append((W * np.float32(factor), (b * product).astype(np.float32)))
        return layers

    return make


KINDS = {
    "plain": random_layers,
    "one hidden layer": shallow,
    "two widths": lambda units, seed: random_layers(units, seed, second=units + 9),
    "dead units": with_dead_units,
    "zero rows": with_zero_rows,
    "tied pixels": with_tied_pixels,
    "units at zero": with_units_at_zero,
    "huge": scaled(1e12, 1e12, 1e12),
    "tiny": scaled(1e-12, 1e-12, 1e-12),
    "huge and tiny": scaled(1e30, 1e-30, 1e10),
}


class Followed:
    """A state that notes every proposal that was made."""

    def __init__(self, state):
        self.state = state
        self.made: list[tuple[int, float]] = []

    @property
    def image(self):
        return self.state.image

    def walk(self, pixels, values, thresholds):
        made = self.state.walk(pixels, values, thresholds)
        for pixels_values in zip(np.asarray(pixels)[made], np.asarray(values)[made], strict=True):
            self.made.append(tuple(map(float, pixels_values)))
        return made


def path(state, method: str, seed: int) -> list[tuple[int, float]]:
    """The changes that a search makes, in order."""
    followed = Followed(state)
    rng = np.random.default_rng(seed)
    if method == "greedy":
        steps = greedy(followed, rng, sweeps=3)
    else:
        steps = monte_carlo(followed, rng, steps=3000)
    for _ in steps:
        pass
    return followed.made


@functools.cache
def expected_path(kind: str, method: str, units: int, start: str) -> list[tuple[int, float]]:
    """The path of the state for any model, worked out once for all instruction sets."""
    model = idea.MLP(KINDS[kind](units, units))
    return path(DenseState(model, units % 10, start_of(start, units)), method, units)


@pytest.mark.parametrize("method", ["greedy", "mc"])
@pytest.mark.parametrize("kind", KINDS)
def test_searches_take_the_path_of_the_state_for_any_model(simd, kind, method):
    for units, start in itertools.product(WIDTHS, ("grey", "binary")):
        layers = KINDS[kind](units, units)
        model, image = idea.MLP(layers), start_of(start, units)
        digit = units % 10
        found = path(NativeState(model, digit, image), method, units)
        expected = expected_path(kind, method, units, start)
        assert found == expected


def test_a_width_past_the_inputs(simd):
    layers = random_layers(785, 1)
    model, image = idea.MLP(layers), start_of("binary", 1)
    found = path(NativeState(model, 3, image), "mc", 1)
    expected = path(DenseState(model, 3, image), "mc", 1)
    assert found == expected
    assert len(expected) > 100


@pytest.mark.parametrize("digit", [1, 6])
def test_the_shipped_network(simd, shipped, digit):
    for method, kind in itertools.product(("greedy", "mc"), ("grey", "binary")):
        image = start_of(kind, digit)
        found = path(NativeState(shipped, digit, image), method, digit)
        expected = path(DenseState(shipped, digit, image), method, digit)
        assert found == expected
        assert len(found) > 200


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("start", ["grey", "binary"])
def test_all_gains_are_those_of_forward_passes(simd, kind, start):
    for units in WIDTHS:
        layers = KINDS[kind](units, units)
        image = start_of(start, units)
        state = NativeState(idea.MLP(layers), 4, image)
        rng = np.random.default_rng(units)
        # At first, by columns; then, asked again and again, by near units, which are followed.
        for _ in range(6):
            assert_gains(state, layers, 4)
            for pixel in rng.integers(784, size=rng.integers(4)):
                state.set(int(pixel), float(rng.integers(2)))
    image[:] = 0
    state = NativeState(idea.MLP(layers), 4, image)
    state.set(3, 0.0)
    assert_gains(state, layers, 4)


def assert_gains(state, layers, digit: int) -> None:
    image = state.image
    energy = slow.energy_of(layers, digit)(image)
    expected = slow.all_gains(layers, digit, image)
    allowed = min(1e-4 + 1e-5 * abs(energy), 1e-5 * slow.magnitude(layers, digit))
    found = state.gains()
    assert np.all(np.abs(found - expected) <= allowed)
    # However small a gain is, its sign is right, unless double precision can't tell it either.
    sure = np.abs(expected) > 1e-13 * slow.magnitude(layers, digit)
    assert np.array_equal((found > 0)[sure], (expected > 0)[sure])
    assert abs(state.energy - energy) <= allowed


@settings(max_examples=60, deadline=None)
@given(
    first=st.integers(1, 40),
    second=st.integers(0, 40),
    seed=st.integers(0, 2**32),
    digit=st.integers(0, 9),
    sparse=st.sampled_from([0.0, 0.5, 0.95]),
    grey=st.sampled_from([0.0, 0.1, 1.0]),
    simd=st.sampled_from(PATHS),
)
def test_any_network_and_any_proposals(first, second, seed, digit, sparse, grey, simd):
    rng = np.random.default_rng(seed)
    widths = [784, first, *([second] if second else []), 10]
    layers = [
        (
            (rng.normal(size=(o, i)) * (rng.random((o, i)) >= sparse)).astype(np.float32),
            rng.normal(size=o).astype(np.float32),
        )
        for i, o in itertools.pairwise(widths)
    ]
    image = np.where(rng.random(784) < grey, rng.random(784), rng.integers(2, size=784))
    image = image.astype(np.float32)
    pixels = rng.integers(784, size=300)
    values = rng.choice([0, 1, 0.25], size=300)
    thresholds = rng.choice([0, -0.1, 0.1, -np.inf, np.inf, np.nan], size=300)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IDEA_SIMD", simd)
        native = NativeState(idea.MLP(layers), digit, image)
    dense = DenseState(idea.MLP(layers), digit, image)
    assert native.first(pixels, values, thresholds) == dense.first(pixels, values, thresholds)
    assert np.array_equal(
        native.walk(pixels, values, thresholds), dense.walk(pixels, values, thresholds)
    )
    assert np.array_equal(native.image, dense.image)
    assert native.energy == close(dense.energy)
    assert_gains(native, layers, digit)


def test_a_million_changes_leave_the_gains_right(simd):
    layers = random_layers(33, 5)
    rng = np.random.default_rng(5)
    state = NativeState(idea.MLP(layers), 5, start_of("grey", 5))
    made = 0
    while made < 1_000_000:
        # Greys, which are set to anything at any price, and now and then all gains.
        pixels = rng.integers(784, size=50_000)
        values = rng.random(50_000, np.float32)
        made += int(state.walk(pixels, values, -np.inf).sum())
        assert_gains(state, layers, 5)


def test_a_million_changes_on_the_shipped_network(shipped):
    rng = np.random.default_rng(6)
    state = NativeState(shipped, 6, start_of("binary", 6))
    pixels = rng.integers(784, size=1_000_000)
    made = 0
    for block in np.array_split(pixels, 20):
        # Black, then white, at any price: nearly all of them change something.
        values = np.tile([0, 1], len(block))
        made += int(state.walk(np.repeat(block, 2), values, -np.inf).sum())
        assert_gains(state, shipped.layers, 6)
    assert made > 1_000_000


def test_a_climb_on_the_shipped_network_leaves_the_gains_right(simd, shipped):
    state = NativeState(shipped, 5, start_of("binary", 2))
    layers = shipped.layers
    rng = np.random.default_rng(0)
    for step in range(1500):
        gains = state.gains()
        best = int(gains.argmax()) if gains.max() > 0 else int(rng.integers(784))
        if step % 300 == 299:
            assert_gains(state, layers, 5)
        state.set(best, 1 - state.image[best])


def test_evaluations_counts_the_judged_changes(small):
    state = NativeState(small, 0, start_of("binary", 0))
    image = state.image
    state.first([0, 1, 2], image[:3], -np.inf)  # no changes
    assert state.evaluations == 0
    state.walk(np.arange(10), 1 - image[:10], np.inf)
    assert state.evaluations == 10
    state.gains()
    assert state.evaluations == 794


def test_threads_that_share_a_state_take_turns(shipped):
    shared = NativeState(shipped, 3, start_of("binary", 3))
    alone = NativeState(shipped, 3, start_of("binary", 3))
    pixels = np.arange(784)
    expected = alone.gains()
    found = []
    threads = [threading.Thread(target=lambda: found.append(shared.gains())) for _ in range(8)]
    for thread in threads:
        thread.start()
    shared.walk(pixels, shared.image, -np.inf)  # changes nothing
    for thread in threads:
        thread.join()
    assert len(found) == 8
    for gains in found:
        assert gains == close(expected)
