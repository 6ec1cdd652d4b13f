"""The compiled kernel's state for CNNs: what holds for both kinds of networks, and more."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import idea
from idea.image import DIGITS, Task
from idea.networks.bundled import BUNDLED
from idea.networks.convolution import HALVING
from idea.networks.weights import Convolution, convolved

from conftest import start_of

pytest.importorskip("idea._kernel")
from idea.core.state.native import NativeState

from native_states import ANY, PATHS, NativeStateTests

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


def build(shape, draw, task: Task = DIGITS) -> idea.CNN:
    """A network whose weights draw(shape, inputs of a unit) returns."""
    convolutions, layers, maps, (height, width) = [], [], 1, task.shape
    for n_out, k, pool in shape[0]:
        W = draw((n_out, maps, k, k), maps * k * k)
        convolutions.append(Convolution(W, draw((n_out,), maps * k * k), HALVING if pool else None))
        maps, (height, width) = n_out, convolved(height, width, k, pool=pool)
    n_in = maps * height * width
    for n_out in [*shape[1], len(task.classes)]:
        layers.append((draw((n_out, n_in), n_in), draw((n_out,), n_in)))
        n_in = n_out
    return idea.CNN(convolutions, layers, task)


@functools.cache
def random_cnn(name: str) -> idea.CNN:
    """Units of a size of about 1."""
    rng = np.random.default_rng(0)
    return build(
        SHAPES[name], lambda shape, n_in: rng.normal(0, 1.7 * n_in**-0.5, shape).astype(np.float32)
    )


@functools.cache
def whole_cnn(name: str) -> idea.CNN:
    """Whole weights: every sum is exact, and many are equal."""
    rng = np.random.default_rng(5)
    return build(SHAPES[name], lambda shape, _: rng.integers(-2, 3, shape).astype(np.float32))


def some_gains(model, digit: int, image: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """The gain of flipping each of these pixels, of a grey one the better, by forward passes."""
    after = np.repeat(image[np.newaxis], 2 * len(pixels), axis=0)
    after[np.arange(len(after)), np.repeat(pixels, 2)] = np.tile([0, 1], len(pixels))
    gains = model.logits(after)[:, digit] - model.logits(image[np.newaxis])[0, digit]
    gains[(after == image).all(axis=1)] = -np.inf
    return gains.reshape(-1, 2).max(axis=1)


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


class TestCNN(NativeStateTests):
    network = tuple(name for name in SHAPES if name not in BUNDLED)
    method = {"greedy": {"sweeps": 1}, "mc": {"steps": 600}}  # noqa: RUF012
    bundled = ("lenet", "convnet")

    @classmethod
    def networks(cls, name: str) -> list[idea.CNN]:
        return [random_cnn(name)]

    def assert_gains(self, model, digit: int, *states) -> None:
        image = states[0].image
        pixels = np.arange(0, image.size, max(1, image.size // 27))
        energy = model.logits(image[np.newaxis])[0, digit]
        expected = some_gains(model, digit, image, pixels)
        allowed = 1e-11 + 1e-9 * np.abs(expected)
        for state in states:
            assert np.array_equal(state.image, image)
            assert state.energy == pytest.approx(energy, rel=1e-11, abs=1e-11)
            bounds = np.zeros(image.size)
            if isinstance(state, NativeState):
                gains, bounds = state.rough_gains()
            else:
                gains = state.gains()
            assert (np.abs(gains[pixels] - expected) <= bounds[pixels] + allowed).all()

    @pytest.mark.slow
    @pytest.mark.parametrize("name", ["lenet", "convnet"])
    def test_ideals_of_random_networks_are_those_of_the_state_for_any_model(
        self, monkeypatch, name
    ):
        ideals = {}
        for backend, simd in [("dense", ""), *(("native", simd) for simd in PATHS)]:
            monkeypatch.setenv("IDEA_BACKEND", backend)
            monkeypatch.setenv("IDEA_SIMD", simd)
            ideals[backend + simd] = [
                idea.find(random_cnn(name), digit, "mc", seed=digit, steps=300).image.tobytes()
                for digit in (1, 8)
            ]
        assert all(found == ideals["dense"] for found in ideals.values())

    @pytest.mark.slow
    def test_ideals_are_the_same_however_many_threads_search(self):
        model, digits = random_cnn("small"), (0, 4, 9)
        expected = [idea.find(model, digit, sweeps=1, restarts=2).image for digit in digits]
        for jobs in (1, 2, 5):
            ideals = idea.find_all(model, digits, sweeps=1, restarts=2, jobs=jobs)
            found = {ideal.digit: ideal.image for ideal in ideals}
            for digit, image in zip(digits, expected, strict=True):
                assert np.array_equal(found[digit], image)

    @pytest.mark.slow
    @pytest.mark.parametrize("start", starts())
    def test_gains_are_those_of_forward_passes_on_every_path(self, monkeypatch, start):
        for name in SHAPES:
            model, image = random_cnn(name), starts()[start]
            results = []
            for simd in PATHS:
                monkeypatch.setenv("IDEA_SIMD", simd)
                state = NativeState(model, 7, image)
                for pixel in range(0, 784, 50):
                    state.set(pixel, 1 - image[pixel])
                grey = ((state.image != 0) & (state.image != 1)).any()
                # Those of binary images are computed in single precision.
                results.append((state.energy, *(state.gains() if grey else ())))
                self.assert_gains(model, 7, state)
            assert all(other == results[0] for other in results)

    @pytest.mark.parametrize("name", SHAPES)
    def test_ties_are_ties(self, simd, name):
        image, pixels = start_of("binary", 1), np.arange(3, 784, 19)
        values = 1 - image[pixels]
        gains = some_gains(whole_cnn(name), 2, image, pixels)
        state = NativeState(whole_cnn(name), 2, image)
        assert np.array_equal(state.gains()[pixels], gains)
        # One that equals the gain is not passed; the first that is just below is.
        assert state.first(pixels, values, gains) is None
        below = gains.copy()
        below[20:] = np.nextafter(gains[20:], -np.inf)
        assert state.first(pixels, values, below) == 20

    @pytest.mark.slow
    @settings(max_examples=25, suppress_health_check=[HealthCheck.data_too_large])
    @given(
        maps=st.lists(
            st.tuples(st.integers(1, 9), st.integers(1, 6), st.booleans()), min_size=1, max_size=3
        ),
        hidden=st.lists(st.integers(1, 40), max_size=2),
        **ANY,
    )
    def test_any_network_and_any_proposals(
        self, maps, hidden, seed, task, target, sparse, grey, simd
    ):
        rng = np.random.default_rng(seed)

        def draw(shape, n_in):
            weights = rng.normal(0, n_in**-0.5, shape) * (rng.random(shape) >= sparse)
            return weights.astype(np.float32)

        fitting, side = [], min(task.shape)
        for n_out, k, pool in maps:
            if side - k + 1 >= 1 + pool:
                fitting.append((n_out, k, pool))
                side = (side - k + 1) // (1 + pool)
        model = build((fitting or [(2, 1, False)], hidden), draw, task)
        self.check_proposals(model, rng, target, grey, simd, 60)

    def test_a_states_past_leaves_no_more_than_rounding(self, simd):
        rng = np.random.default_rng(5)
        for name in ("small", "lenet"):
            state = NativeState(random_cnn(name), 5, start_of("grey", 5))
            for _ in range(5):
                # Greys, which are set to anything at any price, and now and then all gains.
                state.walk(rng.integers(784, size=1000), rng.random(1000, np.float32), -np.inf)
                fresh = NativeState(random_cnn(name), 5, state.image)
                assert state.energy == pytest.approx(fresh.energy, rel=1e-11, abs=1e-11)
                assert state.gains() == pytest.approx(fresh.gains(), rel=1e-9, abs=1e-11)
