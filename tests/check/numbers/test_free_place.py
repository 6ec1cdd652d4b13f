"""Where messages find room on the screen."""

from __future__ import annotations

import pytest

pytest_plugins = ["computing"]


@pytest.mark.parametrize(
    ("taken", "needed", "expected"),
    [
        ([], 60, (0, 800)),
        ([(0, 80), (752, 800)], 60, (80, 752)),  # between head and tabs
        ([(0, 80), (100, 500), (752, 800)], 200, (500, 752)),  # the lowest that is high enough
        ([(0, 80), (300, 700), (752, 800)], 60, (80, 300)),
        ([(0, 80), (300, 700), (752, 800)], 400, (80, 300)),  # none is: the highest
        ([(-50, 500), (400, 900)], 60, (0, 0)),
    ],
)
def test_messages_are_in_the_lowest_part_with_room(compute, taken, needed, expected):
    body = """
      const { freeSpan } = await load("shell/free_place.js");
      return freeSpan(800, taken.map(([top, bottom]) => ({ top, bottom })), needed);
    """
    found = compute(body, taken=taken, needed=needed)
    assert (found["top"], found["bottom"]) == expected
