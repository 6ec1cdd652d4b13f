"""`python -m idea.prove`, run as a user would."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest

import idea
from idea.files.weights.formats import write_weights
from idea.image import Task
from idea.networks.weights import Weights
from idea.verification.crown import reach

from conftest import random_convolutions, random_layers, write_dat
from tasks import mlp_for, sums_of

LINE = re.compile(
    r" {4}(\d)  +(-?\d+\.\d{4})  +(-?\d+\.\d{4})  +(-?\d+\.\d{4})  ([^;]+)"
    r"(?:; ([\d,]+) subproblems in \d+\.\d s)?"
)
PROVED = re.compile(r"proved optimal, to a millionth: no image scores higher than (-?\d+\.\d{4})")


@pytest.fixture
def solver():
    return pytest.importorskip("highspy")


@pytest.fixture
def small(tmp_path):
    """A network of three units a layer, which is proved in no time."""
    return write_dat(tmp_path / "small.dat", random_layers(3, 1))


def test_a_small_network_is_proved(run, solver, small, tmp_path):
    done = run("idea.prove", "--model", small)
    header, line, *rest = done.stdout.splitlines()
    assert header == "digit  best known   intervals  linear bounds  verdict"
    digit, best, interval, linear, verdict, parts = LINE.fullmatch(line).groups()
    assert digit == "5"
    assert float(best) <= float(PROVED.fullmatch(verdict)[1]) <= float(best) + 2e-4
    assert float(best) < float(linear) <= float(interval)
    assert int(parts) >= 1
    assert done.stderr == ""
    found = idea.find(idea.load_model(small), 5, restarts=20)
    assert found.energy <= float(best) + 1e-4
    if rest:
        assert rest[0].endswith("proofs/idea_5.vf proofs/idea_5.png")
    assert (tmp_path / "proofs").exists() == bool(rest)


def test_a_better_image_is_kept(run, solver, small, tmp_path):
    idea.write_vf(tmp_path / "black.vf", np.zeros(784))
    done = run("idea.prove", "--model", small, "--image", "black.vf", "--out", "o", "--json")
    record = json.loads(done.stdout)
    model = idea.load_model(small)
    assert record["began_at"] == model.logits(np.zeros((1, 784), np.float32))[0, 5]
    assert record["files"] == ["o/idea_5.vf", "o/idea_5.png"]
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == ["idea_5.png", "idea_5.vf"]
    image = idea.read_vf(tmp_path / "o/idea_5.vf").reshape(1, 784)
    assert record["value"] == model.logits(image)[0, 5] > record["began_at"]
    bounds = [record[key] for key in ("value", "bound", "exact", "linear", "interval")]
    assert bounds == sorted(bounds)
    assert PROVED.fullmatch(record["verdict"])
    assert (record["digit"], record["model"], record["interrupted"]) == (5, str(small), False)
    # And from there nothing is left to find.
    again = run("idea.prove", "--model", small, "--image", "o/idea_5.vf", "--json")
    assert json.loads(again.stdout)["files"] == []
    assert json.loads(again.stdout)["value"] == record["value"]


@pytest.mark.slow
def test_all_digits_have_a_line_each(run, small):
    done = run("idea.prove", "--model", small, "--digit", "all", "--bounds")
    lines = [LINE.fullmatch(line) for line in done.stdout.splitlines()[1:]]
    assert [line[1] for line in lines] == list("0123456789")
    reached = reach(idea.load_model(small))
    for line, weights in zip(lines, np.eye(10), strict=True):
        assert line[6] is None
        assert float(line[3]) == pytest.approx(reached.interval(weights), abs=1e-4)
        assert float(line[4]) == pytest.approx(reached.linear(weights), abs=1e-4)


def test_the_time_limit_is_respected_and_the_bound_printed(run, solver, model):
    done = run("idea.prove", "--model", model, "--seconds", "0.01", "--json")
    record = json.loads(done.stdout)
    assert record["value"] < record["bound"] <= record["linear"]
    assert "optimal" not in record["verdict"]


@pytest.mark.slow
def test_a_large_network_gets_bounds_alone(run, tmp_path):
    layers = random_layers(65, 0)
    done = run("idea.prove", "--model", write_dat(tmp_path / "m.dat", layers), "--json")
    record = json.loads(done.stdout)
    assert record["exact"] is None
    assert record["bound"] == record["linear"] > record["value"]
    assert re.fullmatch(r"no useful bound \(\d+ times the best known\)", record["verdict"])
    assert done.stderr == ""


@pytest.mark.slow
def test_a_cnn_gets_bounds_alone(run, tmp_path):
    onnx = pytest.importorskip("onnx")
    assert onnx
    from idea.files.weights.formats import write_weights
    from idea.networks.weights import Weights

    convolutions, layers = random_convolutions([(2, 3, True)], [5], 0)
    write_weights(tmp_path / "m.onnx", Weights(tuple(layers), tuple(convolutions)))
    done = run("idea.prove", "--model", "m.onnx")
    assert LINE.fullmatch(done.stdout.splitlines()[1])[6] is None
    assert run("idea.prove", "--model", "m.onnx", "--seconds", 1, status=2).stderr == (
        "error: an exact proof needs an MLP, found CNN(1×28×28, 2×13×13, 5, 10): "
        "leave out --seconds\n"
    )


def test_without_the_solver_there_are_bounds_and_the_install_line(run, small, tmp_path):
    (tmp_path / "highspy.py").write_text("raise ImportError('no such luck')")
    done = run("idea.prove", "--model", small, PYTHONPATH=str(tmp_path))
    assert LINE.fullmatch(done.stdout.splitlines()[1])[6] is None
    assert done.stderr == (
        "bounds only: an exact proof needs a package that is not installed (no such luck): "
        "pip install highspy\n"
    )


@pytest.mark.usefixtures("solver")
def test_units_and_sums_are_bounded_over_all_images(run, tmp_path):
    task = Task(3, 2, ("a", "b"))
    model = mlp_for(task, 3)
    path = write_weights(tmp_path / "m.npz", Weights(model.layers, task=task))
    values = {}
    for image in itertools.product([0, 1], repeat=6):
        sums = sums_of(model, np.array(image))
        for name, value in (
            ("layer1:4", sums["layer1"][4]),
            ("layer2:1", sums["layer2"][1]),
            ("a-2*b", sums["layer3"] @ [1, -2]),
        ):
            values[name] = max(value, values.get(name, -np.inf))
    done = run("idea.prove", "--model", path, "--target", *values, "--json")
    for (name, highest), line in zip(values.items(), done.stdout.splitlines(), strict=True):
        record = json.loads(line)
        assert record["target"] == name
        assert record["value"] == pytest.approx(highest, abs=1e-5)
        assert record["value"] <= record["exact"] <= record["value"] + 1e-5
    header, line, *_ = run("idea.prove", "--model", path, "--target", *values).stdout.splitlines()
    assert header.startswith("   class  best known")
    assert line.startswith(f"layer1:4  {values['layer1:4']:10.4f}  ")


@pytest.mark.slow
def test_ctrl_c_gives_what_is_proved_so_far(solver, tmp_path):
    write_dat(tmp_path / "m.dat", random_layers(40, 0))
    idea.write_vf(tmp_path / "black.vf", np.zeros(784))
    arguments = ["--model", "m.dat", "--image", "black.vf", "--seconds", "100", "--out", "o"]
    with subprocess.Popen(
        [sys.executable, "-m", "idea.prove", *arguments],
        cwd=tmp_path,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout.readline().startswith("digit")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "interrupted: stopped before the proof was complete\n"
    line = LINE.fullmatch(out.splitlines()[0])
    assert float(line[2]) < float(line[4])
    assert "optimal" not in line[5]
    better = idea.read_vf(tmp_path / "o/idea_5.vf").reshape(1, 784)
    value = idea.load_model(tmp_path / "m.dat").logits(better)[0, 5]
    assert float(line[2]) == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--digit", "12"], "digit must be one of 0…9, or all alone, not '12'"),
        (["--seconds", "0"], "seconds must be a number, more than 0, not 0.0"),
        (
            ["--seconds", "nan"],
            "argument --seconds: expected a number, such as 0.5, not 'nan'",
        ),
        (["--image", "none.vf"], "none.vf: can't be read: No such file or directory"),
        (["--image", "grey.vf"], "grey.vf: expected a binary image, of 0 and 1, found greys"),
        (
            ["--image", "grey.vf", "--digit", "all"],
            "--image is an image of one class: name one --target",
        ),
        (
            ["--prior", "digits"],
            "--prior: the bounds are of a network's value alone, and with a prior the energy isn't "
            "piecewise linear: leave it out",
        ),
    ],
)
def test_wrong_input_is_one_message(run, small, tmp_path, arguments, message):
    idea.write_vf(tmp_path / "grey.vf", np.full(784, 0.5))
    done = run("idea.prove", "--model", small, *arguments, status=2)
    assert done.stderr == f"error: {message}\n"
    assert done.stdout == ""


def test_the_image_to_begin_with_is_not_overwritten(run, solver, small, tmp_path):
    (tmp_path / "proofs").mkdir()
    idea.write_vf(tmp_path / "proofs/idea_5.vf", np.zeros(784))
    done = run("idea.prove", "--model", small, "--image", "proofs/idea_5.vf", status=2)
    assert done.stderr == (
        "error: proofs/idea_5.vf would be overwritten by a better image: name another --out\n"
    )
    assert idea.read_vf(tmp_path / "proofs/idea_5.vf").max() == 0


def test_help_teaches(run):
    record = run("idea.prove", "--help").stdout
    assert "examples:" in record
    assert "python -m idea.prove --model small.dat --digit all" in record
