"""Priors: probabilities by enumeration, gains by every state, and a weight that is chosen."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import idea
from idea.core.energy import Energy
from idea.core.prior_weight import with_weight
from idea.core.state.dense import DenseState
from idea.core.state.native import NativeState
from idea.errors import OptionError, PriorError
from idea.files.prior import PRIORS, load_prior, parse_prior, prior_bytes
from idea.image import DIGITS, Task
from idea.networks.prior import Prior

from priors import small_prior

SMALL = Task(3, 2, ["a", "b", "c"])


def halves(rng, *shape, size=1.0) -> np.ndarray:
    return (size * rng.standard_normal(shape)).astype(np.float16).astype(np.float32)


def prior_of(task: Task, hidden: int, seed: int = 0, size: float = 1.0) -> Prior:
    rng = np.random.default_rng(seed)
    parameters = ((hidden, task.pixels), (task.pixels,), (hidden,))
    return Prior(*(halves(rng, *shape, size=size) for shape in parameters), task)


def network_of(task: Task, seed: int = 0) -> idea.MLP:
    rng = np.random.default_rng(seed)
    sizes = [task.pixels, 6, 5, len(task.classes)]
    layers = [(halves(rng, n, m), halves(rng, n)) for m, n in itertools.pairwise(sizes)]
    return idea.MLP(layers, task)


def test_a_probability_is_the_sum_over_all_hidden_units():
    prior = prior_of(SMALL, 4)
    units = np.array(list(itertools.product([0, 1], repeat=4)))
    for image in itertools.product([0, 1], repeat=6):
        x = np.array(image, np.float32)
        energies = units @ (prior.hidden + prior.weights @ x) + prior.visible @ x
        expected = np.log(np.exp(energies.astype(float)).sum())
        assert prior.log_probability(x[np.newaxis])[0] == pytest.approx(expected)
        assert prior.exact_log_probability(x) == pytest.approx(expected, abs=1e-12)


@pytest.mark.slow
@settings(max_examples=40)
@given(
    seed=st.integers(0, 1000),
    task=st.sampled_from([Task(2, 2, ["a", "b"]), SMALL, Task(5, 7, ["a", "b", "c"])]),
    hidden=st.sampled_from([1, 3, 16, 17, 40]),
    aim=st.sampled_from(["logit", "margin", "logp"]),
    weight=st.sampled_from([0.0, 0.3, 40.0]),
    size=st.sampled_from([0.1, 1.0, 6.0]),
    greys=st.booleans(),
)
def test_gains_are_those_of_two_energies(seed, task, hidden, aim, weight, size, greys):
    rng = np.random.default_rng(seed)
    model, prior = network_of(task, seed), prior_of(task, hidden, seed, size)
    objective = idea.Objective(aim, ink=0.1, smooth=0.2, prior=prior, prior_weight=weight)
    image = rng.random(task.pixels, np.float32)
    image = image if greys else image.round()
    states = NativeState(model, 1, image, objective), DenseState(model, 1, image, objective)
    energy = Energy(objective, task, 1)

    def energy_of(x) -> float:
        return float(energy.of(model.logits(x[np.newaxis]), x[np.newaxis])[0])

    for _ in range(3):
        now = states[0].image
        expected = np.full(task.pixels, -np.inf)
        for pixel, value in itertools.product(range(task.pixels), (0, 1)):
            if now[pixel] != value:
                after = now.copy()
                after[pixel] = value
                expected[pixel] = max(expected[pixel], energy_of(after) - energy_of(now))
        exact = [state.exact_gains(np.arange(task.pixels)) for state in states]
        assert np.array_equal(*exact)
        assert states[0].exact_energy == states[1].exact_energy
        assert exact[0] == pytest.approx(
            expected, rel=1e-9, abs=1e-9 * (1 + weight * size * hidden)
        )
        for state in states:
            assert state.energy == pytest.approx(state.exact_energy, abs=state.error_bound + 1e-12)
            for gains, bounds in (state.rough_gains(), state.closer_gains(np.arange(task.pixels))):
                assert (np.abs(gains - exact[0]) <= bounds + 1e-12).all()
        pixel = int(rng.integers(task.pixels))
        for state in states:
            state.set(pixel, 1 - now[pixel].round())


def test_all_states_take_the_same_path():
    task = Task(8, 8, list("abcdefghij"))
    model, prior = network_of(task), prior_of(task, 20, size=0.3)
    objective = idea.Objective(smooth=0.1, prior=prior, prior_weight=0.5)
    image = np.random.default_rng(1).random(64, np.float32)
    rng = np.random.default_rng(2)
    pixels, values = rng.integers(64, size=800), rng.integers(2, size=800)
    thresholds = rng.normal(size=800) * 0.1
    made = []
    for kind in (NativeState, DenseState):
        state = kind(model, 3, image, objective)
        made.append((state.walk(pixels, values, thresholds).tolist(), state.image.tolist()))
    assert made[0] == made[1]


def test_a_chosen_weight_makes_ideals_about_as_probable_as_real_images(digits8):
    pytest.importorskip("safetensors")
    model, prior = idea.load_model("digits8"), small_prior()
    chosen = with_weight(model, idea.Objective(prior=prior))
    spread = np.median(prior.examples[:, 90] - prior.examples[:, 10])

    def lead(objective) -> float:
        ideals = idea.find_all(
            model, method="anneal", objective=objective, restarts=1, steps=20_000
        )
        log_p = prior.log_probability(np.array([ideal.image.ravel() for ideal in ideals]))
        return np.median([p - prior.typical(model.task, t) for t, p in enumerate(log_p)])

    assert abs(lead(chosen)) < spread
    assert lead(dataclasses.replace(chosen, prior_weight=chosen.prior_weight / 4)) < -spread
    assert lead("logit") < -3 * spread
    assert with_weight(model, chosen) is chosen


def test_a_prior_is_what_its_file_holds(tmp_path):
    for task in (DIGITS, SMALL):
        rng = np.random.default_rng(0)
        examples = np.sort(rng.random((len(task.classes), 101)).astype(np.float32), axis=1)
        prior = dataclasses.replace(prior_of(task, 3), examples=examples)
        path = tmp_path / "p.npz"
        path.write_bytes(prior_bytes(prior))
        found = load_prior(path)
        assert (found.task, found.name) == (task, str(path))
        for name in ("weights", "visible", "hidden", "examples"):
            assert np.array_equal(getattr(found, name), getattr(prior, name))


def test_a_rank_is_the_share_of_real_images_that_are_less_probable():
    examples = np.tile(np.arange(101, dtype=np.float32), (3, 1))
    prior = dataclasses.replace(prior_of(SMALL, 3), examples=examples)
    assert prior.rank(SMALL, 1, -5) == 0
    assert prior.rank(SMALL, 1, 30) == pytest.approx(0.3)
    assert prior.rank(SMALL, 1, 300) == 1
    assert prior.rank(Task(3, 2, ["x", "y", "z"]), 1, 30) is None
    assert prior.typical(SMALL, 2) == 25


def test_what_is_no_prior(tmp_path):
    good = prior_of(SMALL, 3)

    def changed(**fields):
        return lambda: dataclasses.replace(good, **fields)

    for make, message in [
        (changed(visible=np.zeros(5)), "prior: expected visible of shape (6,), found (5,)"),
        (
            changed(weights=np.zeros((2, 6))),
            "prior: expected weights of shape (3, 6), found (2, 6)",
        ),
        (
            changed(hidden=np.full(3, np.nan)),
            "prior: expected hidden of finite numbers of half precision",
        ),
        (
            changed(hidden=np.full(3, 0.1)),
            "prior: expected hidden of finite numbers of half precision",
        ),
        (
            changed(examples=np.ones((2, 101), np.float32)),
            "prior: expected examples of shape (3, 101), found (2, 101)",
        ),
        (
            changed(examples=-np.tile(np.arange(101.0), (3, 1))),
            "prior: expected the percentiles of examples in ascending order",
        ),
        (lambda: idea.Objective(prior_weight=1), "prior_weight is for a prior, and there is none"),
        (
            lambda: idea.Objective(prior=5),
            "prior must be the name of a prior, its file, or what idea.load_prior returns, not 5",
        ),
        (
            lambda: idea.find(idea.load_model(), 5, objective=idea.Objective(prior=good)),
            "the prior prior is for images of 3×2, the network for images of 28×28",
        ),
        (
            lambda: with_weight(network_of(SMALL), idea.Objective(prior=good)),
            "the prior prior has no examples to choose a weight by",
        ),
    ]:
        with pytest.raises(OptionError) as error:
            make()
        assert str(error.value) == message
    path = tmp_path / "p.npz"
    for data, message in [
        (b"", f"{path}: a damaged zip archive: File is not a zip file"),
        (
            prior_bytes(good).replace(b"visible.npy", b"visibly.npy"),
            f"{path}: expected a prior, as train.py --prior makes one, with the array visible, "
            "found none of that name; a network is no prior",
        ),
    ]:
        with pytest.raises(PriorError) as caught:
            parse_prior(data, path)
        assert str(caught.value) == message


def test_a_name_opens_a_prior_and_a_prior_is_no_network():
    assert idea.Objective(prior="digits").prior.name == "digits"
    with pytest.raises(idea.IdeaError, match="expected a network, found a prior: searches take"):
        idea.load_model(PRIORS["digits"])


def test_a_prior_of_other_classes_gives_a_note():
    task = Task(3, 2, ["d", "e", "f"])
    objective = idea.Objective(prior=prior_of(SMALL, 4), prior_weight=0.1)
    with pytest.warns(UserWarning, match="was trained on images of 3×2 and the classes a, b, c"):
        idea.find(network_of(task), "d", "greedy", objective=objective)
