"""How many threads share a search changes nothing of it."""

from __future__ import annotations

import pytest

import idea
from idea.core.strategies import METHODS

# Options that make the long one short.
QUICK = {"best": {"starts": 2, "patience": 3}}
ALL = [(method, QUICK.get(method, {})) for method in METHODS]


@pytest.mark.slow
@pytest.mark.parametrize(("method", "options"), ALL)
def test_the_number_of_threads_changes_nothing(small, method, options):
    seen = {}
    common = {"method": method, "restarts": 3, **options}
    for jobs in (1, 2, 4):
        frames: list[idea.Frame] = []
        ideals = idea.find_all(small, [7, 2], jobs=jobs, on_frame=frames.append, **common)
        seen[jobs] = (
            [(i.digit, i.image.tobytes(), i.energy, i.evaluations, i.agreeing) for i in ideals],
            [(f.target, f.restart, f.step, f.energy, f.image.tobytes()) for f in frames],
        )
    assert seen[1] == seen[2] == seen[4]
    assert [digit for digit, *_ in seen[1][0]] == [7, 2]
    alone = idea.find(small, 2, **common)
    assert alone.image.tobytes() == seen[1][0][1][1]
