"""The rules of the page's games: scores, what breaks, and the race of ten digits."""

from __future__ import annotations

import numpy as np
import pytest

from idea.image import Task

pytest_plugins = ["computing"]

TASK = {"height": 28, "width": 28, "classes": list("0123456789")}


def test_flips_and_hints_cost_points(compute):
    body = """
      const games = await load("games/fooling.js");
      const { comparedTo, fewer, flipsBetween, hintOf, pointsOf, rivalsOf } = games;
      const fooling = (flips, fooled) => ({ flips, fooled });
      return {
        flips: flipsBetween([0, 1, 1, 0], [1, 1, 0, 0]),
        points: [[2, 0], [4, 0], [4, 1], [20, 9]]
          .map(([flips, hints]) => pointsOf(4, { flips, hints })),
        compared: [3, 4, 5].map((flips) => comparedTo(4, { flips, hints: 0 })),
        rivals: [rivalsOf([1, 5, 3, 4]), rivalsOf([1, 5, 3, 4], 2)],
        hint: hintOf([1, 3, 2, 0], [0, 3, -1, -2]),
        fewest: [[1, 2], [1], [2]].map((flips) => fooling(flips, flips[0] !== 2))
          .reduce(fewer, null).flips,
      };
    """
    assert compute(body) == {
        "flips": 2,
        "points": [12, 10, 9, 0],
        "compared": ["fewer", "equal", "more"],
        "rivals": [[3, 2, 0], [3, 2]],
        "hint": 2,
        "fewest": [1],
    }


def test_one_flip_is_enough_where_its_logits_say_so(compute):
    body = """
      const { isOneEnough } = await load("games/fooling.js");
      return all.map((gains) => isOneEnough([1, 4, 2], gains));
    """
    none = [[0, 2, 1], [0, 0, -0.9], [0, 0, 1]]  # of each class, by pixel
    enough = [[0, 2, 1], [0, 0, -0.9], [0, 0, 1.2]]
    nearly = [[3, 2, 1], [0, 0, -0.9], [0, 0, 1]]  # equal: either answer, by rounding
    assert compute(body, all=[none, enough, nearly]) == [False, True, True]


SHAKEN = """
  const { shaken, STEPS, strengthOf } = await load("games/shaking.js");
  const before = floats(image);
  const steps = [...Array(STEPS + 1).keys()];
  return { images: steps.map((step) => [...shaken(before, task, shaking, step, 3)]),
    strengths: steps.map((step) => strengthOf(shaking, step, task)) };
"""


@pytest.mark.parametrize("size", [(28, 28), (8, 5)])
def test_noise_grows_step_by_step(compute, size):
    task = Task(*size, ["a", "b"])
    image = (np.random.default_rng(0).random(task.pixels) < 0.3).astype(np.float32)
    given = {"height": task.height, "width": task.width}
    found = compute(SHAKEN, image=image, task=given, shaking="noise")
    changed = [set(np.flatnonzero(np.array(each) != image)) for each in found["images"]]
    for less, more, strength in zip(changed, changed[1:], found["strengths"][1:], strict=False):
        assert less < more
        assert len(more) == round(strength / 100 * task.pixels + 1e-9)
    assert found["strengths"][-1] == 50


def test_shifts_and_turns_move_the_ink(compute):
    image = np.zeros((28, 28), np.float32)
    image[12:16, 12:16] = 1
    found = compute(SHAKEN, image=image, task=TASK, shaking="shift")
    for pixels, strength in zip(found["images"], found["strengths"], strict=True):
        rolled = [np.roll(image, by, axis) for axis in (0, 1) for by in (strength, -strength)]
        assert any(np.array_equal(np.reshape(pixels, (28, 28)), each) for each in rolled)
    assert found["strengths"] == list(range(11))
    image[:] = 0
    image[4:24, 13:15] = 1
    found = compute(SHAKEN, image=image, task=TASK, shaking="rotate")
    assert found["strengths"] == list(range(0, 101, 10))
    assert np.reshape(found["images"][9], (28, 28)) == pytest.approx(image.T, abs=0.01)


def test_a_prediction_is_worth_the_more_the_nearer_it_is(compute):
    body = """
      const games = await load("games/shaking.js");
      const { breaksAt, NEVER, predictionPoints, shareRight } = games;
      const points = [[4, 4], [3, 5], [1, NEVER]].map((pair) => predictionPoints(...pair));
      return [breaksAt([7, 7, 9, 7]), breaksAt([7, 7]) === NEVER, ...points,
        shareRight([1, 2, 3, 4], [1, 2, 0, 4])];
    """
    assert compute(body) == [2, True, 10, 6, 0, 0.75]


RACE = """
  const { DrawingRace, orderOf } = await load("games/drawing_race.js");
  const race = new DrawingRace(order, seconds, 1000);
  const heard = [];
  for (const [now, call, index] of script) {
    if (call === "read") race.read(index === null ? null : { index, image: [index] }, now);
    else if (call === "tick") heard.push(race.tick(now));
    else race[call](now);
  }
  const drawn = race.drawn.map(({ wanted, isRight, misread }) =>
    [wanted, isRight, misread.map(({ index }) => index)]);
  const times = { spent: race.spent(9e6), left: race.left(2000) };
  return { heard, drawn, right: race.right, isOver: race.isOver, ...times };
"""


def race(compute, script, seconds=20, order=(3, 1, 2)):
    steps = [[*step, None][:3] for step in script]
    return compute(RACE, script=steps, seconds=seconds, order=list(order))


def test_a_digit_counts_once_it_is_read_steadily(compute):
    found = race(
        compute,
        [
            *((1100, "touch"), (1100, "read", 3), (1300, "tick")),  # not for long enough
            *((1350, "read", 8), (1360, "read", 3), (1500, "tick"), (1660, "tick")),
            *((1660, "accept"), (1700, "tick"), (1710, "read", 1), (2010, "tick")),
        ],
    )
    assert found["heard"] == ["", "", "steady", "", "steady"]
    assert found["drawn"] == [[3, True, []], [1, False, []]]
    assert (found["right"], found["isOver"], found["left"]) == (1, False, 19)


def test_what_looks_like_nothing_counts_once_it_changes(compute):
    script = [(1000, "read", 3), (1400, "tick"), (1400, "refuse"), (1900, "tick"), (2000, "touch")]
    found = race(compute, [*script, (2200, "tick"), (2300, "tick")])
    assert found["heard"] == ["steady", "", "", "steady"]


def test_misread_is_what_rests_as_another_digit(compute):
    script = [(1100, "touch"), (1200, "read", 8), (1900, "tick"), (2000, "tick"), (2100, "tick")]
    script += [(2200, "touch"), (2300, "read", 5), (2400, "read", 3), (2700, "tick")]
    found = race(compute, [*script, (2700, "accept"), (2800, "skip"), (2900, "skip")])
    assert found["drawn"] == [[3, True, [8]], [1, False, []], [2, False, []]]
    assert (found["isOver"], found["spent"]) == (True, 1.9)


def test_the_time_is_up_only_with_a_limit(compute):
    found = race(compute, [(20_999, "tick"), (21_000, "tick"), (30_000, "tick")])
    assert (found["heard"], found["spent"]) == (["", "over", ""], 20)
    found = race(compute, [(10**7, "tick"), (10**7, "end")], seconds=0)
    assert (found["heard"], found["isOver"], found["left"]) == ([""], True, np.inf)


def test_a_seed_gives_an_order_of_all_digits(compute):
    body = """
      const { orderOf } = await load("games/drawing_race.js");
      return [1, 1, 2].map((seed) => orderOf(10, seed));
    """
    first, again, other = compute(body)
    assert first == again != other
    assert sorted(first) == sorted(other) == list(range(10))


def test_only_the_best_score_is_kept_and_all_are_forgotten(compute):
    body = """
      const { BestScores, parseScores } = await load("games/best_scores.js");
      localStorage.removeItem("idea.best");
      const scores = new BestScores();
      const offered = [[3, -9], [2, -1], [3, -8], [3, -8]]
        .map((score) => scores.offer("draw mlp", score));
      const later = new BestScores();
      const kept = [later.of("draw mlp"), later.of("fool mlp")];
      // As in two tabs, which have read the same.
      const both = [later.offer("fool mlp", [9]), scores.offer("draw mlp", [4, -7])];
      const stored = Object.fromEntries(parseScores(localStorage.getItem("idea.best")));
      later.forget();
      const texts = [null, "x", "[]", "null", '{"a": "b", "c": [1, null], "d": [4]}'];
      const parsed = texts.map((text) => [...parseScores(text)]);
      return { offered, kept, both, stored, empty: new BestScores().isEmpty, parsed };
    """
    found = compute(body)
    assert found["offered"] == [True, False, True, False]
    assert found["kept"] == [[3, -8], None]
    assert found["both"] == [True, True]
    assert found["stored"] == {"draw mlp": [4, -7], "fool mlp": [9]}
    assert found["empty"]
    assert found["parsed"] == [[], [], [], [], [["d", [4]]]]
