"""`python -m idea.search --replay`: the same dump again, or what differs."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

import idea

from conftest import digest, random_layers, write_dat

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "options",
    [
        ["--method", "greedy"],
        ["--method", "mc"],
        ["--method", "best", "--starts", "3", "--patience", "4"],
        ["--method", "guided", "--objective", "margin", "--ink", "0.01", "--freeze", "unused"],
    ],
)
def test_replay_makes_the_same_dump_to_the_byte(run, tmp_path, model, options):
    run("idea.search", *options, "--model", model, "--seed", 7, "--restarts", 2)
    done = run("idea.search", "--replay", "ideas/idea_5.json", "--out", "again")
    assert "the dump is identical to that of ideas/idea_5.json" in done.stdout
    first, second = (tmp_path / f"{folder}/idea_5.vf" for folder in ("ideas", "again"))
    assert first.read_bytes() == second.read_bytes()


def test_a_record_from_before_there_were_objectives_is_replayed(run, tmp_path, model):
    run("idea.search", "--model", model)
    path = tmp_path / "ideas/idea_5.json"
    record = json.loads(path.read_text())
    for name in ("objective", "ink", "smooth", "freeze"):
        del record["options"][name]
    del record["sha256"]["freeze"]
    path.write_text(json.dumps(record))
    done = run("idea.search", "--replay", "ideas/idea_5.json")
    assert "the dump is identical" in done.stdout


def test_the_frozen_pixels_file_is_part_of_the_record(run, tmp_path, model):
    held = np.zeros(784, np.float32)
    held[100:300] = 1
    idea.write_vf(tmp_path / "held.vf", held)
    run("idea.search", "--model", model, "--freeze", "held.vf", "--smooth", "0.02")
    record = json.loads((tmp_path / "ideas/idea_5.json").read_text())
    assert record["sha256"]["freeze"] == digest(tmp_path / "held.vf")
    assert not idea.read_vf(tmp_path / "ideas/idea_5.vf").ravel()[100:300].any()
    (tmp_path / "held.vf").rename(tmp_path / "moved.vf")
    run("idea.search", "--replay", "ideas/idea_5.json", "--freeze", "moved.vf")
    idea.write_vf(tmp_path / "moved.vf", held[::-1].copy())
    done = run("idea.search", "--replay", "ideas/idea_5.json", "--freeze", "moved.vf", status=2)
    assert done.stderr.startswith("error: ideas/idea_5.json: the freeze differs: expected SHA-256")


def test_a_search_that_the_clock_ended_is_not_replayed(run, model):
    run("idea.search", "--model", model, "--method", "best", "--seconds", "0.05")
    done = run("idea.search", "--replay", "ideas/idea_5.json", status=2)
    assert done.stderr == (
        "error: ideas/idea_5.json: that search was ended by the clock (--seconds); it can't be "
        "made again\n"
    )


def test_a_replay_writes_where_its_record_lies(run, tmp_path, model):
    run("idea.search", "--model", model, "--out", "a")
    run("idea.search", "--model", model, "--seed", 9)
    before = (tmp_path / "ideas/idea_5.vf").read_bytes()
    (tmp_path / "a/idea_5.png").unlink()
    run("idea.search", "--replay", "a/idea_5.json")
    assert (tmp_path / "a/idea_5.png").exists()
    assert (tmp_path / "ideas/idea_5.vf").read_bytes() == before


def test_replay_with_another_model_writes_nothing(run, tmp_path, model):
    run("idea.search", "--model", model)
    before = {path: path.read_bytes() for path in (tmp_path / "ideas").iterdir()}
    write_dat(model, random_layers(16, 1))
    done = run("idea.search", "--replay", "ideas/idea_5.json", status=2)
    record = json.loads((tmp_path / "ideas/idea_5.json").read_text())
    assert done.stderr == (
        f"error: ideas/idea_5.json: the model differs: expected SHA-256 "
        f"{record['sha256']['model']}, found SHA-256 {digest(model)} in {model}\n"
    )
    assert {path: path.read_bytes() for path in (tmp_path / "ideas").iterdir()} == before


def test_replay_says_so_when_the_dump_differs(run, tmp_path, model):
    run("idea.search", "--model", model)
    path = tmp_path / "ideas/idea_5.json"
    record = json.loads(path.read_text())
    record["options"]["seed"] = 1
    path.write_text(json.dumps(record))
    before = (tmp_path / "ideas/idea_5.vf").read_bytes()
    done = run("idea.search", "--replay", "ideas/idea_5.json", status=2)
    assert "the replay gave another dump; nothing written" in done.stderr
    assert (tmp_path / "ideas/idea_5.vf").read_bytes() == before


def test_what_came_through_a_pipe_is_recorded_right(tmp_path, model, run):
    start = idea.write_vf(tmp_path / "x.vf", np.full(784, 0.25))
    command = f"{sys.executable} -m idea.search --model <(cat {model}) --start <(cat {start})"
    subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, check=True)
    options = ("--replay", "ideas/idea_5.json", "--model", model, "--start", start)
    assert "the dump is identical" in run("idea.search", *options).stdout
