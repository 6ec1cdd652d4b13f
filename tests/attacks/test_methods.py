"""What every method of an attack promises: ever better sets, and the criterion at the end."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.attacks.problem import Criterion, Problem
from idea.attacks.search import METHODS

from conftest import start_of


@pytest.fixture
def problem(small):
    return Problem(small, start_of("binary", 0))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("others", [None, 1, 2])
def test_sets_get_better_and_end_at_the_criterion_or_the_best_found(problem, method, others):
    order = np.argsort(-problem.logits).tolist()
    criterion = Criterion(problem.label, None if others is None else order[others])
    sets = list(METHODS[method](problem, criterion, 4))
    assert sets[0] == frozenset()
    margins = criterion.margins(problem.exact(sets))
    assert (np.diff(margins) > 0).all()
    assert (margins[:-1] <= 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_no_flips_are_needed_where_the_target_is_the_label(problem, method):
    criterion = Criterion(problem.label, problem.label)
    assert list(METHODS[method](problem, criterion, 4)) == [frozenset()]


@pytest.mark.parametrize("method", METHODS)
def test_a_linear_network_is_fooled_by_each(method):
    W = np.zeros((10, 784), np.float32)
    W[3, 100], W[3, 200] = 2, 3
    model = idea.MLP([(W, np.eye(10, dtype=np.float32)[5])])
    attack = idea.fewest_flips(model, np.zeros(784), 3, method=method)
    assert attack.prediction == 3
    assert set(attack.flips) == {200}


def test_an_unknown_method_is_refused(small):
    with pytest.raises(idea.IdeaError) as error:
        idea.fewest_flips(small, np.zeros(784), method="magic")
    assert str(error.value) == f"method must be one of {', '.join(METHODS)}, not magic"
