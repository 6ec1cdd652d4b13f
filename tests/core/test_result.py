"""An ideal shows, saves and animates itself."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pytest
from PIL import ImageDraw

import idea
from idea.networks.softmax import softmax

from conftest import frames_of, pixels_of


@pytest.fixture
def ideal(small):
    return idea.find(small, 5, every=100)


def test_it_shows_itself_in_a_notebook(ideal):
    picture = pixels_of(io.BytesIO(ideal._repr_png_()))
    assert np.array_equal(picture[5::10, 5::10], ideal.image * 255)
    assert "image" not in repr(ideal)


def test_it_saves_its_dump_and_picture(ideal, tmp_path):
    dump, picture = ideal.save(tmp_path / "new" / "folder", scale=3)
    assert (dump.name, picture.name) == ("idea_5.vf", "idea_5.png")
    assert np.array_equal(idea.read_vf(dump), ideal.image)
    assert np.array_equal(pixels_of(picture)[1::3, 1::3], ideal.image * 255)


def test_it_animates_its_trace_and_ends_with_itself(ideal, tmp_path):
    path = ideal.animate(tmp_path / "five.gif", fps=10)
    shown = [
        frame[5:280:10, 5::10]
        for frame, duration in frames_of(path)
        for _ in range(duration // 100)
    ]
    images = [frame.image for frame in ideal.trace] + [ideal.image] * 20
    assert len(shown) == len(images)
    for picture, image in zip(shown, images, strict=True):
        assert np.abs(picture / 255 - image).max() < 1 / 255


def test_captions_name_the_step_the_energy_and_the_prediction(ideal, small, monkeypatch):
    written = []
    write = ImageDraw.ImageDraw.text

    def text(pen, place, text, *rest, **options):
        written.append(text)
        write(pen, place, text, *rest, **options)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", text)
    ideal.gif_bytes(captions=False)
    assert not written
    ideal.gif_bytes()
    first = ideal.trace[0]
    (logits,) = small.logits(first.image.reshape(1, -1))
    assert written[:4] == [
        f"energy {first.energy:.2f}",
        f"step 0 of {first.steps:,}",
        f"probability {softmax(logits).max():.3f}",
        f"predicts {logits.argmax()}",
    ]
    assert f"probability {ideal.probability:.3f}" in written
    first_line = len(written)
    copy = pickle.loads(pickle.dumps(ideal))  # noqa: S301
    assert copy.model is None
    written.clear()
    copy.gif_bytes()  # without its network, steps and energies alone
    assert len(written) == first_line / 2
    assert not any("predicts" in line for line in written)


@pytest.mark.parametrize(("every", "centiseconds"), [(400, 20), (98, 10), (10, 4)])
def test_an_animation_takes_about_four_seconds(small, tmp_path, every, centiseconds):
    ideal = idea.find(small, 5, "mc", steps=3920, every=every)
    assert frames_of(ideal.animate(tmp_path / "five.gif"))[0][1] == 10 * centiseconds


def test_its_frames_replace_those_of_a_longer_search(ideal, small, tmp_path):
    longer = idea.find(small, 5, "mc")
    longer.save_frames(tmp_path)
    theirs = ["x.vf", "x0070.vf", "x2024-mine.vf"]  # not numbered on from ours
    for name in theirs:
        (tmp_path / name).write_bytes(b"somebody's")
    names = [path.name for path in ideal.save_frames(tmp_path)]
    assert len(names) < 50
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*theirs, *names])
    for name, frame in zip(names, ideal.trace, strict=True):
        assert np.array_equal(idea.read_vf(tmp_path / name), frame.image)


def test_a_bad_scale_leaves_nothing_behind(ideal, tmp_path):
    with pytest.raises(idea.IdeaError, match="scale must be a whole number, 1…100, not 0"):
        ideal.save(tmp_path, scale=0)
    assert list(tmp_path.iterdir()) == []
