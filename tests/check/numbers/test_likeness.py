"""How far an image lies from the nearest training image, in the page."""

from __future__ import annotations

import numpy as np
import pytest

from idea.image import Task

pytest_plugins = ["computing"]

BODY = """
  const { distance, isUnlike } = await load("numbers/likeness.js");
  const pairs = images.map(floats);
  return { distances: pairs.slice(1).map((other) => distance(pairs[0], other, task)),
    unlike: ["mnist", "unknown"].map((data) => isUnlike(pairs[0], pairs[1], task, data)) };
"""


def distance_of(one: np.ndarray, other: np.ndarray) -> int:
    """Count the pixels that differ, those with no ink beside them in the other image twice."""
    total = 0
    for (y, x), value in np.ndenumerate(one):
        if value == other[y, x]:
            continue
        bare = other if value else one
        beside = [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
        inside = [bare[a, b] for a, b in beside if 0 <= a < one.shape[0] and 0 <= b < one.shape[1]]
        total += 1 if any(inside) else 2
    return total


@pytest.mark.parametrize("task", [Task(7, 5, ["a", "b"]), Task()])
def test_the_distance_is_that_of_a_plain_loop(compute, task):
    rng = np.random.default_rng(0)
    images = (rng.random((5, *task.shape)) < [[[0.5]], [[0.1]], [[0.3]], [[0.5]], [[0]]]).astype(
        np.float32
    )
    sizes = {"height": task.height, "width": task.width}
    found = compute(BODY.replace("task", str(sizes)), images=[image.ravel() for image in images])
    assert found["distances"] == [distance_of(images[0], other) for other in images[1:]]
    assert found["unlike"] == [found["distances"][0] > 76, False]
