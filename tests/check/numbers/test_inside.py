"""What lights up inside a network, and the networks whose output is one of its units."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.image import Task
from idea.networks.convolution import Pooling
from idea.networks.hidden import hidden_layers, unit_values
from idea.networks.weights import Convolution

from tasks import cnn_for, images_of, mlp_for

pytest_plugins = ["computing"]

TASK = Task(9, 7, ["a", "b", "c"])
IMAGES = images_of(TASK, 3)


def strided_cnn() -> idea.CNN:
    """A network whose strides, pads and pools differ along the axes."""
    rng = np.random.default_rng(5)
    first = Convolution(
        rng.normal(size=(3, 1, 3, 2)).astype("f4"),
        rng.normal(size=3).astype("f4"),
        Pooling((3, 2), (2, 1)),
        (1, 2),
        (1, 0, 2, 1),
    )
    rows, columns = first.results(*TASK.shape)
    second = Convolution(
        rng.normal(size=(4, 3, 2, 2)).astype("f4"),
        rng.normal(size=4).astype("f4"),
        Pooling((2, 2), (2, 2), average=True),
        pads=(1, 0, 0, 0),
    )
    size = int(np.prod(second.results(rows, columns)))
    last = rng.normal(size=(3, 4 * size)).astype("f4"), rng.normal(size=3).astype("f4")
    return idea.CNN([first, second], [last], TASK)


MODELS = {"mlp": mlp_for(TASK, 0), "cnn": cnn_for(TASK, 0), "strided": strided_cnn()}


def parts_of(model) -> dict:
    """What the page needs of a network: shapes, and all weights in a row."""
    convolutions = list(getattr(model, "convolutions", ()))
    arrays = [array for c in convolutions for array in (c.W, c.b)]
    arrays += [array for layer in model.layers for array in layer]
    pools = [c.pool and {**c.pool._asdict()} for c in convolutions]
    return {
        "height": model.task.height,
        "width": model.task.width,
        "convolutions": [
            {"shape": c.W.shape, "strides": c.strides, "pads": c.pads, "pool": pool}
            for c, pool in zip(convolutions, pools, strict=True)
        ],
        "layers": [W.shape for W, _ in model.layers],
        "weights": np.concatenate([array.ravel() for array in arrays]).astype(float).tolist(),
    }


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_the_lights_are_python_s_units(compute, model):
    body = """
      const { activitiesOf, unitValues } = await load("numbers/hidden.js");
      return images.map((image) => activitiesOf(parts, floats(image)).map((activity) =>
        [activity.name, [...unitValues(activity)], activity.values.length]));
    """
    found = compute(body, parts=parts_of(model), images=list(IMAGES))
    layers = hidden_layers(model)
    for image, activities in zip(IMAGES, found, strict=True):
        assert [name for name, *_ in activities] == [*layers, f"layer{len(model.layers)}"]
        for layer, values, _ in activities[:-1]:
            expected = unit_values(model, layer, image[np.newaxis])[0]
            assert values == pytest.approx(expected, rel=1e-12, abs=1e-12)
        assert activities[-1][1] == pytest.approx(model.logits(image[np.newaxis])[0], rel=1e-5)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_unit_s_ideal_is_python_s(compute, model):
    body = """
      const { Network, compileKernel } = await load("kernel/kernel.js");
      const kernel = await compileKernel(await (await fetch("kernel/idea.wasm")).arrayBuffer());
      const { cutAt, UNIT } = await load("numbers/cut.js");
      const { JOBS } = await load("numbers/jobs.js");
      const { PLAIN } = await load("numbers/positions.js");
      const settings = { ...PLAIN, target: UNIT, seed: 0, run: 0, start: null };
      const search = async ([layer, unit]) => {
        const network = await Network.open(kernel, cutAt(parts, layer, unit));
        const { image, energy } = JOBS.search(network, settings, () => {});
        return [[...image], energy];
      };
      return Promise.all(units.map(search));
    """
    layers = hidden_layers(model)
    units = [(index, 2) for index in range(len(layers))]
    found = compute(body, parts=parts_of(model), units=[list(unit) for unit in units])
    for (index, unit), (image, energy) in zip(units, found, strict=True):
        expected = idea.find(model, f"{layers[index]}:{unit}")
        assert np.array_equal(image, expected.image.ravel())
        assert energy == pytest.approx(expected.value, rel=1e-6)


def test_the_strongest_of_some_images_is_found_for_each_unit(compute):
    model, images = MODELS["cnn"], images_of(TASK, 40, 1)
    body = """
      const { strongestOf } = await load("numbers/strongest.js");
      const shares = [];
      const found = strongestOf(parts, images.map(floats), (share) => shares.push(share));
      return { found: found.map(({ places, values }) => [[...places], [...values]]), shares };
    """
    found = compute(body, parts=parts_of(model), images=list(images))
    for layer, (places, values) in zip(hidden_layers(model), found["found"], strict=False):
        expected = unit_values(model, layer, images)
        assert places == expected.argmax(axis=0).tolist()
        assert values == pytest.approx(expected.max(axis=0))
    assert found["shares"] == [0, 0.5]


@pytest.mark.parametrize(
    ("count", "width", "expected"),
    [
        (784, 600, [56, 14, 8]),
        (16, 600, [16, 1, 30]),
        (3, 600, [3, 1, 30]),
        (1, 5, [1, 1, 5]),
        (5000, 300, [75, 67, 2]),
    ],
)
def test_squares_are_as_large_as_fit(compute, count, width, expected):
    body = """
      const { fieldOf } = await load("numbers/field.js");
      const room = { width, highest: 150, largest: 30, smallest: 2, gap: 2 };
      const field = fieldOf(count, room);
      return [field.columns, field.rows, field.cell];
    """
    columns, rows, cell = compute(body, count=count, width=width)
    assert columns * rows >= count > columns * (rows - 1)
    assert columns * (cell + 2) - 2 <= max(width, columns * 3)
    assert [columns, rows, cell] == expected


def test_keys_and_pointers_find_the_squares_of_a_field(compute):
    body = """
      const { fieldOf, moved, squareAt } = await load("numbers/field.js");
      const field = fieldOf(7, { width: 100, highest: 90, largest: 23, smallest: 2, gap: 2 });
      let place = 1;
      const visited = keys.map((key) => {
        const next = moved(key, place, field.columns, 7);
        if (next !== null) place = next;
        return next;
      });
      const found = points.map((at) => squareAt(field, 7, ...at));
      return { columns: field.columns, visited, points: found };
    """
    arrows = [f"Arrow{where}" for where in ("Right", "Down", "Down", "Up", "Left")]
    points = [[1, 1], [30, 30], [99, 30], [-1, 3], [3, 80]]
    found = compute(body, keys=[*arrows, "End", "ArrowRight", "Home", "x"], points=points)
    assert found["columns"] == 4
    assert found["visited"] == [2, 6, 6, 2, 1, 6, 6, 0, None]
    assert found["points"] == [0, 5, None, None, None]
