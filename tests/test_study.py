"""python -m idea.study, run as a user would."""

from __future__ import annotations

import importlib.util
import json
import re

import pytest

import idea
from idea.networks.bundled import find_file

# With `mnist`, no command has to fetch it and say so.
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("mnist")]

pytest.importorskip("loky")
pytest.importorskip("torch")

SMALL = ("--held-out", 58_000, "--epochs", 1, "--sweeps", 1, "--digits", "3,5", "--jobs", 1)
"""Trained with 2,000 digits."""


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--units", "wide"], "--units: expected a whole number in 1…1000000, found 'wide'"),
        (["--jobs", "0"], "--jobs: expected a whole number, 1 or more, found 0"),
        (["--judges", "0"], "--judges: expected a whole number, 1 or more, found 0"),
        (["--steps", "9"], "--steps: greedy has no such option; it has sweeps"),
        (
            ["--seeds", "0-999999", "--epochs", "1-1000"],
            "--seeds: expected 100,000 values at most, found 1,000,000 or more; --max-networks "
            "allows more",
        ),
        (["grid.toml"], "grid.toml: units[1]: expected a whole number in 1…1000000, found 'many'"),
        (
            ["slip.toml", "--units", "4"],
            "slip.toml: smoth: a study has no such option; did you mean smooth?",
        ),
        (["no.toml"], "no.toml: can't be read: No such file or directory"),
        (
            ["--units", "16", "100"],
            "100 is no FILE.toml; several values are separated by commas: --units 16,100",
        ),
        (
            ["--arch", "lenet", "--units", "16"],
            "--units: applies to mlp, which is not in arch",
        ),
        (
            ["--batch-size", "60001"],
            "--batch-size: expected a whole number in 1…60000, found 60001",
        ),
        (["--out", "."], ".: is not empty and not a study; choose another folder"),
        (["--reuse", "nowhere"], "nowhere: expected the folder of another study"),
        (
            ["--data", "nowhere"],
            "nowhere: can't be read: No such file or directory; the names of data sets are mnist, "
            "fashion and digits8",
        ),
        (["--out", "file"], "file: can't create the folder: File exists"),
    ],
)
def test_bad_options_are_one_sentence(run, tmp_path, options, sentence):
    (tmp_path / "file").touch()
    (tmp_path / "grid.toml").write_text('units = [4, "many"]\n')
    (tmp_path / "slip.toml").write_text("units = 8\nsmoth = 1\n")
    assert run("idea.study", *options, status=2).stderr == f"error: {sentence}\n"
    assert {path.name for path in tmp_path.iterdir()} == {"file", "grid.toml", "slip.toml"}


@pytest.mark.skipif(importlib.util.find_spec("chainer") is not None, reason="it is installed here")
def test_a_missing_framework_is_found_out_before_the_work(run):
    done = run("idea.study", "--units", "4-9", "--framework", "chainer", status=2)
    assert done.stdout == ""
    assert done.stderr.startswith("error: --framework chainer needs a package")


def test_help_teaches(run):
    text = run("idea.study", "--help").stdout
    for said in ("--scheduler", "--reuse", "seeds = ", "examples:", "idea.compare", "0-4"):
        assert said in text


def test_a_study_is_made_added_to_and_kept_from_another_search(run, tmp_path):
    first = run("idea.study", "--units", 4, "--seeds", "0,1", *SMALL).stdout.splitlines()
    line = r"(mlp-u4-b1000-e1-h58000-s\d): test accuracy \d+\.\d\d %, \d+\.\d s"
    assert sorted(re.fullmatch(line, said)[1] for said in first[:2]) == [
        "mlp-u4-b1000-e1-h58000-s0",
        "mlp-u4-b1000-e1-h58000-s1",
    ]
    assert re.fullmatch(r"2 networks with 4 ideals: study/results\.(parquet|csv)", first[2])
    share = (
        r"legibility: on average \d+\.\d % of the other networks classify an ideal as the "
        "intended digit"
    )
    assert re.fullmatch(share, first[3])
    assert first[4] == "view them: python -m idea.compare study"
    plan = (tmp_path / "study/study.json").read_bytes()
    made = {path: path.stat().st_mtime_ns for path in (tmp_path / "study").glob("*/*")}
    assert len(made) == 2 * (2 + 4)

    more = run("idea.study", "--units", "4,5", "--seeds", "0,1", *SMALL).stdout.splitlines()
    assert more[0] == "2 of 4 networks are in study already"
    assert sorted(said.split(":")[0] for said in more[1:3]) == [
        "mlp-u5-b1000-e1-h58000-s0",
        "mlp-u5-b1000-e1-h58000-s1",
    ]
    assert all(path.stat().st_mtime_ns == time for path, time in made.items())
    assert len(idea.Study(tmp_path / "study").networks) == 4
    assert (tmp_path / "study/study.json").read_bytes() == plan

    other = run("idea.study", "--units", 4, *SMALL, "--smooth", 1, "--digits", 5, status=2)
    assert other.stderr == (
        "error: study: contains a study with other options: digits [3, 5], smooth 0.0; choose "
        "another folder: with --reuse study its networks need no training\n"
    )
    smooth = ("--units", "4,6", "--out", "smooth", "--reuse", "study", *SMALL, "--smooth", 1)
    assert run("idea.study", *smooth).stdout.startswith("1 of 2 networks are taken from study\n")
    annealed = ("--method", "anneal", *SMALL[:4], "--digits", "3,5")
    other = run("idea.study", "--units", 4, *annealed, status=2).stderr
    assert other.startswith(
        "error: study: contains a study with other options: method greedy, sweeps 1; choose "
    )


def test_the_command_line_overrules_the_file(run, tmp_path):
    (tmp_path / "grid.toml").write_text(
        "units = [4, 5]\nepochs = 1\nheld_out = 58000\nsmooth = 1\nadversarial = 0.2\n"
    )
    options = (
        "--units",
        6,
        "--smooth",
        0.5,
        "--adversarial",
        "0,0.1",
        "--digits",
        5,
        "--sweeps",
        1,
        "--jobs",
        1,
    )
    printed = run("idea.study", "grid.toml", *options).stdout.splitlines()
    # Of one seed and architecture.
    assert printed[-2] == "legibility: unknown: needs networks of several --seeds or --arch"
    said = json.loads((tmp_path / "study/study.json").read_text())
    assert said["search"]["smooth"] == 0.5
    study = idea.Study(tmp_path / "study")
    names = ("mlp-u6-b1000-e1-h58000-adv0.1-s0", "mlp-u6-b1000-e1-h58000-s0")
    assert set(study.networks) == set(names)
    assert [study.recipe(name).adversarial for name in names] == [0.1, 0]
    assert sorted(study.table["adversarial"].tolist()) == [0, 0.1]
    plain, robust = (study.folder / name / "model.dat" for name in names)
    assert plain.read_bytes() != robust.read_bytes()


def test_the_start_may_be_a_file_of_ones_own(run, tmp_path):
    """Workers may be in another folder; and the file's sum is kept with each network."""
    start = idea.find(idea.load_model(find_file("mlp")), 5, sweeps=1)
    start.save(tmp_path)
    run("idea.study", "--units", 4, *SMALL, "--start", "idea_5.vf")
    record = json.loads(next((tmp_path / "study").glob("*/run.json")).read_text())
    assert set(record["sha256"]) == {"model.dat", "metrics.csv", "idea_3.vf", "idea_5.vf", "start"}
    study = idea.Study(tmp_path / "study")
    (name,) = study.networks
    expected = idea.find(study.model(name), 3, sweeps=1, start=start.image)
    assert (study.image(name, 3) == expected.image).all()
