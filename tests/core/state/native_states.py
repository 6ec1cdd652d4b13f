"""The compiled kernel's state against the state for any model, and against forward passes.

One class of tests runs on MLPs and on CNNs, each instruction set that this machine has forced in
turn; what concerns one kind of network alone is tested in its subclass, in a module of its own.
"""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import strategies as st

import idea
from idea.core.state.dense import DenseState
from idea.core.strategies.greedy import greedy
from idea.core.strategies.monte_carlo import monte_carlo
from idea.networks.bundled import BUNDLED

from conftest import close, start_of
from tasks import any_task

_kernel = pytest.importorskip("idea._kernel")
from idea.core.state.native import NativeState  # noqa: E402

PATHS = _kernel.simd_names()
STARTS = ("grey", "binary")


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


def any_image(rng, grey: float, pixels: int) -> np.ndarray:
    """An image of which a share is grey."""
    greys, binary = rng.random(pixels), rng.integers(2, size=pixels)
    image = np.where(rng.random(pixels) < grey, greys, binary)
    return image.astype(np.float32)


ANY = {
    "seed": st.integers(0, 2**32),
    "task": any_task,
    "target": st.integers(0, 25),
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

    @pytest.fixture(params=PATHS)
    def simd(self, request, monkeypatch):
        """Force each instruction set that this machine has."""
        monkeypatch.setenv("IDEA_SIMD", request.param)
        return request.param

    def pytest_generate_tests(self, metafunc):
        """Give a test the names of its class's networks and searches."""
        for argument in sorted({"network", "method", "bundled"} & set(metafunc.fixturenames)):
            metafunc.parametrize(argument, getattr(self, argument))

    @pytest.mark.nightly_cases(keep=6)
    @pytest.mark.slow
    def test_searches_take_the_path_of_the_state_for_any_model(self, network, method):
        for number, model in enumerate(self.networks(network)):
            image = start_of(STARTS[(number + (method == "mc")) % 2], number + 1)
            expected, states = self.paths(model, number % 10, image, method, number)
            assert all(found == expected for _, found in states)
            self.assert_gains(model, number % 10, *(state for state, _ in states))

    @pytest.mark.slow
    def test_the_bundled_networks(self, bundled, method):
        if BUNDLED[bundled].suffix == ".onnx":
            pytest.importorskip("onnx")
        model = idea.load_model(bundled)
        for digit, start in zip((1, 6), STARTS, strict=True):
            expected, states = self.paths(model, digit, start_of(start, digit), method, digit)
            assert len(expected[0]) > 50
            assert all(found == expected for _, found in states)

    def paths(self, model, digit: int, image, method: str, seed: int):
        """A search's path on the state for any model, and those on each instruction set."""
        options = self.method[method]
        expected = path(DenseState(model, digit, image), method, seed, **options)
        states = native_states(model, digit, image)
        return expected, [(state, path(state, method, seed, **options)) for state in states]

    def check_proposals(self, model, rng, target: int, grey: float, simd: str, count: int) -> None:
        """Check some proposals of any kind by the state for any model."""
        target %= len(model.task.classes)
        image = any_image(rng, grey, model.task.pixels)
        pixels = rng.integers(model.task.pixels, size=count)
        values = rng.choice([0, 1, 0.25], size=count)
        thresholds = rng.choice([0, -0.1, 0.1, -np.inf, np.inf, np.nan], size=count)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("IDEA_SIMD", simd)
            native = NativeState(model, target, image)
        dense = DenseState(model, target, image)
        proposals = pixels, values, thresholds
        assert native.first(*proposals) == dense.first(*proposals)
        assert np.array_equal(native.walk(*proposals), dense.walk(*proposals))
        assert np.array_equal(native.image, dense.image)
        assert native.energy == close(dense.energy)
        self.assert_gains(model, target, native)

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
