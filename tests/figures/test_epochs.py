"""How ideals form."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

import idea

pytest.importorskip("matplotlib")

from idea.figures import forming, forming_gif

from conftest import frames_of

pytest_plugins = ["made_study"]


def test_the_stages_of_a_training_stand_in_the_order_of_epochs(study, shown):
    [ax] = forming(study, 5, units=100, seed=2, batch_size=1000).axes
    names = [f"mlp-u100-b1000-e{epochs}-s2" for epochs in (1, 2, 20)]
    tiles = shown.tiles(ax)
    assert len(tiles) == 3
    for column, name in enumerate(names):
        assert np.array_equal(tiles[0, column], study.image(name, 5))
    assert shown.names(ax.xaxis) == ["1", "2", "20"]
    assert "seed 2" in ax.get_title()


def test_the_training_is_the_longest_of_the_lowest_seed(study, shown):
    [ax] = forming(study, 5).axes  # LeNets have two stages only
    assert ax.get_title() == "5: mlp, 16 units, batch size 100, seed 0"
    assert np.array_equal(shown.tiles(ax)[0, 2], study.image("mlp-u16-b100-e20-s0", 5))
    [ax] = forming(study, 5, arch="lenet").axes
    assert shown.names(ax.xaxis) == ["1", "2"]


def test_the_animation_shows_the_same_stages(study, tmp_path):
    path = tmp_path / "forming.gif"
    path.write_bytes(
        forming_gif(study, 3, fps=4, scale=1, captions=False, units=100, batch_size=100, seed=1)
    )
    frames = frames_of(path)
    for (shown, _), epochs in zip(frames, (1, 2, 20), strict=True):
        assert np.array_equal(shown, 255 * study.image(f"mlp-u100-b100-e{epochs}-s1", 3))
    assert [duration for _, duration in frames] == [250, 250, 2000]


def test_the_scale_is_the_width_of_a_pixel(study):
    with Image.open(io.BytesIO(forming_gif(study, 3, scale=3, captions=False))) as gif:
        assert gif.size == (84, 84)


def test_its_captions_stand_below(study):
    (frame, _), *_ = frames_of(io.BytesIO(forming_gif(study, 3)))
    assert frame.shape == (331, 280)
    assert np.ptp(frame[280:, :140]) > 200
    assert np.ptp(frame[280:, 140:]) > 200


@pytest.mark.parametrize("draw", [forming, forming_gif])
def test_what_a_study_has_not_is_told(study, one_network_study, draw):
    with pytest.raises(idea.IdeaError, match=r"^the study has no ideals of 0; it has those of "):
        draw(study, 0)
    with pytest.raises(
        idea.IdeaError, match=r"^expected networks that differ in epochs alone, found none$"
    ):
        draw(one_network_study, 5)
