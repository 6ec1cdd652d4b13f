"""The compiled kernel's state against the state for any model, and against forward passes.

One class of tests runs on MLPs and on CNNs, each instruction set that this machine has forced in
turn; what concerns one kind of network alone is tested in its subclass.
"""

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
from idea.networks.bundled import BUNDLED
from idea.networks.weights import Convolution

import slow
from conftest import close, random_layers, start_of

_kernel = pytest.importorskip("idea._kernel")
from idea.core.state.native import NativeState  # noqa: E402

PATHS = _kernel.simd_names()
STARTS = ("grey", "binary")


@pytest.fixture(params=PATHS)
def simd(request, monkeypatch):
    """Force each instruction set that this machine has."""
    monkeypatch.setenv("IDEA_SIMD", request.param)
    return request.param


def pytest_generate_tests(metafunc):
    """Give a test the names of its class's networks and searches."""
    for argument in sorted({"network", "method", "bundled"} & set(metafunc.fixturenames)):
        metafunc.parametrize(argument, getattr(metafunc.cls, argument))


def path(state, method: str, seed: int, **options) -> tuple[list[tuple[int, float]], bytes]:
    """The changes that a search makes, in order, and the image where it ends."""
    made: list[tuple[int, float]] = []

    class Followed:
        image = property(lambda _: state.image)

        def walk(self, pixels, values, thresholds):
            flags = state.walk(pixels, values, thresholds)
            some = np.asarray(pixels)[flags], np.asarray(values)[flags]
            made.extend(zip(*(column.tolist() for column in some), strict=True))
            return flags

    search = {"greedy": greedy, "mc": monte_carlo}[method]
    for _ in search(Followed(), np.random.default_rng(seed), **options):
        pass
    return made, state.image.tobytes()


def native_states(model, digit: int, image) -> list[NativeState]:
    """A state on each instruction set that this machine has."""
    states = []
    for simd in PATHS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("IDEA_SIMD", simd)
            states.append(NativeState(model, digit, image))
    return states


def any_image(rng, grey: float) -> np.ndarray:
    """An image of which a share is grey."""
    image = np.where(rng.random(784) < grey, rng.random(784), rng.integers(2, size=784))
    return image.astype(np.float32)


ANY = {
    "seed": st.integers(0, 2**32),
    "digit": st.integers(0, 9),
    "sparse": st.sampled_from([0.0, 0.5, 0.95]),
    "grey": st.sampled_from([0.0, 0.1, 1.0]),
    "simd": st.sampled_from(PATHS),
}


class NativeStateTests:
    """What holds for both kinds of networks; a subclass names and makes them."""

    network: tuple[str, ...]
    method: dict[str, dict[str, int]]
    """The options of its searches."""
    bundled: tuple[str, ...]

    @classmethod
    def networks(cls, name: str) -> list:
        raise NotImplementedError

    def assert_gains(self, model, digit: int, *states) -> None:
        """Check energy and gains of states of one image against forward passes."""
        raise NotImplementedError

    @pytest.mark.slow
    def test_searches_take_the_path_of_the_state_for_any_model(self, network, method):
        for (number, model), start in itertools.product(enumerate(self.networks(network)), STARTS):
            image = start_of(start, number + 1)
            expected, states = self.paths(model, number % 10, image, method, number)
            assert all(found == expected for _, found in states)
            self.assert_gains(model, number % 10, *(state for state, _ in states))

    @pytest.mark.slow
    def test_the_bundled_networks(self, bundled, method):
        if BUNDLED[bundled].suffix == ".onnx":
            pytest.importorskip("onnx")
        model = idea.load_model(bundled)
        for digit, start in itertools.product((1, 6), STARTS):
            expected, states = self.paths(model, digit, start_of(start, digit), method, digit)
            assert len(expected[0]) > 50
            assert all(found == expected for _, found in states)

    def paths(self, model, digit: int, image, method: str, seed: int):
        """A search's path on the state for any model, and those on each instruction set."""
        options = self.method[method]
        expected = path(DenseState(model, digit, image), method, seed, **options)
        states = native_states(model, digit, image)
        return expected, [(state, path(state, method, seed, **options)) for state in states]

    def check_proposals(self, model, rng, digit: int, grey: float, simd: str, count: int) -> None:
        """Check some proposals of any kind by the state for any model."""
        image = any_image(rng, grey)
        pixels = rng.integers(784, size=count)
        values = rng.choice([0, 1, 0.25], size=count)
        thresholds = rng.choice([0, -0.1, 0.1, -np.inf, np.inf, np.nan], size=count)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("IDEA_SIMD", simd)
            native = NativeState(model, digit, image)
        dense = DenseState(model, digit, image)
        proposals = pixels, values, thresholds
        assert native.first(*proposals) == dense.first(*proposals)
        assert np.array_equal(native.walk(*proposals), dense.walk(*proposals))
        assert np.array_equal(native.image, dense.image)
        assert native.energy == close(dense.energy)
        self.assert_gains(model, digit, native)

    def test_evaluations_counts_the_evaluated_changes(self):
        state = NativeState(self.networks(self.network[0])[0], 0, start_of("binary", 0))
        image = state.image
        state.first([0, 1, 2], image[:3], -np.inf)  # no changes
        assert state.evaluations == 0
        state.walk(np.arange(10), 1 - image[:10], np.inf)
        assert state.evaluations == 10
        state.gains()
        assert state.evaluations == 794

    def test_threads_that_share_a_state_take_turns(self, bundled):
        if BUNDLED[bundled].suffix == ".onnx":
            pytest.importorskip("onnx")
        model = idea.load_model(bundled)
        shared = NativeState(model, 3, start_of("binary", 3))
        expected = NativeState(model, 3, start_of("binary", 3)).gains()
        found = []
        threads = [threading.Thread(target=lambda: found.append(shared.gains())) for _ in range(8)]
        for thread in threads:
            thread.start()
        shared.walk(np.arange(784), shared.image, -np.inf)  # changes nothing
        for thread in threads:
            thread.join()
        assert len(found) == 8
        for gains in found:
            assert gains == close(expected)


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


# On both sides of a vector's and a cache line's length.
WIDTHS = (1, 7, 15, 16, 17, 33, 100)

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


@functools.cache
def mlps(kind: str) -> list[idea.MLP]:
    """A network of each width; the last is wider than its input."""
    models = [idea.MLP(KINDS[kind](units, units)) for units in WIDTHS]
    return [*models, idea.MLP(random_layers(785, 1))] if kind == "plain" else models


class TestMLP(NativeStateTests):
    network = tuple(KINDS)
    method = {"greedy": {"sweeps": 3}, "mc": {"steps": 3000}}  # noqa: RUF012
    bundled = ("mlp",)

    @classmethod
    def networks(cls, name: str) -> list[idea.MLP]:
        return mlps(name)

    def assert_gains(self, model, digit: int, *states) -> None:
        image, layers = states[0].image, model.layers
        energy = slow.energy_of(layers, digit)(image)
        expected = slow.all_gains(layers, digit, image)
        allowed = min(1e-4 + 1e-5 * abs(energy), 1e-5 * slow.magnitude(layers, digit))
        sure = np.abs(expected) > 1e-13 * slow.magnitude(layers, digit)
        for state in states:
            assert np.array_equal(state.image, image)
            assert abs(state.energy - energy) <= allowed
            found = state.gains()
            assert np.all(np.abs(found - expected) <= allowed)
            # However small a gain, its sign is right, unless double precision can't tell it either.
            assert np.array_equal((found > 0)[sure], (expected > 0)[sure])

    @pytest.mark.parametrize("start", STARTS)
    def test_all_gains_are_those_of_forward_passes(self, network, start):
        for units, model in zip(WIDTHS, self.networks(network), strict=False):
            states = native_states(model, 4, start_of(start, units))
            rng = np.random.default_rng(units)
            # At first, by columns; then, asked again and again, by near units, which are followed.
            for _ in range(6):
                self.assert_gains(model, 4, *states)
                for pixel in rng.integers(784, size=rng.integers(4)):
                    value = float(rng.integers(2))
                    for state in states:
                        state.set(int(pixel), value)
        states = native_states(model, 4, np.zeros(784))
        for state in states:
            state.set(3, 0.0)
        self.assert_gains(model, 4, *states)

    @pytest.mark.slow
    @settings(max_examples=60, deadline=None)
    @given(first=st.integers(1, 40), second=st.integers(0, 40), **ANY)
    def test_any_network_and_any_proposals(self, first, second, seed, digit, sparse, grey, simd):
        rng = np.random.default_rng(seed)
        widths = [784, first, *([second] if second else []), 10]
        layers = [
            (
                (rng.normal(size=(o, i)) * (rng.random((o, i)) >= sparse)).astype(np.float32),
                rng.normal(size=o).astype(np.float32),
            )
            for i, o in itertools.pairwise(widths)
        ]
        self.check_proposals(idea.MLP(layers), rng, digit, grey, simd, 300)

    def test_a_million_changes_leave_the_gains_right(self, simd):
        rng = np.random.default_rng(5)
        model = idea.MLP(random_layers(33, 5))
        state = NativeState(model, 5, start_of("grey", 5))
        made = 0
        while made < 1_000_000:
            # Greys, which are set to anything at any price, and now and then all gains.
            pixels = rng.integers(784, size=50_000)
            values = rng.random(50_000, np.float32)
            made += int(state.walk(pixels, values, -np.inf).sum())
            self.assert_gains(model, 5, state)

    @pytest.mark.slow
    def test_a_million_changes_on_the_bundled_network(self, shipped):
        rng = np.random.default_rng(6)
        state = NativeState(shipped, 6, start_of("binary", 6))
        pixels = rng.integers(784, size=1_000_000)
        made = 0
        for block in np.array_split(pixels, 20):
            # Black, then white, at any price: nearly all of them change something.
            values = np.tile([0, 1], len(block))
            made += int(state.walk(np.repeat(block, 2), values, -np.inf).sum())
            self.assert_gains(shipped, 6, state)
        assert made > 1_000_000

    @pytest.mark.slow
    def test_a_climb_on_the_bundled_network_leaves_the_gains_right(self, simd, shipped):
        state = NativeState(shipped, 5, start_of("binary", 2))
        rng = np.random.default_rng(0)
        for step in range(1500):
            gains = state.gains()
            best = int(gains.argmax()) if gains.max() > 0 else int(rng.integers(784))
            if step % 300 == 299:
                self.assert_gains(shipped, 5, state)
            state.set(best, 1 - state.image[best])


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


def build(shape, draw) -> idea.CNN:
    """A network whose weights draw(shape, inputs of a unit) returns."""
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
        image, pixels = states[0].image, np.arange(0, 784, 29)
        energy = model.logits(image[np.newaxis])[0, digit]
        expected = some_gains(model, digit, image, pixels)
        for state in states:
            assert np.array_equal(state.image, image)
            assert state.energy == pytest.approx(energy, rel=1e-11, abs=1e-11)
            assert state.gains()[pixels] == pytest.approx(expected, rel=1e-9, abs=1e-11)

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
        model = random_cnn("small")
        expected = [idea.find(model, digit, sweeps=1, restarts=2).image for digit in range(10)]
        for jobs in (1, 2, 5):
            ideals = idea.find_all(model, sweeps=1, restarts=2, jobs=jobs)
            found = {ideal.digit: ideal.image for ideal in ideals}
            for digit in range(10):
                assert np.array_equal(found[digit], expected[digit])

    @pytest.mark.slow
    @pytest.mark.parametrize("start", starts())
    def test_gains_are_those_of_forward_passes_and_the_same_on_every_path(self, monkeypatch, start):
        for name in SHAPES:
            model, image = random_cnn(name), starts()[start]
            results = []
            for simd in PATHS:
                monkeypatch.setenv("IDEA_SIMD", simd)
                state = NativeState(model, 7, image)
                for pixel in range(0, 784, 50):
                    state.set(pixel, 1 - image[pixel])
                results.append((state.energy, *state.gains()))
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
    @settings(max_examples=40, deadline=None)
    @given(
        maps=st.lists(
            st.tuples(st.integers(1, 9), st.integers(1, 6), st.booleans()), min_size=1, max_size=3
        ),
        hidden=st.lists(st.integers(1, 40), max_size=2),
        **ANY,
    )
    def test_any_network_and_any_proposals(self, maps, hidden, seed, digit, sparse, grey, simd):
        rng = np.random.default_rng(seed)

        def draw(shape, n_in):
            weights = rng.normal(0, n_in**-0.5, shape) * (rng.random(shape) >= sparse)
            return weights.astype(np.float32)

        sides = itertools.accumulate(
            maps, lambda side, m: (side - m[1] + 1) // (1 + m[2]), initial=28
        )
        fitting = [m for m, side in zip(maps, sides, strict=False) if 1 <= m[1] < side]
        model = build((fitting or maps[:1], hidden), draw)
        self.check_proposals(model, rng, digit, grey, simd, 60)

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
