"""`idea.search --diverse`: the folders of the ideals, and their records."""

from __future__ import annotations

import json

import numpy as np
import pytest

import idea

DIGITS8 = ("--model", "digits8", "--target", "0")


def test_the_ideals_lie_in_folders_by_rank_and_replay(run, tmp_path):
    done = run("idea.search", *DIGITS8, "--diverse", 3, "--distance", 4, "--out", "found")
    assert done.stdout.splitlines()[-1] == "found/ideas.png"
    task = idea.load_model("digits8").task
    images, energies, seeds = [], [], []
    for rank in ("1", "2", "3"):
        images.append(idea.read_vf(tmp_path / "found" / rank / "idea_0.vf", task))
        record = json.loads((tmp_path / "found" / rank / "idea_0.json").read_text())
        energies.append(record["energy"])
        seeds.append(record["options"]["seed"])
        replayed = run("idea.search", "--replay", f"found/{rank}/idea_0.json", "--out", "again")
        assert "the dump is identical" in replayed.stdout
    assert energies == sorted(energies, reverse=True)
    assert len(set(seeds)) == 3
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert np.count_nonzero(images[one] != images[other]) >= 4


def test_too_few_are_counted(run):
    done = run("idea.search", *DIGITS8, "--diverse", 2, "--distance", 64)
    assert done.stderr.strip() == (
        "0: of 10 searches only 1 led to ideals that differ enough: lower --distance, or use "
        "--method mc, whose ideals differ more and score less"
    )
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--distance", "3"], "--distance is for --diverse"),
        (["--diverse", "0"], "--diverse must be a whole number, 1…1,000, not 0"),
        (["--diverse", "1000000000"], "--diverse must be a whole number, 1…1,000, not 1000000000"),
        (
            ["--diverse", "2", "--replay", "x.json"],
            "--replay takes its options from the record: leave out --diverse",
        ),
    ],
)
def test_errors(run, options, message):
    assert message in run("idea.search", *options, status=2).stderr
