"""Pictures of what is no digit of MNIST, and the images made from them."""

from __future__ import annotations

import numpy as np
import pytest

import idea
from idea.files.picture import png_bytes
from idea.files.preprocess import prepare, read_picture, squeeze
from idea.image import Task

from pictures import accuracy, pasted

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("shape", [(8, 8), (28, 28), (12, 40), (40, 12)])
@pytest.mark.parametrize("light", [0.05, 0.95])
def test_a_filled_object_fits_the_image_of_another_task(shape, light):
    task = Task(*shape, ["a", "b"])
    picture = np.full((120, 200), light, np.float32)
    picture[30:90, 20:110] += 0.6 if light < 0.5 else -0.6
    picture += np.random.default_rng(0).normal(0, 0.01, picture.shape).astype(np.float32)
    found = prepare(picture, task=task)
    assert found.inverted == (light > 0.5)
    # Averaging over neighbours, since there is noise, makes it a little larger.
    assert np.abs(np.subtract(found.box, (20, 30, 110, 90))).max() <= 3
    assert found.image.shape == shape
    ink = found.image > 0.5
    rows, columns = ink.any(axis=1), ink.any(axis=0)
    scale = min(shape[0] / 60, shape[1] / 90)
    assert abs(rows.sum() - 60 * scale) <= 2
    assert abs(columns.sum() - 90 * scale) <= 2
    assert ink.sum() >= 0.97 * rows.sum() * columns.sum()  # filled, but for its corners
    for used in (rows, columns):  # in the middle
        assert abs(used.argmax() - used[::-1].argmax()) <= 1


def test_clothes_in_a_picture_are_still_read(fashion):
    network = idea.load_model("fashion")
    task, images = network.task, []
    rng = np.random.default_rng(0)
    for item in fashion.test_images[:300] / 255:
        side = int(rng.integers(60, 160))
        corner = rng.integers([200 - side + 1, 260 - side + 1])
        canvas = 0.1 + 0.8 * pasted(item, side, (200, 260), corner)
        images.append(prepare(canvas if rng.random() < 0.5 else 1 - canvas, task=task).image)
    labels = fashion.test_labels[:300]
    originals = fashion.test_images[:300] / 255
    assert accuracy(network, images, labels) >= accuracy(network, originals, labels) - 0.08


def test_a_picture_of_an_image_of_another_task_is_that_image(tmp_path):
    task = Task(5, 3, ["a", "b"])
    image = np.random.default_rng(0).random((5, 3)).round().astype(np.float32)
    (tmp_path / "drawn.png").write_bytes(png_bytes(image))
    (tmp_path / "dump.vf").write_bytes(image.astype("<f4").tobytes())
    for name in ("drawn.png", "dump.vf"):
        found = read_picture(tmp_path / name, drawn=True, task=task)
        assert np.array_equal(found.image, image)
        assert found.raw
    assert squeeze(np.zeros((30, 50)), task=task).image.shape == (5, 3)
