"""One rule of what is a number, a digit, a list, a name, wherever it is given."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest

import idea
from idea import validation
from idea.errors import OptionError
from idea.verification.prove import prove


class Nasty:
    """An object all of whose conversions raise."""

    def __repr__(self):
        raise RuntimeError("no repr")

    def __index__(self):
        raise RuntimeError("no index")

    __array__ = __float__ = __index__


NO_NUMBERS = [
    None,
    True,
    np.True_,
    "5",
    b"5",
    float("nan"),
    float("inf"),
    1j,
    -(10**30),
    10**5000,
    [],
    {},
    object(),
    Nasty(),
    np.zeros(3),
    np.array("5"),
    np.array(1j),
    np.datetime64("2020"),
    range(3),
    int,
]
NO_WHOLE_NUMBERS = [*NO_NUMBERS, 5.0, np.float64(5), 0.5]
NO_TARGETS = [*(value for value in NO_WHOLE_NUMBERS if not isinstance(value, str)), "five", ""]
NO_NAMES = [
    True,
    5.0,
    -1,
    [],
    {},
    object(),
    Nasty(),
    b"a",
    np.zeros(3),
    "a\0b",
    "\ud800",
    "x" * 300,
]
NO_IMAGES = [
    *NO_WHOLE_NUMBERS,
    np.zeros((2, 784)),
    [[1], [1, 2]],
    np.full(784, np.nan),
    ["a"] * 784,
]
NO_LISTS = [None, True, 5, "5", b"5", object(), Nasty(), np.array(5), Path()]
NO_FUNCTIONS = [True, 5, "print", [], Nasty()]
NO_MODELS = [None, True, 5, "mlp", [], object(), Nasty(), len, idea.MLP, np.zeros((10, 784))]
NO_LOGITS = [None, "5", 5.0, 1j, [], Nasty(), [[1], [1, 2]], np.zeros(10), ["a"] * 10]
NO_LOGITS += [np.zeros((1, 9)), np.full((1, 10), np.nan), np.zeros((1, 10), complex)]

BLACK = np.zeros(784)
WATCHED = {"model": None, "target": 5, "sweeps": 1}


@functools.cache
def tiny_model():
    rng = np.random.default_rng(0)
    W = rng.normal(0, 0.1, (10, 784)).astype(np.float32)
    return idea.MLP(
        [(np.eye(16, 784, dtype=np.float32), np.zeros(16, np.float32)), (W[:, :16], W[:, 0])]
    )


@functools.cache
def found():
    return idea.find(tiny_model(), 5, sweeps=1)


@functools.cache
def attacked():
    return idea.fewest_flips(
        idea.Model.from_function(lambda x: x @ np.eye(784, 10)), BLACK, prove=0
    )


def blank():
    images = np.zeros((10, 28, 28), np.uint8)
    return idea.Dataset("blank", idea.Task(), images, np.arange(10), images, np.arange(10))


def find(**arguments):
    return idea.find(**({"model": tiny_model(), "target": 5, "jobs": 1} | arguments))


def of(method, **defaults):
    return functools.partial(find, method=method, **defaults)


def find_all(**arguments):
    return list(idea.find_all(**({"model": tiny_model(), "sweeps": 1} | arguments)))


def fewest(**arguments):
    defaults = {"model": tiny_model(), "image": BLACK, "prove": 0, "beam": 1}
    return idea.fewest_flips_each(**(defaults | arguments))


def proved(**arguments):
    defaults = {"model": tiny_model(), "target": 5, "image": BLACK, "seconds": 1}
    return prove(**(defaults | arguments))


def watch(**arguments):
    return idea.Watch(**({"model": tiny_model(), "target": 5} | arguments))


def legible(**arguments):
    return idea.legibility(**({"image": BLACK, "target": 5, "models": [tiny_model()]} | arguments))


def answered(logits):
    return idea.Model.from_function(lambda _: logits)


NASTY = [
    (find, "model", NO_MODELS),
    (find, "target", NO_TARGETS),
    (find, "method", NO_NUMBERS[1:]),
    (find, "seed", NO_WHOLE_NUMBERS),
    (find, "restarts", NO_WHOLE_NUMBERS[1:]),
    (find, "start", NO_IMAGES[1:]),
    (find, "every", NO_WHOLE_NUMBERS),
    (find, "jobs", NO_WHOLE_NUMBERS[1:]),
    (find, "on_frame", NO_FUNCTIONS),
    (find, "objective", NO_NUMBERS),
    (find, "sweeps", [*NO_WHOLE_NUMBERS, 10**30]),
    (find, "steps", [5]),
    (of("mc"), "steps", NO_WHOLE_NUMBERS),
    (of("steepest"), "flips", NO_WHOLE_NUMBERS),
    (of("guided"), "rounds", NO_WHOLE_NUMBERS),
    (of("best"), "starts", NO_WHOLE_NUMBERS),
    (of("best"), "patience", NO_WHOLE_NUMBERS),
    (of("best"), "seconds", NO_NUMBERS),
    (find_all, "targets", [*NO_LISTS[1:], [5, "ten"], [True], [5.0], [10], np.zeros(3)]),
    (find_all, "model", NO_MODELS),
    (watch, "model", NO_MODELS),
    (watch, "target", NO_TARGETS),
    (watch, "seed", NO_WHOLE_NUMBERS),
    (watch, "every", NO_WHOLE_NUMBERS),
    (watch, "start", NO_IMAGES[1:]),
    (watch, "restarts", [2]),
    (fewest, "model", NO_MODELS),
    (fewest, "image", NO_IMAGES),
    (fewest, "targets", [*NO_LISTS[1:], ["ten"], [10]]),
    (fewest, "beam", NO_WHOLE_NUMBERS),
    (fewest, "prove", [*NO_WHOLE_NUMBERS, 4]),
    (fewest, "jobs", NO_WHOLE_NUMBERS[1:]),
    (fewest, "on_progress", NO_FUNCTIONS),
    (proved, "model", [*NO_MODELS, answered(BLACK)]),
    (proved, "target", NO_TARGETS),
    (proved, "image", NO_IMAGES),
    (proved, "seconds", [*NO_NUMBERS, 0]),
    (proved, "on_part", NO_FUNCTIONS),
    (idea.Objective, "aim", NO_NUMBERS),
    (idea.Objective, "ink", NO_NUMBERS),
    (idea.Objective, "smooth", NO_NUMBERS),
    (idea.Objective, "frozen", [True, 5, [], BLACK, np.zeros(3, bool), Nasty(), [[True], []]]),
    (legible, "image", NO_IMAGES),
    (legible, "target", NO_TARGETS),
    (legible, "models", [*NO_LISTS, [5], []]),
    (idea.read_vf, "path", [None, *NO_NAMES]),
    (functools.partial(idea.write_vf, image=BLACK), "path", [None, *NO_NAMES, "", "."]),
    (idea.binarised, "values", NO_IMAGES),
    (idea.load_model, "source", NO_NAMES),
    (idea.Model.from_function, "function", [None, *NO_FUNCTIONS]),
    (functools.partial(idea.energy_context, dataset=blank()), "model", NO_MODELS),
    (lambda **k: idea.energy_context(tiny_model(), **k), "dataset", NO_NUMBERS[1:]),
    (lambda **k: idea.energy_context(tiny_model(), blank(), **k), "on_batch", NO_FUNCTIONS),
    (lambda **k: found().save(**k), "folder", [None, *NO_NAMES, ""]),
    (lambda **k: found().save("o", **k), "scale", [*NO_WHOLE_NUMBERS[1:], 0, 101]),
    (lambda **k: found().save_frames(**k), "folder", [None, *NO_NAMES, ""]),
    (lambda **k: found().gif_bytes(**k), "fps", [*NO_NUMBERS[1:], 0]),
    (lambda **k: found().animate(**k), "path", [None, *NO_NAMES, "", "."]),
    (lambda **k: found().legibility(**k), "models", NO_LISTS),
    (lambda **k: attacked().save(**k), "folder", [None, *NO_NAMES, ""]),
    (lambda **k: attacked().gif_bytes(**k), "fps", [*NO_NUMBERS, 0]),
    (lambda **k: attacked().animate(**k), "path", [None, *NO_NAMES, "", "."]),
    (lambda images: tiny_model().logits(images), "images", NO_WHOLE_NUMBERS),
    (lambda logits: find(model=answered(logits)), "logits", NO_LOGITS),
    (lambda logits: fewest(model=answered(logits)), "logits", NO_LOGITS),
    (lambda logits: legible(models=[answered(logits)]), "logits", NO_LOGITS),
    (lambda logits: next(iter(watch(model=answered(logits)))), "logits", NO_LOGITS),
]


@pytest.mark.parametrize(("function", "name", "values"), NASTY)
def test_invalid_values_are_refused_by_an_idea_error(tmp_path, monkeypatch, function, name, values):
    monkeypatch.chdir(tmp_path)
    for value in values:
        with pytest.raises(idea.IdeaError) as error:
            function(**{name: value})
        assert 0 < len(str(error.value)) < 500
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [{}, {"jobs": 3}, {"restarts": 4}, *({"method": m} for m in ("mc", "best"))]
)
def test_no_digits_give_no_ideals(each_backend, arguments):
    assert list(idea.find_all(tiny_model(), [], **arguments)) == []
    assert idea.fewest_flips_each(tiny_model(), BLACK, []) == []


def test_digits_may_be_any_iterable():
    several = [[3, 8, 3], (3, 8), range(3, 9, 5), iter([3, 8]), np.array([3, 8]), {3: 0, 8: 0}]
    for digits in [*several, {3, 8}]:
        assert sorted(ideal.digit for ideal in find_all(targets=digits)) == [3, 8]


def test_numpy_numbers_become_python_numbers():
    ideal = find(target=np.int64(5), seed=np.array(3), restarts=np.uint8(2), sweeps=np.int16(1))
    assert np.array_equal(ideal.image, find(seed=3, restarts=2, sweeps=1).image)
    assert (type(ideal.seed), type(ideal.digit)) == (int, int)
    objective = idea.Objective(ink=np.float32(0.5), smooth=np.array(2))
    assert (objective.ink, objective.smooth) == (0.5, 2.0)
    assert {type(objective.ink), type(objective.smooth)} == {float}


def test_a_models_own_errors_propagate():
    def model(_):
        raise ArithmeticError("of the model's own")

    with pytest.raises(ArithmeticError, match="of the model's own"):
        find(model=idea.Model.from_function(model))


def test_before_the_first_frame_there_is_no_ideal():
    with pytest.raises(idea.IdeaError, match="the search has no frame yet"):
        watch().ideal()


@pytest.mark.parametrize(
    "text",
    ["", " 3", "3 ", "1_0", "٣", "３", "0x10", "3.0", "1e3", "True", "nan", "+", "--3", "9" * 5000],
)
def test_a_parsed_whole_number_is_ascii_digits(text):
    with pytest.raises(OptionError, match="expected a whole number, such as 12, not "):
        validation.parse_whole_number(text)


@pytest.mark.parametrize(
    "text", ["", " .5", "1_0.5", "٣", "nan", "inf", "-Infinity", "1e400", "0x1p3", ".", "e5", "1e"]
)
def test_a_parsed_number_is_finite(text):
    with pytest.raises(OptionError, match=r"expected a number, such as 0\.5, not "):
        validation.parse_number(text)


def test_valid_numbers_are_parsed():
    whole = map(validation.parse_whole_number, ("0", "007", "-5", "+5"))
    assert list(whole) == [0, 7, -5, 5]
    real = map(validation.parse_number, ("1", ".5", "-2.", "1e-3"))
    assert list(real) == [1, 0.5, -2, 1e-3]
