"""train.py with other data than MNIST."""

from __future__ import annotations

import json
import re

import pytest
from letters import LETTERS, write_letters

import idea

from conftest import ROOT, as_floats

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("torch_forks")]

TRAIN = ROOT / "train.py"


def test_letters_of_a_folder_are_trained_opened_and_searched(
    run, run_framework, framework, tmp_path
):
    write_letters(tmp_path / "emnist")
    outs = ["letters.npz", *(["letters.safetensors"] if framework == "torch" else [])]
    common = ("--data", "emnist", "--classes", ",".join(LETTERS), "--transpose")
    options = ("--framework", framework, "--units", 32, "--learning-rate", 0.003, "--out", *outs)
    said = run_framework(TRAIN, *common, *options, "--epochs", 6).stdout
    accuracy = float(re.search(r"test accuracy (\d\d\.\d\d) % on 208 images\n", said)[1])
    assert accuracy > 80
    record = json.loads((tmp_path / "result/run.json").read_text())
    assert record["data"] == "emnist"
    assert record["images"] == {"training": 624, "validation": 208, "test": 208}
    assert record["arguments"]["batch_size"] == 10
    for out in outs:
        model = idea.load_model(tmp_path / out)
        assert model.task == idea.Task(28, 28, LETTERS)
        ideal = idea.find(model, "q", sweeps=2)
        assert (ideal.label, ideal.probability > 0.9) == ("q", True)
    run("idea.search", "--model", outs[0], "--target", "q", "--sweeps", 2)
    assert (tmp_path / "ideas/idea_q.vf").stat().st_size == 3136
    resume = run_framework(TRAIN, *options, "--resume", status=2).stderr
    assert resume.endswith("found one with --batch-size 10, the data set emnist\n")


def test_what_makes_it_robust_is_part_of_the_recipe(run_framework, framework, tmp_path):
    write_letters(tmp_path / "emnist", train=2, test=1)
    common = ("--data", "emnist", "--classes", ",".join(LETTERS), "--transpose", "--units", 4)
    common += ("--framework", framework, "--out", "letters.npz", "--epochs", 1)
    robust = ("--adversarial-flips", 9, "--adversarial-steps", 2, "--pixel-noise", 0.05)
    robust += ("--augment", "rotate,shift")
    run_framework(TRAIN, *common, *robust)
    record = json.loads((tmp_path / "result/run.json").read_text())
    wanted = {"adversarial": 0, "adversarial_flips": 9, "adversarial_steps": 2}
    wanted |= {"pixel_noise": 0.05, "augment": "shift+rotate"}
    assert record["arguments"].items() >= wanted.items()
    refused = run_framework(TRAIN, *common, "--resume", status=2).stderr
    assert refused.endswith(
        "found one with --adversarial-flips 9, --adversarial-steps 2, --pixel-noise 0.05, "
        "--augment shift+rotate\n"
    )


def test_a_network_for_small_images(run_torch, digits8, tmp_path):
    pytest.importorskip("safetensors")
    options = ("--framework", "torch", "--data", "digits8", "--units", 16, "--epochs", 6)
    options += ("--learning-rate", 0.01)
    said = run_torch(TRAIN, *options).stdout
    assert re.search(r"^mlp\.safetensors: test accuracy 9\d\.\d\d % on 360 digits\n", said, re.M)
    model = idea.load_model(tmp_path / "mlp.safetensors")
    assert model.task == digits8.task
    found = model.logits(as_floats(digits8.test_images)).argmax(axis=1)
    record = json.loads((tmp_path / "result/run.json").read_text())
    assert (found == digits8.test_labels).mean() == pytest.approx(record["accuracy"]["test"])
    assert record["data_sha256"] == digits8.checksums()


def test_images_too_small_for_the_pools_are_one_message(run_torch, digits8):
    for arch in ("lenet", "convnet"):
        done = run_torch(TRAIN, "--data", "digits8", "--arch", arch, status=2)
        assert done.stderr == ("error: images of 8×8 are too small for this architecture's pools\n")


def test_a_format_for_digits_alone_is_refused_for_other_tasks(
    run_framework, framework, digits8, tmp_path
):
    options = ("--framework", framework, "--data", "digits8", "--out", "m.dat")
    assert run_framework(TRAIN, *options, status=2).stderr == (
        "error: m.dat: a .dat holds a network for 28×28 digits, found one for images of 8×8 and "
        "the classes 0…9; .npz, .safetensors and .onnx hold others\n"
    )
    assert not list(tmp_path.iterdir())
