"""Curves of energy."""

from __future__ import annotations

import numpy as np
import pytest

import idea

pytest.importorskip("matplotlib")

from idea.figures import energy_curves
from idea.figures.curves import effort


@pytest.fixture(scope="module")
def ideals(shipped):
    methods = ("greedy", "mc", "steepest", "guided")
    return [idea.find(shipped, 5, method, every=50) for method in methods]


def test_a_curve_goes_from_the_start_through_the_trace_to_the_ideal(ideals):
    [ax] = energy_curves(ideals).axes
    for line, ideal in zip(ax.lines, ideals, strict=True):
        x, y = np.array(line.get_data())
        assert list(y) == [*(frame.energy for frame in ideal.trace), ideal.energy]
        assert (np.diff(x) >= 0).all()
        assert (x[0], x[-1]) == (1, ideal.evaluations)
        assert line.get_label() == f"{ideal.method}: {ideal.energy:.1f}"
    assert ax.get_xscale() == "log"


def test_a_step_of_steepest_is_784_flips(ideals):
    ideal = ideals[2]
    steps = [frame.step for frame in ideal.trace]
    each = effort(ideal)[1:-1] / steps[1:]
    # A run can end anywhere within the last frame's steps.
    assert each == pytest.approx(784, rel=50 / steps[-1])


def test_restarts_count_for_one_run_each(shipped):
    ideal = idea.find(shipped, 5, restarts=4)
    assert effort(ideal)[-1] == ideal.evaluations / 4


def test_what_searches_differ_in_names_them(shipped):
    ideals = [idea.find(shipped, digit, seed=seed, sweeps=1) for digit, seed in ((3, 0), (5, 1))]
    labels = [line.get_label() for line in energy_curves(ideals).axes[0].lines]
    assert [label.split(":")[0] for label in labels] == ["greedy, 3, seed 0", "greedy, 5, seed 1"]


def test_many_curves_are_told_apart(ideals):
    lines = energy_curves(ideals * 5).axes[0].lines
    looks = {(line.get_color(), line.get_linestyle()) for line in lines}
    assert len(looks) == len(lines) == 20


def test_no_ideal_is_refused():
    with pytest.raises(idea.IdeaError, match=r"^expected at least one ideal, found none$"):
        energy_curves([])
