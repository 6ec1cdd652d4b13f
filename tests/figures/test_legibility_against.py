"""Legibility against what networks differ in."""

from __future__ import annotations

import numpy as np
import pytest

import idea

pytest.importorskip("matplotlib")

from matplotlib.collections import PathCollection

from idea.figures import legibility_against, seed_interval

pytest_plugins = ["made_study"]

# Quantiles of Student's t for 95 %, by degrees of freedom, as printed in any table.
T = {1: 12.706, 2: 4.303, 4: 2.776, 9: 2.262}


def slow_legibility(study, name):
    """The mean over the digits of the share of evaluators that recognise a network's ideal."""
    readings = study.readings
    network = readings.networks.index(name)
    shares = []
    for place, digit in enumerate(readings.digits):
        read = readings.answers[readings.apart[:, network], network, place]
        shares.append(np.count_nonzero(read == digit) / len(read))
    return sum(shares) / len(shares)


def dots(ax):
    """The places of all small dots, by architecture."""
    found = [some for some in ax.collections if isinstance(some, PathCollection)]
    return [np.asarray(scatter.get_offsets()) for scatter in found]


def archs(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_a_dot_is_a_network(study):
    [ax] = legibility_against(study).axes
    assert archs(ax) == ["lenet", "mlp"]
    rows = study.table["network"].tolist()
    for arch, places in zip(archs(ax), dots(ax), strict=True):
        names = [name for name in study.networks if name.startswith(arch)]
        expected = [
            (study.table["accuracy"][rows.index(name)], slow_legibility(study, name))
            for name in names
        ]
        assert np.allclose(sorted(places.tolist()), sorted(expected))


def test_architectures_differ_in_colour_and_marker(study):
    [ax] = legibility_against(study).axes
    one, other = ax.collections
    assert not np.array_equal(one.get_facecolor(), other.get_facecolor())
    assert not np.array_equal(one.get_paths()[0].vertices, other.get_paths()[0].vertices)


def test_what_differs_from_digit_to_digit_is_averaged(study):
    [ax] = legibility_against(study, "ink", arch="lenet").axes
    [places] = dots(ax)
    names = [name for name in study.networks if name.startswith("lenet")]
    inks = [np.mean([study.image(name, digit).sum() for digit in (3, 5)]) for name in names]
    assert sorted(places[:, 0]) == pytest.approx(sorted(inks))
    [ax] = legibility_against(study, "ink", arch="lenet", digit=5).axes
    inks = [study.image(name, 5).sum() for name in names]
    assert sorted(dots(ax)[0][:, 0]) == pytest.approx(sorted(inks))


def test_an_interval_is_student_s_over_the_means_of_the_seeds(study):
    pytest.importorskip("scipy")
    [ax] = legibility_against(study, "epochs", arch="mlp", batch_size=100).axes
    [bars] = ax.containers
    line, _, (stems,) = bars.lines
    assert line.get_xdata().tolist() == [1, 2, 20]
    for epochs, mean, stem in zip((1, 2, 20), line.get_ydata(), stems.get_segments(), strict=True):
        seeds = [
            np.mean([slow_legibility(study, f"mlp-u{u}-b100-e{epochs}-s{s}") for u in (16, 100)])
            for s in range(3)
        ]
        half = T[2] * np.std(seeds, ddof=1) / 3**0.5
        assert mean == pytest.approx(np.mean(seeds))
        assert stem[:, 1] == pytest.approx([mean - half, mean + half], abs=1e-3)
    assert ax.get_xscale() == "log"
    assert ax.get_legend().get_title().get_text() == "mean, 95% interval over seeds"


@pytest.mark.parametrize("freedom", T)
def test_the_interval_is_that_of_the_tables(freedom):
    pytest.importorskip("scipy")
    values = np.random.default_rng(freedom).normal(0.5, 0.1, freedom + 1)
    mean, half = seed_interval(values, np.arange(freedom + 1))
    assert mean == pytest.approx(values.mean())
    error = values.std(ddof=1) / len(values) ** 0.5
    assert half == pytest.approx(T[freedom] * error, rel=1e-3)


def test_networks_of_one_seed_count_as_one(study):
    pytest.importorskip("scipy")
    once = seed_interval(np.array([0.2, 0.4, 0.9]), np.array([0, 1, 2]))
    twice = seed_interval(np.array([0.1, 0.3, 0.4, 0.4, 0.9, 0.9]), np.array([0, 0, 1, 1, 2, 2]))
    assert once == pytest.approx(twice)
    mean, half = seed_interval(np.array([0.2, 0.4]), np.array([5, 5]))
    assert mean == pytest.approx(0.3)
    assert np.isnan(half)


def test_without_a_second_seed_there_is_a_mean_alone(study):
    [ax] = legibility_against(study, "units", seed=0, epochs=1, batch_size=100).axes
    assert archs(ax) == ["mlp"]  # CNNs have no units
    line = ax.containers[0].lines[0]
    assert line.get_xdata().tolist() == [16, 100]
    expected = [slow_legibility(study, f"mlp-u{units}-b100-e1-s0") for units in (16, 100)]
    assert line.get_ydata() == pytest.approx(expected)


def test_texts_have_places_side_by_side(study, shown):
    pytest.importorskip("scipy")
    [ax] = legibility_against(study, "arch").axes
    assert shown.names(ax.xaxis) == archs(ax) == ["lenet", "mlp"]
    assert [set(places[:, 0]) for places in dots(ax)] == [{0.0}, {1.0}]


@pytest.mark.parametrize("column", ["width", "network", "digit", "runner_up"])
def test_a_column_that_says_nothing_is_told(study, column):
    with pytest.raises(idea.IdeaError) as caught:
        legibility_against(study, column)
    assert str(caught.value) == (
        "column must be one of framework, arch, units, batch_size, epochs, learning_rate, "
        "weight_decay, held_out, adversarial, adversarial_flips, adversarial_steps, pixel_noise, "
        "augment, seed, accuracy, energy, logit, margin, probability, ink, "
        "smoothness, locally_optimal, evaluations, legibility, legible_probability, judges, "
        f"seconds, training_seconds, not {column!r}"
    )


def test_without_evaluators_there_is_nothing_to_draw(study, one_network_study):
    with pytest.raises(idea.IdeaError, match=r"^no network has both evaluators and accuracy$"):
        legibility_against(one_network_study)
    with pytest.raises(idea.IdeaError, match=r"^no network has both evaluators and units$"):
        legibility_against(study, "units", arch="lenet")
