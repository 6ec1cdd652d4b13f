"""Studies whose files were tampered with: each is one message, with file and key."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

import idea
from idea.errors import IdeaError
from idea.studies.plan import Plan
from idea.studies.preparation import prepare
from idea.studies.stored import read_plan
from idea.studies.stored_network import StoredNetwork

from damage import damaged

MADE = {"units": [4, 8], "batch_size": [100, 1000], "epochs": "1-3", "seeds": "0-1"}
MADE |= {"held_out": 58_000, "sweeps": 1}


@pytest.fixture
def folder(small_study, tmp_path):
    return shutil.copytree(small_study.folder, tmp_path / "study")


def network_of(folder):
    return min(path for path in folder.iterdir() if path.is_dir())


def read_all(folder):
    network = StoredNetwork(network_of(folder))
    assert network.cell.name == network.folder.name
    assert network.timing.machine
    network.check_targets(read_plan(folder).targets)
    network.model()
    network.image(5)


# That may be anything, or nothing: what packages there were, the network's other files' sums.
FREE = {("sha256",), ("versions",), ("search", "start"), ("search", "freeze")}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["run.json", "timing.json", "study.json"])
def test_a_value_of_another_kind_is_named_with_its_file_and_key(folder, name):
    path = (folder if name == "study.json" else network_of(folder)) / name
    original = json.loads(path.read_text())
    count = 0
    for wrong, place, whole in damaged(original):
        path.write_text(json.dumps(whole))
        try:
            read_all(folder)
        except IdeaError as error:
            assert str(error).startswith((f"{path}: ", f"{path.parent}/"))
            assert place[0] in str(error) or "expected none" in str(error) or place[0] == "sha256"
            count += 1
        else:
            optional = wrong is None and place[:1] == ("search",)
            assert optional or place[:1] in FREE or place in FREE or wrong == "nothing"
    assert count > 50


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"a":' + b"9" * 5000]
)
def test_what_is_no_json_is_named(folder, data):
    for path in (folder / "study.json", network_of(folder) / "run.json"):
        whole = path.read_bytes()
        path.write_bytes(data)
        with pytest.raises(IdeaError, match=rf"{path.name}: expected "):
            prepare(Plan.parse(MADE), folder)
        path.write_bytes(whole)


@pytest.mark.parametrize(
    ("field", "array", "told"),
    [
        ("networks", np.array(["../x"]), r"networks\[0\]: expected a network's name, found '../x'"),
        (
            "networks",
            np.array(["a"]),
            "expected each network once and evaluators among them",
        ),
        ("digits", np.array([3.5]), r"digits\[0\]: expected a whole number in 0…9, found 3\.5"),
        ("digits", np.array([]), r"digits: expected one class or more, found \[\]"),
        ("answers", np.zeros(3, np.int8), r"answers: expected an array \(24, 24, 10\) of kind i"),
        ("answers", np.full((24, 24, 10), 10), "answers: expected values in 0…9, found others"),
        ("probabilities", np.full((24, 24, 10), np.nan), "probabilities: expected values in 0…1"),
        ("apart", np.zeros((24, 24)), r"apart: expected an array \(24, 24\) of kind b"),
        ("apart", np.array([None]), r"expected the readings of a study, found a damaged file \("),
    ],
)
def test_other_readings_are_named(folder, field, array, told):
    path = folder / "readings.npz"
    with np.load(path) as archive:
        arrays = dict(archive)
    np.savez(path, **{**arrays, field: array})
    with pytest.raises(IdeaError, match=rf"readings\.npz: {told}"):
        idea.Study(folder)


def test_a_network_under_another_name_is_noticed(folder):
    network = network_of(folder)
    moved = network.rename(folder / "mlp-u9-b100-e1-h58000-s0")
    with pytest.raises(IdeaError) as error:
        _ = StoredNetwork(moved).cell
    assert str(error.value).startswith(
        f"{moved}/run.json: network: expected {moved.name}, found '{network.name}'; delete "
    )


@pytest.mark.parametrize("name", [5, None, "", "a\0b", "a\nb", "a" * 5000, ["study"], "/dev/null"])
def test_what_is_no_studys_folder(name):
    with pytest.raises(IdeaError, match="expected "):
        idea.Study(name)


def test_figures_take_a_study_and_no_path(small_study):
    pytest.importorskip("matplotlib")
    from idea import figures

    for draw in (
        lambda: figures.forming(small_study.folder, 5),
        lambda: figures.mean_ideal(str(small_study.folder)),
        lambda: figures.transfer_matrix(None),
        lambda: figures.legibility_against(5),
        lambda: figures.network_ideals([]),
    ):
        with pytest.raises(IdeaError, match=r"expected an idea\.Study, found .*; idea\.Study\("):
            draw()
    for draw in (
        lambda: figures.forming(small_study, True),
        lambda: figures.digit_grid(small_study, "five"),
        lambda: figures.transfer_matrix(small_study, []),
        lambda: figures.ten_ideals(5),
        lambda: figures.energy_curves(["ideal"]),
    ):
        with pytest.raises(IdeaError, match=r"expected|must be"):
            draw()


def test_nothing_is_made_of_what_is_refused(tmp_path):
    for said in ({"units": 0}, {"reuse": tmp_path / "none"}, {"data": tmp_path / "none"}):
        with pytest.raises(IdeaError):
            idea.run_study(tmp_path / "a" / "b", **said)
    assert not list(tmp_path.iterdir())
