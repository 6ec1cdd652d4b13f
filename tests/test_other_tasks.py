"""The commands on networks of other tasks than MNIST's, run as a user would."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from PIL import Image

import idea
from idea import search
from idea.cli import common
from idea.files.weights.formats import write_weights
from idea.image import Task
from idea.networks.weights import Weights

from tasks import TALL, mlp_for

PETS = Task(6, 8, ("Cat", "Ankle boot", "../x", "10"))


@pytest.fixture
def pets(tmp_path):
    """A small network's file, which names its task."""
    model = mlp_for(PETS, 1)
    return write_weights(tmp_path / "pets.npz", Weights(model.layers, task=PETS))


@pytest.fixture
def bare(tmp_path):
    """One that doesn't."""
    model = mlp_for(TALL, 1)
    arrays = {
        f"l{number}/{part}": array
        for number, layer in enumerate(model.layers, 1)
        for part, array in zip("Wb", layer, strict=True)
    }
    path = tmp_path / "bare.npz"
    np.savez(path, **arrays)
    return path


def test_a_class_is_searched_for_by_its_label(run, tmp_path, pets):
    done = run("idea.search", "--model", pets, "--target", "ankle boot", "--gif", "--frames")
    line, files = done.stdout.splitlines()
    assert line.startswith("Ankle boot: energy ")
    assert files.split() == [f"ideas/idea_Ankle_boot.{k}" for k in ("png", "vf", "json", "gif")]
    expected = idea.find(idea.load_model(pets), 1)
    assert np.array_equal(idea.read_vf(tmp_path / files.split()[1], PETS), expected.image)
    with Image.open(tmp_path / files.split()[0]) as picture:
        assert picture.size[0] * 6 == picture.size[1] * 8
    record = json.loads((tmp_path / "ideas/idea_Ankle_boot.json").read_text())
    assert record["target"] == "Ankle boot"
    assert record["runner_up"] == PETS.label(expected.runner_up)
    again = run("idea.search", "--replay", "ideas/idea_Ankle_boot.json", "--out", "again").stdout
    assert "the dump is identical" in again
    assert (tmp_path / "ideas/x0000.vf").stat().st_size == 4 * PETS.pixels


def test_all_classes_are_the_default_and_share_a_sheet(run, tmp_path, pets):
    done = run("idea.search", "--model", pets, "--sweeps", 1)
    assert [line.partition(":")[0] for line in done.stdout.splitlines()[:4]] == list(PETS.classes)
    names = {path.name for path in (tmp_path / "ideas").glob("*.vf")}
    assert names == {"idea_Cat.vf", "idea_Ankle_boot.vf", "idea__x.vf", "idea_10.vf"}
    assert (tmp_path / "ideas/ideas.png").exists()
    other = run("idea.search", "--model", pets, "--sweeps", 1, "--target", "all", "--json")
    targets = [json.loads(line)["target"] for line in other.stdout.splitlines()]
    assert targets == list(PETS.classes)


def test_labels_come_before_indices(run, pets):
    options = ("--model", pets, "--sweeps", 1, "--json", "--target")
    for texts, labels in (
        (["10"], ["10"]),
        (["2", "0,Cat"], ["../x", "Cat"]),
        (["../x,10"], ["../x", "10"]),
    ):
        done = run("idea.search", *options, *texts)
        assert [json.loads(line)["target"] for line in done.stdout.splitlines()] == labels


def test_the_task_is_declared_for_a_file_without(run, tmp_path, bare):
    (tmp_path / "labels.txt").write_text("no\nyes\n", "utf-8")
    options = ("--model", bare, "--shape", "5x3", "--sweeps", 1)
    run("idea.search", *options, "--classes", "no, yes", "--target", "yes", "--out", "a")
    run("idea.search", *options, "--classes", "labels.txt", "--target", "yes", "--out", "b")
    run("idea.search", *options, "--target", "1", "--out", "c")
    dumps = [
        (tmp_path / f"{name}.vf").read_bytes() for name in ("a/idea_yes", "b/idea_yes", "c/idea_1")
    ]
    assert dumps[0] == dumps[1] == dumps[2]
    record = json.loads((tmp_path / "a/idea_yes.json").read_text())
    assert record["options"]["shape"] == [5, 3]
    assert record["options"]["classes"] == ["no", "yes"]
    run("idea.search", "--replay", "a/idea_yes.json", "--out", "again")
    # A converted file names its task.
    logits = run("idea.export", bare, "named.npz", "--shape", "5x3", "--classes", "no,yes").stdout
    assert idea.load_model(tmp_path / "named.npz").task == TALL
    assert run("idea.export", "--check", "named.npz").stdout == logits
    assert len(logits.split()) == 2


BAD = {
    "digit": (
        ["--model", "pets.npz", "--digit", "5"],
        "--digit is for networks of digits, found images of 6×8 and the classes Cat, Ankle boot, "
        "../x, 10: use --target",
    ),
    "both": (
        ["--target", "5", "--digit", "5"],
        "--digit and --target name the same: leave out one",
    ),
    "unknown": (
        ["--model", "pets.npz", "--target", "ankle bot"],
        "target must be one of Cat, Ankle boot, ../x, 10, or all alone, or a sum of "
        "logits, or a hidden unit such as layer2:17, not 'ankle bot'; did you "
        "mean Ankle boot?",
    ),
    "all": (
        ["--model", "pets.npz", "--target", "all", "Cat"],
        "target must be one of Cat, Ankle boot, ../x, 10, or all alone, or a sum of "
        "logits, or a hidden unit such as layer2:17, not 'all'",
    ),
    "no size": (
        ["--shape", "28"],
        "argument --shape: expected a size such as 28x28, found '28'",
    ),
    "too large": (
        ["--shape", "100x100"],
        "argument --shape: images must have 4…4,096 pixels, not 100×100",
    ),
    "no file": (
        ["--classes", "labels"],
        "argument --classes: labels: can't be read: No such file or directory",
    ),
    "not text": (
        ["--classes", "bare.npz"],
        "argument --classes: bare.npz: expected text in UTF-8",
    ),
    "dump": (
        ["--model", "pets.npz", "--start", "digit.vf"],
        "digit.vf: expected a dump of 192 bytes (48 float32), found 3136 bytes",
    ),
    "mask": (
        ["--model", "pets.npz", "--freeze", "digit.vf"],
        "digit.vf: expected a dump of 192 bytes (48 float32), found 3136 bytes",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_options_are_one_message_and_write_nothing(
    monkeypatch, capsys, tmp_path, pets, bare, case
):
    options, message = BAD[case]
    idea.write_vf(tmp_path / "digit.vf", np.zeros(784))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["idea.search", *options])
    assert common.run(search.main) == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"error: {message}")
    assert (err.count("\n"), out) == (1, "")
    assert not (tmp_path / "ideas").exists()


def test_an_attack_by_label(run, tmp_path, pets):
    model = idea.load_model(pets)
    image = np.random.default_rng(2).integers(2, size=PETS.shape)
    idea.write_vf(tmp_path / "x.vf", image, PETS)
    label = PETS.label(int(model.logits(image.reshape(1, -1).astype("f4")).argmax()))
    target = next(name for name in PETS.classes if name != label)
    done = run("idea.attack", "x.vf", "--model", pets, "--target", target, "--json")
    record = json.loads(done.stdout)
    assert (record["label"], record["target"], record["answer"]) == (label, target, target)
    expected = idea.fewest_flips(model, image, target)
    assert record["flips"] == list(expected.flips)
    after = idea.read_vf(tmp_path / "attacks/after.vf", PETS)
    assert np.array_equal(after, expected.after)
    for options, message in (
        (["x.vf", "--target", label], f"x.vf: is classified as {label} already; name another "),
        (["x.vf", "--target", "dog"], "target must be one of Cat, Ankle boot, ../x, 10, not 'dog'"),
        (
            ["--test", "3"],
            "no data set is known for images of 6×8 and the classes Cat, Ankle boot, ../x, 10: "
            "name one with --data",
        ),
    ):
        done = run("idea.attack", *options, "--model", "pets.npz", status=2)
        assert done.stderr.startswith(f"error: {message}")


def test_a_proof_by_label(run, tmp_path, pets):
    pytest.importorskip("highspy")
    done = run("idea.prove", "--model", pets, "--target", "Ankle boot", "Cat")
    header, *lines = done.stdout.splitlines()
    assert header.startswith("     class  best known")
    assert [line[:10] for line in lines if "proved" in line] == ["Ankle boot", "       Cat"]
    done = run("idea.prove", "--model", pets, "--target", "10", "--json")
    record = json.loads(done.stdout)
    assert record["target"] == "10"
    assert "digit" not in record
    idea.write_vf(tmp_path / "digit.vf", np.zeros(784))
    done = run("idea.prove", "--model", pets, "--target", "10", "--image", "digit.vf", status=2)
    assert done.stderr == (
        "error: digit.vf: expected a dump of 192 bytes (48 float32), found 3136 bytes\n"
    )
