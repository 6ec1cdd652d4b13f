"""Records: enough to make a dump again, or to say what differs."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

import idea
from idea.core.record import read_record, record
from idea.core.spec import Search
from idea.core.strategies import METHODS

from conftest import digest, write_dat
from damage import damaged


@pytest.fixture
def search(layers, tmp_path):
    model = write_dat(tmp_path / "m.dat", layers)
    start = idea.write_vf(tmp_path / "x.vf", np.random.default_rng(5).random(784))
    own = {"steps": 700}
    return Search("mc", str(model), str(start), seed=3, restarts=2, every=70, own=own)


@pytest.fixture
def written(search, tmp_path):
    prepared = search.prepare()
    (ideal,) = prepared.find([4])
    path = tmp_path / "idea_4.json"
    path.write_text(json.dumps(record(ideal, prepared)))
    return path, ideal


def test_a_record_names_everything_that_the_dump_depends_on(written, search):
    path, ideal = written
    fields = json.loads(path.read_text())
    assert fields["options"] == {
        "method": "mc",
        "model": search.model,
        "start": search.start,
        "seed": 3,
        "restarts": 2,
        "every": 70,
        "objective": "logit",
        "ink": 0.0,
        "smooth": 0.0,
        "freeze": None,
        "steps": 700,
    }
    assert fields["sha256"]["model"] == digest(search.model)
    assert fields["sha256"]["start"] == digest(search.start)
    dump = ideal.image.astype("<f4").tobytes()
    assert fields["sha256"]["dump"] == hashlib.sha256(dump).hexdigest()
    assert fields["energy"] == fields["logits"][4] == ideal.energy
    assert fields["versions"]["numpy"] == np.__version__


def test_a_replay_makes_the_same_dump(written, search):
    path, ideal = written
    replay = read_record(path)
    assert (replay.search, replay.target) == (search, 4)
    prepared = replay.search.prepare()
    replay.check_files(prepared)
    (again,) = prepared.find([4])
    replay.check_dump(again)
    assert np.array_equal(again.image, ideal.image)


def test_a_moved_model_can_be_named(written, search, tmp_path):
    path, _ = written
    moved = tmp_path / "moved.dat"
    (tmp_path / "m.dat").rename(moved)
    replay = read_record(path, model=str(moved))
    replay.check_files(replay.search.prepare())
    with pytest.raises(idea.IdeaError, match=r"m\.dat: can't be read: No such file"):
        read_record(path).search.prepare()


@pytest.mark.parametrize("part", ["model", "start"])
def test_another_file_is_noticed(written, search, part, tmp_path):
    path, _ = written
    file = getattr(search, part)
    before = digest(file)
    with open(file, "r+b") as stream:  # noqa: PTH123
        stream.write(b"\0\0\0\x3f")
    replay = read_record(path)
    with pytest.raises(idea.IdeaError) as error:
        replay.check_files(replay.search.prepare())
    assert str(error.value) == (
        f"{path}: the {part} differs: expected SHA-256 {before}, "
        f"found SHA-256 {digest(file)} in {file}"
    )


def test_another_dump_is_explained_by_the_versions(written, search):
    path, _ = written
    other = idea.find(idea.load_model(search.model), 4, "mc", seed=9, steps=700)
    with pytest.raises(idea.IdeaError) as error:
        read_record(path).check_dump(other)
    assert str(error.value) == (
        f"{path}: the replay gave another dump; nothing written "
        "(the versions are the same; the processor may be another)"
    )
    fields = json.loads(path.read_text())
    fields["versions"]["numpy"] = "1.0"
    path.write_text(json.dumps(fields))
    with pytest.raises(idea.IdeaError) as error:
        read_record(path).check_dump(other)
    assert str(error.value).endswith(f"(numpy was 1.0, is {np.__version__})")


def test_an_interrupted_search_cannot_be_replayed(written, search):
    path, ideal = written
    path.write_text(json.dumps(record(ideal, search.prepare(), interrupted=True)))
    with pytest.raises(idea.IdeaError) as error:
        read_record(path)
    assert str(error.value) == f"{path}: that search was interrupted; it can't be made again"


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("digit",), "5", "digit: expected a whole number in 0…9, found '5'"),
        (("digit",), 10, "digit: expected a whole number in 0…9, found 10"),
        (("digit",), True, "digit: expected a whole number in 0…9, found True"),
        (("interrupted",), 0, "interrupted: expected true or false, found 0"),
        (("sha256",), [], "sha256: expected an object, found []"),
        (
            ("sha256", "dump"),
            None,
            "sha256.dump: expected a SHA-256 of 64 hexadecimal digits, found None",
        ),
        (("versions",), None, "versions: expected an object, found None"),
        (
            ("versions", "numpy"),
            "1\x1b[2J",
            "versions.numpy: expected a version, found '1\\x1b[2J'",
        ),
        (("options", "seed"), "a", "options.seed: expected a whole number, 0 or more, found 'a'"),
        (("options", "seed"), 1.5, "options.seed: expected a whole number, 0 or more, found 1.5"),
        (
            ("options", "steps"),
            None,
            "options.steps: expected a whole number, 1 or more, found None",
        ),
        (
            ("options", "steps"),
            True,
            "options.steps: expected a whole number, 1 or more, found True",
        ),
        (
            ("options", "method"),
            ["mc"],
            f"options.method: expected one of {', '.join(METHODS)}, found ['mc']",
        ),
        (("options", "model"), 3, "options.model: expected a file's name or null, found 3"),
        (
            ("options", "start"),
            "a\0",
            "options.start: expected a file's name or null, found 'a\\x00'",
        ),
        (("options", "ink"), float("nan"), "options.ink: expected a number in {}, found nan"),
        (("options", "ink"), [0], "options.ink: expected a number in {}, found [0]"),
    ],
)
def test_an_invalid_record_is_refused_by_file_key_and_value(written, place, value, message):
    path, _ = written
    fields = json.loads(path.read_text())
    inner = fields if len(place) == 1 else fields[place[0]]
    inner[place[-1]] = value
    path.write_text(json.dumps(fields))
    with pytest.raises(idea.IdeaError) as error:
        read_record(path)
    assert str(error.value) == f"{path}: {message.format('-1000000…1000000')}"


def test_an_option_that_its_method_does_not_have_is_named(written):
    path, _ = written
    fields = json.loads(path.read_text())
    fields["options"]["sweeps"] = 3
    path.write_text(json.dumps(fields))
    with pytest.raises(idea.IdeaError) as error:
        read_record(path)
    assert str(error.value) == (
        f"{path}: options: expected no other keys than method, model, start, seed, restarts, "
        "every, objective, ink, smooth, freeze, prior, prior_weight, shape, classes, input, "
        "activation, steps, found sweeps"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 200_000, "expected JSON, found something else ("),
        ("", "expected JSON, found something else ("),
        ("five", "expected JSON, found something else ("),
        ("[]", "expected a JSON object, found []"),
        ("{}", "digit or target: expected a class, found nothing"),
        ('{"digit": 5}', "interrupted: expected true or false, found nothing"),
        ('{"digit": 5, "options": 5}', "options: expected an object, found 5"),
        ('{"digit": ' + "9" * 5000 + "}", "expected JSON, found something else ("),
    ],
)
def test_what_is_not_a_record_is_refused(tmp_path, text, message):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(idea.IdeaError) as error:
        read_record(path)
    assert str(error.value).startswith(f"{path}: {message}")
    with pytest.raises(idea.IdeaError, match="can't be read: No such file"):
        read_record(tmp_path / "b.json")


def test_whatever_a_record_holds_is_read_or_named(written):
    """Only what a replay doesn't need, and records of old versions lack, may be missing."""
    path, _ = written
    fields = json.loads(path.read_text())
    needed = {"digit", "interrupted", "options", "sha256", "versions"}
    for wrong, place, whole in damaged(fields):
        path.write_text(json.dumps(whole))
        try:
            read_record(path)
        except idea.IdeaError as error:
            assert str(error).startswith(f"{path}: {place[0]}")
        else:
            is_free = place[0] in ("real_digits", "runner_up", "versions") or place[-1] in (
                "freeze",
                "start",
            )
            is_late = place[-1] in (
                "objective",
                "ink",
                "smooth",
                "steps",
                "model",
                "best_gain_left",
            )
            assert is_free or is_late or place[0] not in needed
            assert is_free or is_late or wrong == "nothing"
