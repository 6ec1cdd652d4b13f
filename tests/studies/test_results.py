"""A study's results: the table, the readings and the files agree."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

import idea
from idea.errors import IdeaError
from idea.networks.weights import Weights
from idea.studies.cell import Cell
from idea.studies.collect import collect
from idea.studies.table import write_table

from conftest import as_floats, digest
from rounding import unsure

pytestmark = pytest.mark.slow


@pytest.fixture
def rows(small_study):
    """The table's rows, each as a dict."""
    names = small_study.table
    return [dict(zip(names, row, strict=True)) for row in zip(*names.values(), strict=True)]


def test_there_is_a_row_for_each_network_and_digit(small_study, rows):
    expected = [(name, digit) for name in small_study.networks for digit in small_study.digits]
    assert [(row["network"], row["digit"]) for row in rows] == expected


def test_a_row_tells_what_the_ideal_is(small_study, rows):
    for row in rows:
        model = small_study.model(row["network"])
        image = small_study.image(row["network"], row["digit"])
        assert set(np.unique(image)) <= {0, 1}
        logits = model.logits(image.reshape(1, -1))[0]
        others = np.delete(logits, row["digit"])
        assert row["energy"] == row["logit"] == pytest.approx(logits[row["digit"]], rel=1e-5)
        assert row["margin"] == pytest.approx(logits[row["digit"]] - others.max(), rel=1e-4)
        assert row["ink"] == image.sum()
        alike = (image[1:] == image[:-1]).sum() + (image[:, 1:] == image[:, :-1]).sum()
        assert row["smoothness"] == pytest.approx(alike / (2 * 27 * 28))
        assert row["evaluations"] > 784


def test_the_ideals_are_those_that_find_finds(small_study, rows):
    for row in rows[:: len(small_study.digits) + 1]:
        ideal = idea.find(small_study.model(row["network"]), int(row["digit"]), sweeps=1)
        assert np.array_equal(ideal.image, small_study.image(row["network"], row["digit"]))
        assert row["locally_optimal"] == ideal.locally_optimal


def test_the_accuracy_is_that_of_the_test_digits(small_study, rows, mnist):
    for row in rows[:: len(small_study.digits)]:
        model, images = small_study.model(row["network"]), as_floats(mnist.test_images)
        logits = model.logits(images)
        right = (logits.argmax(axis=1) == mnist.test_labels).sum()
        slack = unsure(logits, Weights(model.layers), images) + 1e-3  # PyTorch measures in float32
        assert abs(len(images) * row["accuracy"] - right) <= slack


def test_legibility_is_what_networks_of_other_seeds_read(small_study, rows):
    for row in rows[:: len(small_study.digits) + 1]:
        apart = [
            small_study.model(name)
            for name in small_study.networks
            if small_study.recipe(name).seed != row["seed"]
        ]
        image = small_study.image(row["network"], row["digit"])
        expected = idea.legibility(image, int(row["digit"]), apart)
        assert row["judges"] == len(apart)
        assert row["legibility"] == pytest.approx(expected.agree)
        assert row["legible_probability"] == pytest.approx(expected.probability)


def test_a_network_is_what_its_folder_says(small_study):
    for name in small_study.networks:
        folder = small_study.folder / name
        said = json.loads((folder / "run.json").read_text())
        assert Cell.parse(said["parameters"]) == Cell(small_study.recipe(name))
        assert said["network"] == name
        assert {file: digest(folder / file) for file in said["sha256"]} == said["sha256"]
        assert {path.name for path in folder.iterdir()} == {
            "run.json",
            "timing.json",
            *said["sha256"],
        }


def test_epochs_are_stages_of_one_training(small_study, tmp_path):
    """A network of one epoch is the same on its way to three and alone."""
    name = next(n for n in small_study.networks if small_study.recipe(n).epochs == 1)
    recipe = small_study.recipe(name)
    alone = idea.run_study(
        tmp_path / "alone",
        units=recipe.units,
        batch_size=recipe.batch_size,
        epochs=1,
        seeds=recipe.seed,
        held_out=recipe.held_out,
        digits=5,
        jobs=1,
    )
    assert alone.networks == (name,)
    for file in ("model.dat", "metrics.csv"):
        assert digest(alone.folder / name / file) == digest(small_study.folder / name / file)
    assert np.isnan(alone.table["legibility"]).all()
    assert alone.table["judges"].tolist() == [0]


def test_networks_of_another_study_are_taken_and_not_trained(small_study, tmp_path):
    recipe = small_study.recipe(small_study.networks[0])
    smooth = idea.run_study(
        tmp_path / "smooth",
        units=recipe.units,
        batch_size=recipe.batch_size,
        epochs=[recipe.epochs, 5],  # the latter isn't there
        held_out=recipe.held_out,
        seeds=recipe.seed,
        digits=[5],
        smooth=1.0,
        reuse=small_study.folder,
        jobs=1,
    )
    taken, trained = smooth.networks
    assert taken == small_study.networks[0]
    assert smooth.recipe(trained).epochs == 5
    for file in ("model.dat", "metrics.csv"):
        assert digest(smooth.folder / taken / file) == digest(small_study.folder / taken / file)
    plain = small_study.table["smoothness"][list(small_study.digits).index(5)]
    assert smooth.table["smoothness"][0] > plain


def test_what_killed_processes_left_is_removed_and_nothing_else(small_study, tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(small_study.folder, folder)
    (folder / ".idea-0123456789abcdef.part").mkdir()
    (folder / ".mine.csv.part").touch()
    again = collect(folder)
    assert [path.name for path in folder.glob(".*")] == [".mine.csv.part"]
    assert again.networks == small_study.networks


def test_a_folder_without_a_study_is_a_sentence(tmp_path):
    with pytest.raises(IdeaError) as error:
        idea.Study(tmp_path)
    assert str(error.value) == (
        f"{tmp_path}: expected the folder of a finished study; python -m idea.study makes one, and "
        "the same command finishes one"
    )


def test_a_table_of_other_networks_is_a_sentence(small_study, tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(small_study.folder, folder)
    write_table(folder, {name: column[1:] for name, column in small_study.table.items()})
    with pytest.raises(IdeaError) as error:
        idea.Study(folder)
    assert str(error.value) == (
        f"{folder}: the table and readings.npz list different networks; python -m idea.study "
        "makes both again"
    )


def test_what_a_study_has_not_is_a_sentence(small_study):
    name = small_study.networks[0]
    for ask, told in (
        (lambda: small_study.image("mlp-u0", 5), ": has no network 'mlp-u0'"),
        (lambda: small_study.model("mlp-u0"), ": has no network 'mlp-u0'"),
    ):
        with pytest.raises(IdeaError) as error:
            ask()
        assert str(error.value) == f"{small_study.folder}{told}"
    with pytest.raises(IdeaError, match=r"^digit must be one of 0…9, not 10$"):
        small_study.image(name, 10)


@pytest.mark.parametrize(
    ("file", "data", "told"),
    [
        ("run.json", None, "run.json: can't be read: No such file or directory"),
        ("run.json", b"{}", "run.json: network: expected a text, found nothing"),
        ("timing.json", None, "timing.json: can't be read: No such file or directory"),
        ("idea_5.vf", bytes(3_136), "idea_5.vf: checksum mismatch: the file was modified"),
        ("model.dat", b"\x00", "model.dat: checksum mismatch: the file was modified"),
    ],
)
def test_a_damaged_network_is_reported_with_its_repair(small_study, tmp_path, file, data, told):
    folder = tmp_path / "study"
    shutil.copytree(small_study.folder, folder)
    network = folder / small_study.networks[0]
    (network / file).unlink()
    if data is not None:
        (network / file).write_bytes(data)
    with pytest.raises(IdeaError) as error:
        idea.run_study(folder, units=4, batch_size=100, epochs=1, held_out=58_000, sweeps=1)
    assert str(error.value) == (
        f"{network}/{told}; delete {network} and run the study command again"
    )


def test_what_is_no_plan_is_a_sentence(tmp_path):
    (tmp_path / "study.json").write_text("{}")
    with pytest.raises(IdeaError) as error:
        idea.run_study(tmp_path)
    assert str(error.value) == (
        f"{tmp_path / 'study.json'}: search: expected an object, found nothing"
    )
