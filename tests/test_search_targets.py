"""`python -m idea.search` for hidden units, sums of logits, and what is minimised."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import idea
from idea.core.record import reference
from idea.core.target import as_target
from idea.files.weights.formats import write_weights
from idea.image import Task
from idea.networks.weights import Weights
from idea.studies.plan import Plan

from conftest import digest
from tasks import cnn_for

PETS = Task(6, 8, ("cat", "t-shirt", "layer1:0"))

pytest.importorskip("onnx")

_LINE = re.compile(
    r"(\S+): energy (-?[\d.]+), classified as (cat|t-shirt|layer1:0) with probability [\d.]{6}, "
    r"(local optimum|no local optimum \(best gain left \S+\)), [\d,]+ flips evaluated in [\d.]+ s"
)


@pytest.fixture
def pets(tmp_path):
    """A small CNN's file, which names its task."""
    model = cnn_for(PETS, 1)
    weights = Weights(model.layers, model.convolutions, task=PETS)
    return write_weights(tmp_path / "pets.onnx", weights)


def test_each_target_has_its_files_its_line_and_its_place_on_the_sheet(run, tmp_path, pets):
    texts = ["conv1:2@3,1,layer1:1", "t-shirt-2*cat", "conv2:random1"]
    done = run("idea.search", "--model", pets, "--target", *texts, "--gif", "--frames")
    lines = done.stdout.splitlines()
    assert lines[4] == "ideas/ideas.png"
    targets = ["conv1:2@3,1", "layer1:1", "t-shirt-2*cat", "conv2:random1"]
    names = ["conv1_2_3_1", "layer1_1", "t-shirt-2xcat", "conv2_random1"]
    model = idea.load_model(pets)
    for name, target, line in zip(names, targets, lines[:4], strict=True):
        expected = idea.find(model, target)
        found = _LINE.fullmatch(line)
        assert found[1] == target
        assert float(found[2]) == pytest.approx(expected.energy, abs=1e-4)
        assert PETS.index(found[3]) == expected.prediction
        dump = tmp_path / f"ideas/idea_{name}.vf"
        assert np.array_equal(idea.read_vf(dump, PETS), expected.image)
        record = json.loads(dump.with_suffix(".json").read_text())
        assert (record["target"], record["value"]) == (target, expected.value)
        assert record["logits"] == expected.logits.tolist()
        assert record["real_digits"] is None
        assert not {"digit", "logit", "probability", "margin", "runner_up"} & record.keys()
        assert dump.with_suffix(".gif").is_file()
        assert (tmp_path / f"ideas/frames_{name}/x0000.vf").is_file()
    for name in names[:2]:
        again = run("idea.search", "--replay", f"ideas/idea_{name}.json", "--out", "again")
        assert "the dump is identical" in again.stdout


def test_a_label_wins(run, pets):
    done = run("idea.search", "--model", pets, "--target", "layer1:0", "--json")
    record = json.loads(done.stdout)
    assert (record["target"], record["logit"]) == ("layer1:0", record["logits"][2])


def test_the_least_is_printed_recorded_and_found_again(run, tmp_path, pets):
    done = run("idea.search", "--model", pets, "--target", "cat", "--minimise")
    line, files = done.stdout.splitlines()
    expected = idea.find(idea.load_model(pets), "cat", minimise=True)
    assert line.startswith(
        f"least cat: energy {expected.energy:.4f}, minus the logit, probability "
        f"{expected.probability:.4f}, runner-up {PETS.label(expected.runner_up)}, margin "
    )
    assert files.split()[0] == "ideas/idea_least_cat.png"
    record = json.loads((tmp_path / "ideas/idea_least_cat.json").read_text())
    assert (record["target"], record["minimise"]) == ("cat", True)
    assert record["logit"] == -record["energy"] == record["logits"][0]
    again = run("idea.search", "--replay", "ideas/idea_least_cat.json", "--out", "again")
    assert "the dump is identical" in again.stdout
    ((dumped,),) = [list((tmp_path / "again").glob("*.vf"))]
    assert dumped.name == "idea_least_cat.vf"


def test_penalties_are_named_beside_the_value(run, pets):
    options = ("--model", pets, "--target", "conv1:0", "--ink", "0.1")
    line = run("idea.search", *options).stdout.splitlines()[0]
    found = re.match(
        r"conv1:0: energy \S+ \(value, minus 0\.1 for each white pixel\), value ", line
    )
    assert found
    line = run("idea.search", *options, "--minimise").stdout.splitlines()[0]
    assert " (minus the value, minus 0.1 for each white pixel), value " in line


def test_the_file_of_a_direction_is_part_of_the_record(run, tmp_path, pets):
    np.save(tmp_path / "w.npy", np.arange(6))
    run("idea.search", "--model", pets, "--target", "layer1@w.npy")
    path = tmp_path / "ideas/idea_layer1_w.npy.json"
    assert json.loads(path.read_text())["sha256"]["direction"] == digest(tmp_path / "w.npy")
    assert "identical" in run("idea.search", "--replay", path, "--out", "again").stdout
    np.save(tmp_path / "w.npy", np.arange(6)[::-1])
    done = run("idea.search", "--replay", path, status=2)
    assert done.stderr.startswith(f"error: {path}: the direction differs: expected SHA-256 ")
    assert done.stderr.endswith(" in layer1@w.npy\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--target", "layer1:1", "--objective", "margin"],
            "the objective margin compares a class with the others, which layer1:1 can't be: only "
            "logit is possible",
        ),
        (["--target", "conv3:1"], "there is no conv3: the network has 2 convolutions"),
        (
            ["--target", "dog"],
            "target must be one of cat, t-shirt, layer1:0, or all alone, or a sum of "
            "logits, or a hidden unit such as layer2:17, not 'dog'",
        ),
        (
            ["--replay", "ideas/idea_cat.json", "--minimise"],
            "--replay takes its options from the record: leave out --minimise",
        ),
    ],
)
def test_wrong_targets_are_one_message(run, tmp_path, pets, options, message):
    model = [] if "--replay" in options else ["--model", pets]
    done = run("idea.search", *model, *options, status=2)
    assert done.stderr == f"error: {message}\n"
    assert not (tmp_path / "ideas").exists()


@pytest.mark.parametrize("target", ["layer2:17", "5-3"])
def test_what_needs_a_class_says_so(run, target):
    message = (
        f"expected a class, found {target}: hidden units and sums of logits are targets of "
        "python -m idea.search and idea.prove alone"
    )
    done = run("idea.attack", "--test", 0, "--target", target, status=2)
    assert done.stderr == f"error: {message}\n"
    with pytest.raises(idea.IdeaError, match=message):
        Plan.parse({"targets": target})


def test_real_images_are_a_reference_for_every_target(mnist):
    model = idea.load_model()
    images = mnist.test_images[:1000].reshape(-1, 784).astype(np.float32) / np.float32(255)
    logits = model.logits(images)
    found = reference(as_target(model, "5-3"), None)
    assert found == pytest.approx(
        [(logits[:, 5] - logits[:, 3]).max(), np.median(logits[:, 5] - logits[:, 3])], abs=1e-4
    )
    least = reference(as_target(model, 5, minimise=True), "mlp")
    assert least == pytest.approx([logits[:, 5].min(), np.median(logits[:, 5])], abs=1e-4)
    assert reference(as_target(model, 5), "mlp").strongest == pytest.approx(38.881)


def test_two_numbers_of_input_are_one_word(run):
    done = run("idea.search", "--input", "0.1307", "0.3081", status=2)
    assert done.stderr == "error: --input takes one word: did you mean 0.1307,0.3081?\n"
    done = run("idea.search", "--input", "255", status=2)
    assert done.stderr.startswith("error: argument --input: expected a range such as 0..255")
    assert done.stderr.endswith("found '255'; did you mean 0..255?\n")
