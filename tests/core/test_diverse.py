"""Several ideals of one class: how they differ, and from which seeds they come."""

from __future__ import annotations

import itertools

import pytest

import idea
from idea.core.diverse import default_distance, find_diverse
from idea.errors import OptionError


@pytest.fixture(scope="module")
def model():
    return idea.load_model("digits8")


def differences(ideals) -> list[int]:
    pairs = itertools.combinations([ideal.image for ideal in ideals], 2)
    return [int((one != other).sum()) for one, other in pairs]


def test_each_pair_differs_and_the_best_comes_first(model):
    ideals = find_diverse(model, "0", 3, distance=5)
    assert len(ideals) == 3
    assert min(differences(ideals)) >= 5
    energies = [ideal.energy for ideal in ideals]
    assert energies == sorted(energies, reverse=True)


def test_each_is_the_ideal_of_its_own_seed(model):
    for ideal in find_diverse(model, 7, 3, seed=11, method="anneal", steps=500):
        assert ideal.seed >= 11
        again = idea.find(model, 7, "anneal", seed=ideal.seed, steps=500)
        assert (again.image == ideal.image).all()


def test_no_search_that_was_made_is_better_and_differs_enough(model):
    ideals = find_diverse(model, 0, 3)
    last = max(ideal.seed for ideal in ideals)
    for seed in range(last + 1):
        other = idea.find(model, 0, seed=seed)
        near = [i for i in ideals if (i.image != other.image).sum() < default_distance(64)]
        assert any(ideal.energy >= other.energy for ideal in near) or other.energy < min(
            ideal.energy for ideal in ideals
        )


def test_too_large_a_distance_leaves_the_best_alone(model):
    (only,) = find_diverse(model, 5, 2, distance=64)
    assert only.energy == max(idea.find(model, 5, seed=seed).energy for seed in range(10))


@pytest.mark.parametrize(
    ("count", "distance", "message"),
    [
        (0, None, "count must be a whole number, 1…1,000, not 0"),
        (True, None, "count must be a whole number, 1…1,000, not True"),
        (2, 65, "distance must be a whole number, 1…64, not 65"),
    ],
)
def test_errors(model, count, distance, message):
    with pytest.raises(OptionError) as error:
        find_diverse(model, 5, count, distance=distance)
    assert str(error.value) == message


@pytest.mark.parametrize("searches", [1, 2])
def test_an_interruption_keeps_what_was_found(model, monkeypatch, searches):
    made = []

    def search(*args, **options):
        if len(made) == searches:
            raise KeyboardInterrupt  # before the first frame
        made.append(idea.find(*args, **options))
        return made[-1]

    monkeypatch.setattr("idea.core.diverse.find", search)
    with pytest.raises(idea.Interrupted) as interruption:
        find_diverse(model, 0, 5, distance=1, seed=1)
    assert len(interruption.value.ideals) == searches
    assert interruption.value.ideal.energy == max(ideal.energy for ideal in made)
