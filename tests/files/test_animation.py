"""Animations, frame by frame."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from idea.files.animation import gif_bytes

from conftest import frames_of


def random_image(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(784, np.float32)


def test_a_gif_shows_the_images_in_order_and_holds_the_last():
    images = [random_image(seed) for seed in range(30)]
    frames = frames_of(io.BytesIO(gif_bytes(images, fps=12, scale=2)))
    assert len(frames) == 30
    for (picture, _), image in zip(frames, images, strict=True):
        assert np.array_equal(picture[::2, ::2], np.rint(image.reshape(28, 28) * 255))
    times = [duration for _, duration in frames]
    assert set(times[:-1]) == {80, 90}
    assert sum(times[:-1]) == pytest.approx(29 / 12 * 1000, abs=5)
    assert times[-1] == 2000
    with Image.open(io.BytesIO(gif_bytes(images))) as gif:
        assert gif.info["loop"] == 0


def test_equal_images_are_one_frame_shown_longer():
    a, b = random_image(0), random_image(1)
    frames = frames_of(io.BytesIO(gif_bytes([a, a, a, b, a], fps=10, scale=2)))
    assert [duration for _, duration in frames] == [300, 100, 2000]
    assert np.array_equal(frames[0][0], frames[2][0])
    assert len(frames_of(io.BytesIO(gif_bytes([a], scale=2)))) == 1


def test_a_still_of_hours_is_shown_as_long_as_a_gif_can():
    a, b = random_image(0), random_image(1)
    frames = frames_of(io.BytesIO(gif_bytes([a] * 20_000 + [b], fps=1, scale=1)))
    assert [duration for _, duration in frames] == [655_350, 2000]
