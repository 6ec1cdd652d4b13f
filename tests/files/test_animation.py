"""Animations, frame by frame."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from idea.errors import MissingPackageError, OptionError
from idea.files.animation import animation_bytes, gif_bytes
from idea.files.picture import Difference, paint

from conftest import frames_of, video_of


def random_image(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(784, np.float32)


def small_images(count: int) -> list[np.ndarray]:
    return list(np.random.default_rng(0).random((count, 11, 13)).round())


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


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png"])
@pytest.mark.parametrize("in_colour", [False, True])
def test_stills_are_exact_in_every_format(suffix, in_colour):
    a, b, c = small_images(3)
    shown = [Difference(a, one) for one in (a, b, c)] if in_colour else [a, b, c]
    sequence = [shown[n] for n in (0, 0, 0, 1, 2, 2)]
    data = animation_bytes(sequence, Path(f"a{suffix.upper()}"), fps=8, scale=3)
    frames = frames_of(io.BytesIO(data), "RGB")
    unit = 10 if suffix == ".gif" else 1
    assert [duration for _, duration in frames] == [
        pytest.approx(time, abs=unit) for time in (375, 125, 125 + 2000)
    ]
    for (frame, _), image in zip(frames, shown, strict=True):
        expected = paint(image) if in_colour else paint(image)[:, :, np.newaxis].repeat(3, 2)
        assert np.array_equal(frame, expected.repeat(3, 0).repeat(3, 1))
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.info["loop"] == 0


@pytest.mark.slow
def test_a_video_repeats_frames_and_holds_the_last():
    pytest.importorskip("av")
    a, b = small_images(2)
    images = [a, a, a, b, a]
    frames, seconds = video_of(animation_bytes(images, Path("a.mp4"), fps=10, scale=5))
    assert seconds == pytest.approx(0.4 + 2)
    assert len(frames) == 4 + 20
    for frame, image in zip(frames, [*images, *[a] * 19], strict=True):
        assert frame.shape == (56, 66, 3)  # both sides even
        assert np.abs(frame[2:55:5, 2:65:5, 0] / 255.0 - image).max() < 0.2  # it is lossy


@pytest.mark.parametrize("fps", [0.1, 29.97])
def test_a_video_of_any_rate(fps):
    pytest.importorskip("av")
    black, white = np.zeros((2, 2)), np.ones((2, 2))
    frames, seconds = video_of(animation_bytes([black, white], Path("a.mp4"), fps, scale=1))
    assert seconds == pytest.approx(1 / fps + max(1 / fps, 2), rel=0.01)
    assert [frame.mean() > 128 for frame in frames] == [False] + [True] * (len(frames) - 1)


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png"])
def test_a_caption_stands_below_each_distinct_image(suffix):
    a, b = small_images(2)
    asked = []

    def captions(numbers):
        asked.extend(numbers)
        return [[(f"step {number}", "energy 1.00")] for number in numbers]

    data = animation_bytes([a, a, b, a], Path(f"a{suffix}"), scale=20, captions=captions)
    assert asked == [0, 2, 3]
    frames = [frame for frame, _ in frames_of(io.BytesIO(data))]
    assert {frame.shape for frame in frames} == {(220 + 7 + 14 + 7, 260)}
    for frame, image in zip(frames, (a, b, a), strict=True):
        assert np.array_equal(frame[:220:20, ::20], paint(image))
    strips = [frame[220:] for frame in frames]
    assert all((strip > 200).any() and strip[0].max() < 50 for strip in strips)
    assert not np.array_equal(strips[0], strips[2])  # other steps
    assert np.array_equal(strips[0][:, 130:], strips[1][:, 130:])  # the same energy


def test_a_narrow_picture_has_margins_and_long_captions_are_cut():
    (image,) = small_images(1)
    caption = [("a label of many more words than have room " * 3, "probability 1.000")]
    data = gif_bytes([image], scale=1, captions=lambda numbers: [caption for _ in numbers])
    ((frame, _),) = frames_of(io.BytesIO(data))
    assert frame.shape[1] == 280
    left = (280 - 13) // 2
    assert np.array_equal(frame[:11, left : left + 13], paint(image))
    strip = frame[11:]
    assert np.ptp(strip[:, :6]) == np.ptp(strip[:, -6:]) == 0  # nothing is cut at the edges


@pytest.mark.parametrize(
    ("name", "scale", "message"),
    [
        (
            "a/five.avi",
            1,
            "a/five.avi: expected the name of an animation, which ends in .gif, .webp, .png or "
            ".mp4",
        ),
        (
            "five",
            1,
            "five: expected the name of an animation, which ends in .gif, .webp, .png or .mp4",
        ),
        (
            "five.webp",
            100,
            "17,000×100 pixels are more than the 16,383 a side that .webp can have: lower the "
            "scale",
        ),
    ],
)
def test_what_no_format_can_hold(name, scale, message):
    with pytest.raises(OptionError) as error:
        animation_bytes([np.zeros((1, 170))], Path(name), scale=scale)
    assert str(error.value) == message


def test_a_video_needs_pyav(monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(
        MissingPackageError, match=r"^five\.mp4 needs .*pip install 'idea\[video\]'"
    ):
        animation_bytes([], Path("five.mp4"))
