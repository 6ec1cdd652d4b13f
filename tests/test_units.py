"""`python -m idea.units`: the sheet of a hidden layer."""

from __future__ import annotations

import json

import numpy as np
import pytest

import idea

from conftest import pixels_of

pytest.importorskip("matplotlib")
pytest.importorskip("sklearn")


def test_it_draws_prints_and_records_the_same_units(run, tmp_path):
    done = run("idea.units", "--model", "digits8", "--count", 2, "--layer", "layer1")
    first, second, files = done.stdout.splitlines()
    assert files == "units/units_layer1.png units/units_layer1.json"
    assert pixels_of(tmp_path / "units/units_layer1.png").shape[1] > 500
    records = json.loads((tmp_path / "units/units_layer1.json").read_text())
    for line, record in zip((first, second), records, strict=True):
        assert line.startswith(f"{record['unit']}: influence {record['influence']:.3g}, activated ")
        found = idea.find(idea.load_model("digits8"), record["unit"])
        assert np.array_equal(found.image.ravel(), record["ideal"]["image"])
        assert f"ideal {found.value:.3g}, adds most to {np.argmax(record['adds'])} (" in line
        assert "with_prior" not in record
    again = run("idea.units", "--model", "digits8", "--count", 2, "--layer", "layer1", "--json")
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
            "the prior digits is of Task(28×28, 10 classes: 0…9), the network of Task(8×8, "
            "10 classes: 0…9)",
        ),
    ],
)
def test_wrong_options_are_one_error(run, tmp_path, options, message):
    assert run("idea.units", *options, status=2).stderr == f"error: {message}\n"
    assert list(tmp_path.iterdir()) == []
