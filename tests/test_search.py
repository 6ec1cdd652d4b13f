"""`python -m idea.search`, run as a user would."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import idea
from idea.core.strategies import METHODS
from idea.networks.bundled import BUNDLED

from conftest import (
    BUNDLED_MLP,
    LINE,
    digest,
    frames_of,
    pixels_of,
    random_layers,
    video_of,
    write_dat,
)


def test_the_main_job(run, tmp_path):
    done = run("idea.search", "--digit", 5, "--gif")
    line, files = done.stdout.splitlines()
    assert LINE.fullmatch(line)
    assert files.split() == [f"ideas/idea_5.{kind}" for kind in ("png", "vf", "json", "gif")]
    assert done.stderr == ""
    assert sorted(p.name for p in (tmp_path / "ideas").iterdir()) == sorted(
        name.removeprefix("ideas/") for name in files.split()
    )
    image = idea.read_vf(tmp_path / "ideas/idea_5.vf")
    expected = idea.find(idea.load_model(), 5)
    assert np.array_equal(image, expected.image)
    assert float(LINE.fullmatch(line)[2]) == pytest.approx(expected.energy, abs=1e-4)
    picture = pixels_of(tmp_path / "ideas/idea_5.png")
    assert np.array_equal(picture[::10, ::10], image * 255)
    # From noise, of which hardly a pixel is black or white, to the ideal.
    # Below the images are captions.
    gif = frames_of(tmp_path / "ideas/idea_5.gif")
    frames = [frame[:280:10, ::10] for frame, _ in gif]
    assert (gif[0][0][280:] > 200).any()
    assert np.isin(frames[0], (0, 255)).mean() < 0.05
    assert np.array_equal(frames[-1], image * 255)


def test_all_digits_share_a_start_and_give_a_sheet(run, tmp_path, model):
    done = run("idea.search", "--digit", "all", "--model", model, "--frames", "--out", "o")
    lines = done.stdout.splitlines()
    assert [LINE.fullmatch(line)[1] for line in lines[:10]] == list("0123456789")
    assert lines[10] == "o/ideas.png"
    starts = {(tmp_path / f"o/frames_{d}/x0000.vf").read_bytes() for d in range(10)}
    assert len(starts) == 1
    alone = run("idea.search", "--digit", 7, "--model", model, "--out", "p")
    assert LINE.fullmatch(alone.stdout.splitlines()[0])[2] == LINE.fullmatch(lines[7])[2]
    assert (tmp_path / "o/idea_7.vf").read_bytes() == (tmp_path / "p/idea_7.vf").read_bytes()


def test_lists_of_digits(run, model):
    for text in (["0,3", "5"], ["0", "3", "5"], ["0,3,5,3"]):
        done = run("idea.search", "--digit", *text, "--model", model)
        assert [line[:3] for line in done.stdout.splitlines()[:3]] == ["0: ", "3: ", "5: "]


def test_frames_are_numbered_dumps(run, tmp_path, model):
    run("idea.search", "--method", "mc", "--frames", "--model", model)
    frames = sorted((tmp_path / "ideas").glob("x*.vf"))
    assert [path.name for path in frames] == [f"x{n:04d}.vf" for n in range(50)]
    start = np.random.default_rng(0).random(784, np.float32)
    assert np.array_equal(idea.read_vf(frames[0]).ravel(), start)
    run("idea.search", "--frames", "--model", model, "--sweeps", 1)
    assert len(list((tmp_path / "ideas").glob("x*.vf"))) == 4


def test_json_for_scripts(run, tmp_path, model):
    done = run("idea.search", "--digit", "2,4", "--json", "--model", model, "--restarts", 3)
    assert done.stderr == ""
    for digit, line in zip((2, 4), done.stdout.splitlines(), strict=True):
        record = json.loads(line)
        assert record == json.loads((tmp_path / f"ideas/idea_{digit}.json").read_text())
        assert record["digit"] == digit
        assert record["options"]["restarts"] == record["restarts"] == 3
        assert record["options"]["sweeps"] == 5
        ideal = idea.find(idea.load_model(model), digit, restarts=3)
        assert record["energy"] == ideal.energy
        assert record["locally_optimal"] == ideal.locally_optimal
        assert record["sha256"]["model"] == digest(model)


def test_restarts_that_agree_are_counted(run, tmp_path):
    layers = random_layers(4, 0)
    layers[0] = (np.abs(layers[0][0]), layers[0][1] + 100)  # no unit ever switches
    layers[1] = (np.abs(layers[1][0]), layers[1][1])
    model = write_dat(tmp_path / "linear.dat", layers)
    done = run("idea.search", "--model", model, "--restarts", 4)
    assert LINE.fullmatch(done.stdout.splitlines()[0])[7] == ", 4 of 4 starts agree"


def test_the_same_in_every_process(run, tmp_path):
    for out, seed in (("a", "0"), ("b", "4711")):
        run("idea.search", "--method", "mc", "--steps", 2000, "--out", out, PYTHONHASHSEED=seed)
    assert (tmp_path / "a/idea_5.vf").read_bytes() == (tmp_path / "b/idea_5.vf").read_bytes()


def test_a_start_is_searched_from(run, tmp_path, model):
    start = idea.write_vf(tmp_path / "x.vf", np.full(784, 0.25))
    run("idea.search", "--start", start, "--frames", "--model", model)
    assert (tmp_path / "ideas/x0000.vf").read_bytes() == start.read_bytes()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--digit", "10"], "digit must be one of 0…9, or all alone, not '10'"),
        (["--digit", "five"], "digit must be one of 0…9, or all alone, not 'five'"),
        (["--digit", "5", "all"], "digit must be one of 0…9, or all alone, not 'all'"),
        (["--digit", ""], "digit must be one of 0…9, or all alone, not ''"),
        (["--digit", "5,,"], "digit must be one of 0…9, or all alone, not ''"),
        (
            ["--method", "magic"],
            f"method must be one of {', '.join(METHODS)}, not magic",
        ),
        (["--restarts", "0"], "restarts must be a whole number, 1 or more, not 0"),
        (["--restarts", "-3"], "restarts must be a whole number, 1 or more, not -3"),
        (["--sweeps", "-1"], "sweeps must be a whole number, 1 or more, not -1"),
        (["--method", "mc", "--steps", "0"], "steps must be a whole number, 1 or more, not 0"),
        (["--every", "0"], "every must be a whole number, 1 or more, not 0"),
        (["--seed", "-1"], "seed must be a whole number, 0 or more, not -1"),
        (["--steps", "9"], "greedy has no option steps; it has sweeps"),
        (["--model", "no.dat"], "no.dat: can't be read: No such file or directory"),
        (["--start", "no.vf"], "no.vf: can't be read: No such file or directory"),
        (
            ["--start", "short.vf"],
            "short.vf: expected a dump of 3136 bytes (784 float32), found 12 bytes",
        ),
        (
            ["--start", "grey.vf", "--restarts", "2"],
            "greedy is deterministic, so restarts from the same start are identical; leave "
            "out either the start or the restarts",
        ),
        (
            ["--replay", "ideas/idea_5.json", "--seed", "0"],
            "--replay takes its options from the record: leave out --seed",
        ),
        (["--replay", "no.json"], "no.json: can't be read: No such file or directory"),
    ],
)
def test_bad_options_are_one_message_and_write_nothing(run, tmp_path, options, message):
    (tmp_path / "short.vf").write_bytes(b"twelve bytes")
    idea.write_vf(tmp_path / "grey.vf", np.full(784, 0.5))
    done = run("idea.search", *options, status=2)
    assert done.stderr == f"error: {message}\n"
    assert done.stdout == ""
    assert not (tmp_path / "ideas").exists()


def test_an_output_folder_that_cannot_be_made(run, tmp_path, model):
    (tmp_path / "file").touch()
    done = run("idea.search", "--model", model, "--out", "file/inside", status=2)
    assert done.stderr == "error: file/inside: can't create the folder: Not a directory\n"


def test_help_teaches(run):
    text = run("idea.search", "--help").stdout
    for fields in ("greedy: visit the pixels in order", "mc: Monte Carlo", "examples:", "130"):
        assert fields in text


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--frames"]])
def test_a_start_is_not_overwritten(run, tmp_path, model, options):
    run("idea.search", "--model", model, "--frames")
    start = "ideas/x0003.vf" if options else "ideas/idea_5.vf"
    before = (tmp_path / start).read_bytes()
    done = run("idea.search", "--model", model, "--start", start, *options, status=2)
    assert done.stderr == (
        f"error: the start {start} would be overwritten by the result: name another --out\n"
    )
    assert (tmp_path / start).read_bytes() == before
    run("idea.search", "--model", model, "--start", start, *options, "--out", "other")
    run("idea.search", "--replay", "other/idea_5.json", "--out", "again")


def test_animations_of_several_classes_are_a_file_each(run, tmp_path, model):
    options = ("--digit", 3, 5, "--every", 784, "--animate", "new/search.webp", "--no-captions")
    done = run("idea.search", "--model", model, *options)
    for line, digit in zip(done.stdout.splitlines()[3:], (3, 5), strict=True):
        *_, file = line.split()
        assert file == f"new/search_{digit}.webp"
        frames = [frame for frame, _ in frames_of(tmp_path / file)]
        assert frames[-1].shape == (280, 280)
        ideal = idea.read_vf(tmp_path / f"ideas/idea_{digit}.vf")
        assert np.array_equal(frames[-1][::10, ::10], ideal * 255)


def test_a_video_beside_the_other_files(run, tmp_path, model):
    pytest.importorskip("av")
    done = run("idea.search", "--model", model, "--mp4", "--animate", "ideas/idea_5.mp4")
    assert done.stdout.splitlines()[1].split()[3:] == ["ideas/idea_5.mp4"]
    frames, seconds = video_of((tmp_path / "ideas/idea_5.mp4").read_bytes())
    assert frames[0].shape == (332, 280, 3)
    assert seconds > 2
    ideal = idea.read_vf(tmp_path / "ideas/idea_5.vf")
    assert np.array_equal(frames[-1][5:280:10, 5::10, 0] > 128, ideal > 0.5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--animate", "five.avi"],
            "five.avi: expected the name of an animation, which ends in .gif, .webp, .png or .mp4",
        ),
        (
            ["--animate", "ideas/../ideas/idea_5.png"],
            "ideas/../ideas/idea_5.png is a file of this command: the animation needs another name",
        ),
        (
            ["--freeze", "mask.png", "--animate", "mask.png"],
            "mask.png is a file of this command: the animation needs another name",
        ),
        (["--animate", "m.dat/a.gif"], "m.dat: can't create the folder: File exists"),
        (
            ["--no-captions"],
            "--no-captions is for animations: add --animate, --gif or --mp4",
        ),
    ],
)
def test_an_animation_that_cannot_be_written_is_found_before_the_search(
    run, tmp_path, model, options, message
):
    Image.fromarray(np.zeros((28, 28), np.uint8)).save(tmp_path / "mask.png")
    done = run("idea.search", "--model", model, *options, status=2)
    assert done.stderr == f"error: {message}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.dat", "mask.png"]


@pytest.mark.parametrize(
    ("blocked", "options"),
    [
        ("idea_5.gif", ["--gif"]),
        ("idea_5.json", []),
        ("idea_5.vf", ["--digit", "4", "5"]),
        ("ideas.png", ["--digit", "4", "5"]),
    ],
)
def test_a_folder_in_the_way_is_found_before_the_search(run, tmp_path, model, blocked, options):
    (tmp_path / "ideas" / blocked).mkdir(parents=True)
    done = run("idea.search", "--model", model, *options, status=2)
    assert done.stderr == f"error: ideas/{blocked}: is a folder; expected a file path\n"
    assert [path.name for path in (tmp_path / "ideas").iterdir()] == [blocked]


def test_an_empty_folder_name(run, tmp_path):
    done = run("idea.search", "--out", "", status=2)
    assert done.stderr.endswith("error: argument --out: expected a name, found ''\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_an_animation_of_a_search_that_stands_still(run, tmp_path, model):
    run("idea.search", "--model", model, "--sweeps", 50, "--out", "a")
    options = ("--method", "mc", "--steps", 20_000, "--every", 1, "--gif")
    run("idea.search", "--model", model, "--start", "a/idea_5.vf", *options)
    assert len(frames_of(tmp_path / "ideas/idea_5.gif")) == 1


def test_a_reader_that_leaves_is_no_error(tmp_path, model):
    command = f"{sys.executable} -m idea.search --model {model} --digit all --json | head -n 1"
    done = subprocess.run(
        ["bash", "-c", f"{command}; echo ${{PIPESTATUS[0]}}"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[1] == "141"


def test_output_that_cannot_be_printed(tmp_path, model):
    command = f"{sys.executable} -m idea.search --model {model}"
    full, closed = (
        subprocess.run(
            ["bash", "-c", f"{command} {where}"],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        for where in (">/dev/full", ">&-")
    )
    assert full.returncode == 2
    assert full.stderr == ("error: standard output: No space left on device\n")
    assert closed.returncode == 0
    assert closed.stderr == ""


def test_a_terminal_with_ascii_alone(run):
    assert "A,B,?|FILE" in run("idea.search", "--help", PYTHONIOENCODING="ascii").stdout
    done = run("idea.search", "--digit", "x", status=2, PYTHONIOENCODING="ascii")
    assert done.stderr == "error: digit must be one of 0?9, or all alone, not 'x'\n"


def test_the_default_model_is_the_shipped_one(run, tmp_path):
    run("idea.search", "--sweeps", 1, "--out", "a")
    run("idea.search", "--sweeps", 1, "--out", "b", "--model", BUNDLED_MLP)
    assert (tmp_path / "a/idea_5.vf").read_bytes() == (tmp_path / "b/idea_5.vf").read_bytes()


def test_a_bundled_network_is_searched_and_replayed_by_its_name(run, tmp_path):
    pytest.importorskip("onnx")
    run("idea.search", "--model", "lenet", "--digit", 3, "--sweeps", 2)
    record = json.loads((tmp_path / "ideas/idea_3.json").read_text())
    assert record["options"]["model"] == "lenet"
    assert record["sha256"]["model"] == digest(BUNDLED["lenet"])
    image = idea.read_vf(tmp_path / "ideas/idea_3.vf")
    seen = idea.load_model("lenet").logits(image.reshape(1, 784))[0]
    assert record["logits"] == pytest.approx(seen, abs=1e-9)
    run("idea.search", "--replay", "ideas/idea_3.json", "--out", "again")
    assert (tmp_path / "again/idea_3.vf").read_bytes() == (
        tmp_path / "ideas/idea_3.vf"
    ).read_bytes()


def test_each_method_has_its_own_frames(run, tmp_path, model):
    run("idea.search", "--model", model, "--method", "steepest", "--json")
    fields = json.loads((tmp_path / "ideas/idea_5.json").read_text())
    assert fields["options"]["every"] == METHODS["steepest"].every != 200
    run("idea.search", "--model", model, "--method", "steepest", "--every", 7)
    fields = json.loads((tmp_path / "ideas/idea_5.json").read_text())
    assert fields["options"]["every"] == 7


def test_an_energy_that_no_flip_changes_is_flat(run, tmp_path):
    layers = [(np.zeros((n, m), np.float32), np.ones(n)) for n, m in ((2, 784), (2, 2), (10, 2))]
    write_dat(tmp_path / "zero.dat", layers)
    done = run("idea.search", "--model", "zero.dat", "--sweeps", 1)
    assert ", margin 0.00, flat: no flip changes the energy, " in done.stdout
    assert "optimum" not in done.stdout
    record = json.loads((tmp_path / "ideas/idea_5.json").read_text())
    assert (record["flat"], record["locally_optimal"]) == (True, False)
