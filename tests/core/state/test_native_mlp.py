"""The compiled kernel's state for MLPs: what holds for both kinds of networks, and more."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import idea

import slow
from conftest import random_layers, start_of

pytest.importorskip("idea._kernel")
from idea.core.state.native import NativeState

from native_states import ANY, STARTS, NativeStateTests, native_states


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
    """A network of each width, the last wider than its input; of kinds but plain, half of them."""
    if kind == "plain":
        return [idea.MLP(random_layers(units, units)) for units in (*WIDTHS, 785)]
    return [
        idea.MLP(KINDS[kind](units, units)) for units in WIDTHS[list(KINDS).index(kind) % 2 :: 2]
    ]


class TestMLP(NativeStateTests):
    network = tuple(KINDS)
    method = {"greedy": {"sweeps": 2}, "mc": {"steps": 2000}}  # noqa: RUF012
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

    def test_all_gains_are_those_of_forward_passes(self, network):
        starts = itertools.cycle(STARTS)
        models = self.networks(network)[: len(WIDTHS)]
        for units, model in enumerate(models):
            states = native_states(model, 4, start_of(next(starts), units))
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
    @settings(max_examples=40)
    @given(first=st.integers(1, 40), second=st.integers(0, 40), **ANY)
    def test_any_network_and_any_proposals(
        self, first, second, seed, task, target, sparse, grey, simd
    ):
        rng = np.random.default_rng(seed)
        widths = [task.pixels, first, *([second] if second else []), len(task.classes)]
        layers = [
            (
                (rng.normal(size=(o, i)) * (rng.random((o, i)) >= sparse)).astype(np.float32),
                rng.normal(size=o).astype(np.float32),
            )
            for i, o in itertools.pairwise(widths)
        ]
        self.check_proposals(idea.MLP(layers, task), rng, target, grey, simd, 300)

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
    def test_a_hundred_thousand_changes_on_the_bundled_network(self, shipped):
        rng = np.random.default_rng(6)
        state = NativeState(shipped, 6, start_of("binary", 6))
        pixels = rng.integers(784, size=100_000)
        made = 0
        for block in np.array_split(pixels, 4):
            # Black, then white, at any price: nearly all of them change something.
            values = np.tile([0, 1], len(block))
            made += int(state.walk(np.repeat(block, 2), values, -np.inf).sum())
            self.assert_gains(shipped, 6, state)
        assert made > 100_000

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


@pytest.mark.parametrize(("hidden", "layer"), [(1, 0), (2, 0), (2, 1)])
def test_a_silent_layer_gives_gains_of_zero_but_where_a_flip_wakes_a_unit(hidden, layer):
    """By the smallest amount there is, or to exactly 0, which wakes none."""
    (first, b1), (second, b2), (last, b3) = random_layers(20, 3)
    silent = (b1, b2)[layer]
    silent[:] = -1000
    # What one white pixel adds to the silent layer's unit 0: its weight, or that behind a unit.
    first[0] = 0
    first[0, [5, 6, 7]] = 0.3
    third = first[0, 5]
    if layer == 1:
        b1[0] = 0
        second[0] = 0
        second[0, 0] = 1
    silent[0] = np.nextafter(-third, np.float32(0))
    for bias, wakes in ((silent[0], True), (-third, False)):
        silent[0] = bias
        layers = [(first, b1), *([(second, b2)] if hidden == 2 else []), (last, b3)]
        model = idea.MLP([(W.copy(), b.copy()) for W, b in layers])
        for target in range(3):
            state = NativeState(model, target, np.zeros(784))
            gains = state.gains()
            expected = np.zeros(784)
            if wakes:
                expected[[5, 6, 7]] = slow.all_gains(model.layers, target, state.image)[[5, 6, 7]]
                assert expected[5] != 0
            assert gains == pytest.approx(expected, rel=1e-6, abs=0)
            assert state.exact_gains(np.arange(784)) == pytest.approx(expected, rel=1e-6, abs=0)
            state.set(100, 1.0)  # and after a change
            assert (state.gains()[[5, 6, 7]] != 0).all() == wakes
