"""Logits against log p, over the weights of a prior."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import idea

pytest.importorskip("matplotlib")
pytest.importorskip("safetensors")

from idea.figures import tradeoff

from conftest import random_layers
from priors import small_prior

OPTIONS = {"restarts": 1, "steps": 3000, "seed": 1}


def dots(ax):
    """The curves by name, as arrays (n, 2)."""
    return {line.get_label(): line.get_xydata() for line in ax.lines if line.get_marker() == "o"}


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_a_dot_is_an_ideal_and_weights_grow_to_the_right(digits8):
    model = idea.load_model("digits8")
    [ax] = tradeoff("digits8", "3", [2, 0.05, 0.4], small_prior(), **OPTIONS).axes
    places = dots(ax)["digits8"]
    for weight, place in zip([0.05, 0.4, 2], places, strict=True):
        objective = idea.Objective(prior=small_prior(), prior_weight=weight)
        ideal = idea.find(model, 3, objective=objective, **OPTIONS)
        assert place.tolist() == [ideal.log_prior, ideal.logit]
    assert (np.diff(places[:, 0]) > 0).all()
    assert (np.diff(places[:, 1]) < 0).all()
    assert texts(ax) == ["0.05", "0.4", "2"]


def test_real_images_are_marked(digits8):
    [ax] = tradeoff("digits8", 3, [0.4], small_prior(), **OPTIONS).axes
    [dotted] = [line for line in ax.lines if line.get_linestyle() == ":" and len(line.get_xdata())]
    strongest = idea.energy_context(idea.load_model("digits8"), digits8)[3].strongest
    assert dotted.get_ydata() == pytest.approx([strongest, strongest], abs=1e-3)
    [band] = ax.patches
    box = band.get_extents().transformed(ax.transData.inverted())
    assert [box.x0, box.x1] == pytest.approx(small_prior().examples[3, [5, 95]])


def test_several_networks_are_told_apart(digits8):
    networks = {
        f"seed {n}": idea.MLP(random_layers(8, n, task=digits8.task), digits8.task)
        for n in range(3)
    }
    [ax] = tradeoff(networks, 3, [0.1, 0.4], small_prior(), **OPTIONS).axes
    assert list(dots(ax)) == list(networks)
    assert len({line.get_color() for line in ax.lines}) == 3
    [ax] = tradeoff(list(networks.values())[:1], 3, [0.4], small_prior(), **OPTIONS).axes
    assert list(dots(ax)) == [repr(networks["seed 0"])]


def test_networks_of_other_scales_are_drawn_in_units_of_their_own(digits8):
    model = idea.load_model("digits8")
    *others, (W, b) = model.layers
    strong = idea.MLP([*others, (30 * W, 30 * b)], digits8.task)
    weights = [0.4, 4]
    [ax] = tradeoff({"a": model, "b": strong}, 3, weights, small_prior(), **OPTIONS).axes
    assert ax.get_ylabel() == "logit of 3, as a share of each network's largest"
    for line, (name, network) in zip(dots(ax), [("a", model), ("b", strong)], strict=True):
        objectives = [idea.Objective(prior=small_prior(), prior_weight=w) for w in weights]
        logits = [idea.find(network, 3, objective=each, **OPTIONS).logit for each in objectives]
        assert line == f"{name} (1 is {max(logits):,.4g})"
        assert dots(ax)[line][:, 1] == pytest.approx(np.divide(logits, max(logits)))


def test_labels_that_would_cover_one_another_are_left_out(digits8):
    [ax] = tradeoff("digits8", 3, [0.4, 0.4000001, 2], small_prior(), **OPTIONS).axes
    assert texts(ax) == ["0.4", "2"]


def test_what_is_refused(digits8):
    other = dataclasses.replace(digits8.task, classes=[*"abcdefghij"])
    letters = idea.MLP(random_layers(8, 0, task=other), other)
    prior = small_prior()
    for arguments, message in [
        (([], 3), "expected at least one network, found none"),
        (("digits8", 3, []), "expected at least one weight, found none"),
        (
            ("digits8", 3),
            "the prior digits is for images of 28×28, the network for images of 8×8",
        ),
        (
            (letters, 3, [1], prior),
            "expected a prior with real examples of images of 8×8 and the classes a, b, c, d, "
            "e, …, found images of 8×8 and the classes 0…9",
        ),
    ]:
        with pytest.raises(idea.IdeaError) as error:
            tradeoff(*arguments)
        assert str(error.value) == message
