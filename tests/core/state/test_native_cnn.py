"""The compiled kernel on convolutional networks, against the state for any model."""

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
from idea.networks.bundled import SHIPPED
from idea.networks.weights import Convolution

from conftest import start_of

_kernel = pytest.importorskip("idea._kernel")
from idea.core.state.native import NativeState  # noqa: E402

PATHS = _kernel.simd_names()

# Convolutions as (maps, k, pool), then hidden layers.
SHAPES = {
    "lenet": ([(6, 3, True), (16, 3, True)], [120, 84]),
    "convnet": ([(16, 3, True), (32, 3, True), (32, 3, False)], [64]),
    "small": ([(3, 5, True), (7, 3, True)], [9]),
    "no pool": ([(2, 7, False), (3, 6, False)], [5]),
    "odd sides": ([(4, 4, True), (9, 2, True), (2, 2, True)], []),
    "one cell": ([(5, 1, True), (17, 1, False)], [6]),
    "the whole image": ([(33, 28, False)], [12]),
    "one map": ([(1, 3, True)], []),
}
SMALL = [name for name in SHAPES if name not in ("lenet", "convnet")]


@pytest.fixture(params=PATHS)
def simd(request, monkeypatch):
    """Force each instruction set that this machine has."""
    monkeypatch.setenv("IDEA_SIMD", request.param)
    return request.param


def build(shape, draw) -> idea.CNN:
    """A network whose weights draw(shape, inputs of a unit) gives."""
    convolutions, layers, maps, side = [], [], 1, 28
    for n_out, k, pool in shape[0]:
        W = draw((n_out, maps, k, k), maps * k * k)
        convolutions.append(Convolution(W, draw((n_out,), maps * k * k), pool))
        maps, side = n_out, (side - k + 1) // (2 if pool else 1)
    n_in = maps * side * side
    for n_out in [*shape[1], 10]:
        layers.append((draw((n_out, n_in), n_in), draw((n_out,), n_in)))
        n_in = n_out
    return idea.CNN(convolutions, layers)


@functools.cache
def random_cnn(name: str, seed: int = 0) -> idea.CNN:
    """Units of a size of about 1."""
    rng = np.random.default_rng(seed)
    return build(
        SHAPES[name], lambda shape, n_in: rng.normal(0, 1.7 * n_in**-0.5, shape).astype(np.float32)
    )


@functools.cache
def whole_cnn(name: str) -> idea.CNN:
    """Whole weights: every sum is exact, and many are equal."""
    rng = np.random.default_rng(5)
    return build(SHAPES[name], lambda shape, _: rng.integers(-2, 3, shape).astype(np.float32))


@pytest.fixture(params=["lenet", "convnet"])
def trained(request) -> idea.CNN:
    """A network that comes with the package."""
    if not SHIPPED[request.param].exists():
        pytest.skip("the network isn't there yet")
    return idea.load_model(request.param)


def some_gains(model, digit: int, image: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """The gain of flipping each of these pixels, of a grey one the better, by forward passes."""
    after = np.repeat(image[np.newaxis], 2 * len(pixels), axis=0)
    after[np.arange(len(after)), np.repeat(pixels, 2)] = np.tile([0, 1], len(pixels))
    gains = model.logits(after)[:, digit] - model.logits(image[np.newaxis])[0, digit]
    gains[(after == image).all(axis=1)] = -np.inf
    return gains.reshape(-1, 2).max(axis=1)


def path(state, method: str, seed: int, **options) -> tuple[list[bool], np.ndarray]:
    """Which proposals a search makes, in order, and where it ends."""
    made: list[bool] = []

    class Followed:
        image = property(lambda _: state.image)

        def walk(self, *proposals):
            flags = state.walk(*proposals)
            made.extend(flags.tolist())
            return flags

    search = {"greedy": greedy, "mc": monte_carlo}[method]
    for _ in search(Followed(), np.random.default_rng(seed), **options):
        pass
    return made, state.image


@functools.cache
def dense_path(name: str, start: str, method: str) -> tuple[list[bool], np.ndarray]:
    """The path of the state for any model, worked out once for all instruction sets."""
    return path(DenseState(random_cnn(name), 3, start_of(start, 1)), method, 1, **SHORT[method])


SHORT = {"greedy": {"sweeps": 1}, "mc": {"steps": 600}}


@pytest.mark.parametrize("method", SHORT)
@pytest.mark.parametrize("name", SMALL)
def test_searches_take_the_path_of_the_state_for_any_model(simd, name, method):
    for start in ("grey", "binary"):
        state = NativeState(random_cnn(name), 3, start_of(start, 1))
        found, image = path(state, method, 1, **SHORT[method])
        expected, end = dense_path(name, start, method)
        assert found == expected
        assert np.array_equal(image, end)
        assert state.energy == pytest.approx(random_cnn(name).logits(image[None])[0, 3], rel=1e-12)


@pytest.mark.parametrize("name", ["lenet", "convnet"])
def test_ideals_of_random_networks_are_those_of_the_state_for_any_model(monkeypatch, name):
    model = random_cnn(name)
    ideals = {}
    for backend, simd in [("dense", ""), *(("native", simd) for simd in PATHS)]:
        monkeypatch.setenv("IDEA_BACKEND", backend)
        monkeypatch.setenv("IDEA_SIMD", simd)
        ideals[backend + simd] = [
            idea.find(model, digit, "mc", seed=digit, steps=300).image.tobytes() for digit in (1, 8)
        ]
    assert all(found == ideals["dense"] for found in ideals.values())


def test_the_shipped_networks(trained, monkeypatch):
    for digit, (method, options) in itertools.product((1, 6), SHORT.items()):
        start = start_of("grey", digit)
        expected, end = path(DenseState(trained, digit, start), method, digit, **options)
        for simd in PATHS:
            monkeypatch.setenv("IDEA_SIMD", simd)
            found, image = path(NativeState(trained, digit, start), method, digit, **options)
            assert found == expected
            assert np.array_equal(image, end)


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_ideals_are_the_same_however_many_threads_search(jobs):
    model = random_cnn("small")
    expected = [idea.find(model, digit, sweeps=2, restarts=3).image for digit in range(10)]
    found = {i.digit: i.image for i in idea.find_all(model, sweeps=2, restarts=3, jobs=jobs)}
    for digit in range(10):
        assert np.array_equal(found[digit], expected[digit])


def starts() -> dict[str, np.ndarray]:
    mixed = start_of("grey", 4)
    mixed[::2] = start_of("binary", 4)[::2]
    return {
        "grey": start_of("grey", 2),
        "binary": start_of("binary", 3),
        "mixed": mixed,
        "black": np.zeros(784, np.float32),
        "white": np.ones(784, np.float32),
    }


@pytest.mark.parametrize("start", starts())
def test_gains_are_those_of_forward_passes_and_the_same_on_every_path(monkeypatch, start):
    pixels = np.arange(0, 784, 29)
    for name in SHAPES:
        model, image = random_cnn(name), starts()[start]
        told = []
        for simd in PATHS:
            monkeypatch.setenv("IDEA_SIMD", simd)
            state = NativeState(model, 7, image)
            for pixel in range(0, 784, 50):
                state.set(pixel, 1 - image[pixel])
            told.append((state.energy, *state.gains()))
        energy, *gains = told[0]
        assert energy == pytest.approx(model.logits(state.image[None])[0, 7], rel=1e-12)
        expected = some_gains(model, 7, state.image, pixels)
        assert np.array(gains)[pixels] == pytest.approx(expected, rel=1e-11, abs=1e-12)
        assert all(other == told[0] for other in told)


@pytest.mark.parametrize("name", SHAPES)
def test_ties_are_ties(monkeypatch, name):
    image, pixels = start_of("binary", 1), np.arange(3, 784, 19)
    values = 1 - image[pixels]
    gains = some_gains(whole_cnn(name), 2, image, pixels)
    for simd in PATHS:
        monkeypatch.setenv("IDEA_SIMD", simd)
        state = NativeState(whole_cnn(name), 2, image)
        assert np.array_equal(state.gains()[pixels], gains)
        # One that equals the gain is not passed; the first that is just below is.
        assert state.first(pixels, values, gains) is None
        below = gains.copy()
        below[20:] = np.nextafter(gains[20:], -np.inf)
        assert state.first(pixels, values, below) == 20


@settings(max_examples=40, deadline=None)
@given(
    maps=st.lists(
        st.tuples(st.integers(1, 9), st.integers(1, 6), st.booleans()), min_size=1, max_size=3
    ),
    hidden=st.lists(st.integers(1, 40), max_size=2),
    seed=st.integers(0, 2**32),
    digit=st.integers(0, 9),
    sparse=st.sampled_from([0.0, 0.5, 0.95]),
    grey=st.sampled_from([0.0, 0.1, 1.0]),
    simd=st.sampled_from(PATHS),
)
def test_any_network_and_any_proposals(maps, hidden, seed, digit, sparse, grey, simd):
    rng = np.random.default_rng(seed)

    def draw(shape, n_in):
        weights = rng.normal(0, n_in**-0.5, shape) * (rng.random(shape) >= sparse)
        return weights.astype(np.float32)

    sides = itertools.accumulate(maps, lambda side, m: (side - m[1] + 1) // (1 + m[2]), initial=28)
    fitting = [m for m, side in zip(maps, sides, strict=False) if 1 <= m[1] < side]
    model = build((fitting or maps[:1], hidden), draw)
    image = np.where(rng.random(784) < grey, rng.random(784), rng.integers(2, size=784))
    image = image.astype(np.float32)
    pixels = rng.integers(784, size=60)
    values = rng.choice([0, 1, 0.25], size=60)
    thresholds = rng.choice([0, -0.1, 0.1, -np.inf, np.inf, np.nan], size=60)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IDEA_SIMD", simd)
        native = NativeState(model, digit, image)
    dense = DenseState(model, digit, image)
    assert native.first(pixels, values, thresholds) == dense.first(pixels, values, thresholds)
    assert np.array_equal(
        native.walk(pixels, values, thresholds), dense.walk(pixels, values, thresholds)
    )
    assert np.array_equal(native.image, dense.image)
    assert native.energy == pytest.approx(dense.energy, rel=1e-11, abs=1e-11)
    expected = some_gains(model, digit, native.image, pixels)
    assert native.gains()[pixels] == pytest.approx(expected, rel=1e-9, abs=1e-11)


def test_a_states_past_leaves_no_more_than_rounding(simd):
    rng = np.random.default_rng(5)
    for name in ("small", "lenet"):
        state = NativeState(random_cnn(name), 5, start_of("grey", 5))
        for _ in range(5):
            # Greys, which are set to anything at any price, and now and then all gains.
            state.walk(rng.integers(784, size=1000), rng.random(1000, np.float32), -np.inf)
            fresh = NativeState(random_cnn(name), 5, state.image)
            assert state.energy == pytest.approx(fresh.energy, rel=1e-11, abs=1e-11)
            assert state.gains() == pytest.approx(fresh.gains(), rel=1e-9, abs=1e-11)


def test_evaluations_counts_the_judged_changes():
    state = NativeState(random_cnn("small"), 0, start_of("binary", 0))
    image = state.image
    state.first([0, 1, 2], image[:3], -np.inf)  # no changes
    assert state.evaluations == 0
    state.walk(np.arange(10), 1 - image[:10], np.inf)
    assert state.evaluations == 10
    state.gains()
    assert state.evaluations == 794


def test_threads_that_share_a_state_take_turns():
    shared = NativeState(random_cnn("lenet"), 3, start_of("binary", 3))
    expected = shared.gains()
    found = []
    threads = [threading.Thread(target=lambda: found.append(shared.gains())) for _ in range(8)]
    for thread in threads:
        thread.start()
    shared.walk(np.arange(784), shared.image, -np.inf)  # changes nothing
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(np.array_equal(gains, expected) for gains in found)
