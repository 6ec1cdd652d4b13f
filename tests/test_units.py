"""`python -m idea.units`: the sheet of a hidden layer."""

from __future__ import annotations

import json

import numpy as np
import pytest

import idea.units
from idea.core.units import influential_units
from idea.data.idx import idx_bytes
from idea.files.weights.formats import write_weights
from idea.image import Task
from idea.networks.weights import Weights
from idea.text import short_number

from conftest import pixels_of, random_layers

pytest.importorskip("matplotlib")


@pytest.fixture
def small_options(tmp_path):
    """The options of a small network and of a data set for it."""
    task = Task(6, 5, ("a", "b", "c"))
    rng = np.random.default_rng(0)
    for part in ("train", "t10k"):
        for kind, array in (
            ("images-idx3", rng.integers(256, size=(30, 6, 5))),
            ("labels-idx1", rng.integers(3, size=30)),
        ):
            (tmp_path / f"{part}-{kind}-ubyte").write_bytes(idx_bytes(array.astype(np.uint8)))
    layers = random_layers(8, 0, task=task)
    path = write_weights(tmp_path / "m.npz", Weights(tuple(layers), task=task))
    return ["--model", path, "--data", tmp_path, "--layer", "layer1", "--count", 2]


def test_it_draws_prints_and_records_the_same_units(run, tmp_path, small_options):
    done = run("idea.units", *small_options)
    first, second, files = done.stdout.splitlines()
    assert files == "units/units_layer1.png units/units_layer1.json"
    assert pixels_of(tmp_path / "units/units_layer1.png").shape[1] > 500
    records = json.loads((tmp_path / "units/units_layer1.json").read_text())
    for line, record in zip((first, second), records, strict=True):
        assert line.startswith(
            f"{record['unit']}: influence {short_number(record['influence'])}, activated "
        )
        found = idea.find(idea.load_model(tmp_path / "m.npz"), record["unit"])
        assert np.array_equal(found.image.ravel(), record["ideal"]["image"])
        most = "abc"[np.argmax(record["adds"])]
        assert f"ideal {short_number(found.value)}, adds most to {most} (" in line
        assert "with_prior" not in record
    again = run("idea.units", *small_options, "--json")
    assert [json.loads(line) for line in again.stdout.splitlines()] == records


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--layer", "layer3"], "layer must be one of layer1, layer2, not layer3"),
        (["--count", "0"], "--count must be a whole number, 1 or more, not 0"),
        (
            ["--prior", "none", "--prior-weight", "1"],
            "--prior-weight is for a prior, and there is none: name one with --prior",
        ),
        (
            ["--model", "digits8", "--prior", "digits"],
            "the prior digits is for images of 28×28, the network for images of 8×8",
        ),
    ],
)
def test_wrong_options_are_one_error(run, tmp_path, options, message):
    assert run("idea.units", *options, status=2).stderr == f"error: {message}\n"
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_keeps_the_units_that_are_finished(tmp_path, small_options, monkeypatch, capsys):
    def interrupted(*args, **options):
        for unit in influential_units(*args, **options):
            yield unit
            raise KeyboardInterrupt

    monkeypatch.setattr(idea.units, "influential_units", interrupted)
    monkeypatch.setattr("sys.argv", ["idea.units", *map(str, small_options), "--out", "u"])
    monkeypatch.chdir(tmp_path)
    assert idea.units.main() == 130
    assert capsys.readouterr().err == (
        "interrupted: u/units_layer1.json has 1 unit; nothing drawn\n"
    )
    assert len(json.loads((tmp_path / "u/units_layer1.json").read_text())) == 1
    assert not (tmp_path / "u/units_layer1.png").exists()
