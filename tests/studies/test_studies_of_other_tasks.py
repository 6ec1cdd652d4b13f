"""Studies of other tasks than MNIST's: from the data to the table, the figures and the page."""

from __future__ import annotations

import html
import json
import re

import numpy as np
import pytest
from idx_files import write_idx

import idea
from idea.errors import IdeaError
from idea.image import Task
from idea.studies.collect import collect
from idea.studies.make_network import make_networks
from idea.studies.plan import Plan
from idea.studies.preparation import prepare
from idea.studies.stored import read_plan

for package in ("jinja2", "scipy", "threadpoolctl", "torch"):
    pytest.importorskip(package)

pytestmark = pytest.mark.xdist_group("studies of other tasks")  # they share two

SMALL = {"units": 3, "epochs": [1, 2], "seeds": "0-1", "batch_size": 10, "sweeps": 1}
TASKS = [Task(5, 3, ["<b>$x$ & $</b>", "a, b"]), Task(8, 8)]


def write_data(folder, task, seed=0):
    """Write a data set whose classes are random images, with noise."""
    rng = np.random.default_rng(seed)
    kinds = rng.random((len(task.classes), *task.shape)) < 0.5
    arrays = []
    for count in (60, 20):
        labels = np.arange(count, dtype=np.uint8) % len(task.classes)
        noise = rng.random((count, *task.shape)) < 0.1
        arrays += [255 * (kinds[labels] ^ noise).astype(np.uint8), labels]
    folder.mkdir()
    write_idx(folder, arrays)
    return {"data": folder, "classes": list(task.classes)}


def make_study(plan, folder):
    """Make a study in this process."""
    for training in prepare(plan, folder):
        for done in make_networks(training):
            assert done.error is None
    return collect(folder)


@pytest.fixture(
    scope="module",
    params=[TASKS[0], pytest.param(TASKS[1], marks=pytest.mark.nightly)],
    ids=["5x3", "8x8"],
)
def options(request, tmp_path_factory):
    return SMALL | write_data(tmp_path_factory.mktemp("made") / "data", request.param)


@pytest.fixture(scope="module")
def study(options, tmp_path_factory):
    return make_study(Plan.parse(options), tmp_path_factory.mktemp("made") / "study")


def test_the_ideals_are_those_that_find_finds(study, options):
    task = study.task
    assert list(task.classes) == options["classes"]
    assert study.targets == tuple(range(len(task.classes)))
    for name in study.networks:
        model = study.model(name)
        assert model.task == task
        for target, label in enumerate(task.classes):
            ideal = idea.find(model, label, sweeps=1)
            assert np.array_equal(study.image(name, label), ideal.image)
            assert (study.folder / name / f"idea_{task.file_names[target]}.vf").is_file()
            row = study.rows(name, label)
            assert row["target"].tolist() == [label]
            assert row["runner_up"].tolist() == [task.label(ideal.runner_up)]
            assert row["energy"].tolist() == [ideal.energy]
            alike = (ideal.image[1:] == ideal.image[:-1]).mean(), ideal.image[:, 1:]
            rows, columns = alike[0], (alike[1] == ideal.image[:, :-1]).mean()
            down, across = (task.height - 1) * task.width, task.height * (task.width - 1)
            expected = (rows * down + columns * across) / (down + across)
            assert row["smoothness"] == pytest.approx(expected)


def test_the_readings_are_those_of_the_evaluators(study):
    readings = study.readings
    for j, judge in enumerate(readings.judges):
        model = study.model(judge)
        for n, name in enumerate(readings.networks):
            images = np.array([study.image(name, t).ravel() for t in study.targets])
            assert readings.answers[j, n].tolist() == model.logits(images).argmax(axis=1).tolist()
    name = study.networks[0]
    others = [study.model(n) for n in study.networks if study.recipe(n).seed != 0]
    said = r"^mlp: expected a network for images of .*, found one for images of 28×28"
    with pytest.raises(IdeaError, match=said):
        idea.legibility(study.image(name, 0), 0, [*others, "mlp"])
    for label in study.task.classes:
        expected = idea.legibility(study.image(name, label), label, others)
        assert study.rows(name, label)["legibility"] == pytest.approx([expected.agree])


def test_the_plan_holds_the_data_set(study, options):
    stored = json.loads((study.folder / "study.json").read_text())
    assert list(stored) == ["data", "targets", "search"]
    assert stored["data"]["name"] == "data"
    assert stored["targets"] == options["classes"]
    assert read_plan(study.folder).data.task == study.task
    assert prepare(Plan.parse(options), study.folder) == []
    assert repr(study).endswith(f"4 networks, targets {study.task.classes}")


def test_data_sets_are_kept_apart(study, options, tmp_path):
    plan = Plan.parse(SMALL)  # of MNIST
    said = r"expected a study of mnist \(28×28; .*, found one of data \("
    with pytest.raises(IdeaError, match=rf"^{study.folder}: {said}.*; choose another folder$"):
        prepare(plan, study.folder)
    with pytest.raises(IdeaError, match=rf"^{study.folder}: {said}"):
        prepare(plan, tmp_path / "new", reuse=study.folder)
    others = options | write_data(tmp_path / "data", study.task, seed=1)
    with pytest.raises(IdeaError, match=r" with other images; choose another folder$"):
        prepare(Plan.parse(others), study.folder)
    (network,) = study.folder.glob("*-e1-*s0")
    taken = make_study(Plan.parse(options | {"epochs": 1, "seeds": 0}), tmp_path / "taken")
    assert (taken.folder / network.name / "model.safetensors").read_bytes() == (
        network / "model.safetensors"
    ).read_bytes()
    assert list(tmp_path.glob("new")) == []


@pytest.mark.slow
def test_figures_show_the_labels_and_the_images(study):
    from idea import figures

    label = study.task.classes[-1]
    name = study.networks[0]
    ideals = list(idea.find_all(study.model(name), sweeps=1))
    drawn = {
        "sheet": figures.ten_ideals([*ideals, (label, ideals[0].image)]),
        "network": figures.network_ideals(study, seed=1),
        "grid": figures.digit_grid(study, label, "epochs", "seed"),
        "mean": figures.mean_ideal(study),
        "forming": figures.forming(study, label),
        "transfer": figures.transfer_matrix(study),
        "against": figures.legibility_against(study, "accuracy", target=label),
        "curves": figures.energy_curves(ideals),
    }
    for figure in drawn.values():
        figure.savefig("/dev/null", format="png")  # a label with dollars is no formula
    for kind in ("sheet", "network", "grid", "mean", "forming"):
        for image in drawn[kind].axes[0].images:
            assert image.get_array().shape == study.task.shape
            left, right, bottom, top = image.get_extent()
            height, width = study.task.shape
            assert (bottom - top) / (right - left) == pytest.approx(height / width)
    assert figures.forming_gif(study, label)[:6] == b"GIF89a"


def test_a_class_that_is_none_is_named_with_those_that_there_are(study):
    from idea import figures

    name = study.networks[0]
    for ask in (
        lambda: study.image(name, "sneaker"),
        lambda: study.rows(name, "sneaker"),
        lambda: figures.digit_grid(study, "sneaker"),
        lambda: Plan.parse(SMALL | {"data": study.folder.parent / "none"}),
    ):
        with pytest.raises(IdeaError, match=r"must be one of .*, not 'sneaker'|can't be read"):
            ask()


@pytest.mark.slow
def test_the_page_shows_labels_as_text(study):
    from idea.reports.write import report_bytes

    page = report_bytes(study, study.targets[0]).decode()
    label = study.task.classes[0]
    assert f"<h2>Ideals of {html.escape(label)} by network</h2>" in page
    assert "<b>$x$" not in page
    assert f"binary image of {study.task.size} pixels" in page
    chance = {2: "50", 10: "10"}[len(study.task.classes)]
    assert f"chance is {chance}&nbsp;%" in page
    sizes = set(re.findall(r'class="ideal" src="[^"]+" width="(\d+)" height="(\d+)"', page))
    expected = {"8×8": {("56", "56"), ("84", "84")}, "5×3": {("34", "56"), ("50", "84")}}
    assert sizes == expected[study.task.size]


def test_the_command_takes_labels_and_indices(study):
    from idea import compare

    def chosen(*options):
        return compare._target(compare.parser().parse_args(["study", *options]), study)

    label = study.task.classes[1]
    assert chosen("--target", label) == chosen("--target", "1") == 1
    assert chosen() == (5 if study.task.is_numbered else 0)
    with pytest.raises(IdeaError, match=r"^target must be one of |^digit must be one of "):
        chosen("--target", "sneaker")
    with pytest.raises(IdeaError, match=r"name the same: leave out one$"):
        chosen("--target", label, "--digit", "1")
    if not study.task.is_numbered:
        with pytest.raises(IdeaError, match=r"^--digit is for studies of digits, found images"):
            chosen("--digit", "1")
