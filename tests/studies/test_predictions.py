"""How the networks of a study read each other."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.networks.softmax import softmax
from idea.studies.cell import Cell
from idea.studies.predictions import (
    choose_evaluators,
    evaluate_ideals,
    parse_predictions,
    predictions_bytes,
)
from idea.training.recipe import Recipe

from conftest import random_layers

CELLS = [Cell(Recipe(units=units, seed=seed)) for units in (4, 8) for seed in range(2)]
DIGITS = (3, 8)
MODELS = {c.name: idea.MLP(random_layers(c.recipe.units, n)) for n, c in enumerate(CELLS)}


@pytest.fixture(scope="module")
def images():
    draw = np.random.default_rng(0).random((len(CELLS), len(DIGITS), 784))
    return (draw < 0.4).astype(np.float32)


def readings_of(images, judges=CELLS, **keywords):
    def open_model(cell):
        return MODELS[cell.name]

    return evaluate_ideals(CELLS, judges, images, DIGITS, open_model, **keywords)


def test_each_reading_is_the_judges_own(images):
    readings = readings_of(images)
    for j, judge in enumerate(readings.judges):
        for n in range(len(CELLS)):
            for d, digit in enumerate(DIGITS):
                logits = MODELS[judge].logits(images[n, d][np.newaxis])[0]
                assert readings.answers[j, n, d] == logits.argmax()
                assert readings.probabilities[j, n, d] == pytest.approx(softmax(logits)[digit])


def test_legibility_is_that_of_ideal_legibility_for_independent_networks(images):
    readings = readings_of(images)
    legibility, probability = readings.legibility(), readings.probability()
    for n, cell in enumerate(CELLS):
        apart = [MODELS[c.name] for c in CELLS if c.recipe.seed != cell.recipe.seed]
        for d, digit in enumerate(DIGITS):
            expected = idea.legibility(images[n, d], digit, apart)
            assert legibility[n, d] == pytest.approx(expected.agree)
            assert probability[n, d] == pytest.approx(expected.probability)


def test_without_a_judge_that_began_apart_it_is_unknown(images):
    readings = readings_of(images, judges=[CELLS[0]])  # of seed 0
    unknown = np.isnan(readings.legibility()).all(axis=1)
    assert unknown.tolist() == [cell.recipe.seed == 0 for cell in CELLS]


def test_each_judge_is_told_as_it_is_done(images):
    told = []
    readings_of(images, on_evaluator=lambda done, count: told.append((done, count)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_readings_survive_their_file(images):
    readings = readings_of(images)
    again = parse_predictions(predictions_bytes(readings))
    for one, other in zip(readings, again, strict=True):
        np.testing.assert_array_equal(one, other)
        assert type(one) is type(other)
    assert predictions_bytes(again) == predictions_bytes(readings)


@pytest.mark.parametrize(("most", "count"), [(1, 1), (2, 2), (3, 3), (4, 4), (9, 4)])
def test_judges_are_chosen_once_each_and_in_order(most, count):
    chosen = choose_evaluators(CELLS, most)
    assert len(chosen) == len(set(chosen)) == count
    assert chosen == [cell for cell in CELLS if cell in chosen]
