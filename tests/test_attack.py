"""`python -m idea.attack`, run as a user would."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from PIL import Image

import idea
from idea.attacks.fewest import fewest_flips, fewest_flips_each
from idea.files.vf import dump_bytes
from idea.files.weights.formats import weights_bytes
from idea.image import Task
from idea.networks.weights import Weights

from conftest import (
    BUNDLED_MLP,
    as_floats,
    digest,
    frames_of,
    pixels_of,
    random_layers,
    video_of,
    write_dat,
)

# With `mnist`, no command has to fetch it and say so.
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("mnist")]

FILES = ["before.png", "after.png", "difference.png", "attack.gif", "after.vf", "attack.json"]


def binary(mnist, place):
    return (mnist.test_images[place] >= 128).astype(np.float32)


def test_the_main_job(run, tmp_path, mnist, shipped):
    done = run("idea.attack", "--mnist", 0, "--target", 9, "--prove", 1)
    line, files = done.stdout.splitlines()
    attack = fewest_flips(shipped, binary(mnist, 0), 9, prove=1)
    assert line == str(attack)
    assert line.startswith(f"7 → 9: {len(attack.flips)} flips ({attack.flips[0] % 28},")
    assert files.split() == [f"attacks/{name}" for name in FILES]
    assert done.stderr == ""
    assert sorted(p.name for p in (tmp_path / "attacks").iterdir()) == sorted(FILES)
    assert np.array_equal(idea.read_vf(tmp_path / "attacks/after.vf"), attack.after)
    before = pixels_of(tmp_path / "attacks/before.png")[::10, ::10]
    assert np.array_equal(before, binary(mnist, 0) * 255)
    record = json.loads((tmp_path / "attacks/attack.json").read_text())
    assert record["image"] == "test digit 0"
    assert record["flips"] == list(attack.flips)
    assert [record[key] for key in ("label", "grey_label", "target", "answer")] == [7, 7, 9, 9]
    assert record["sha256"] == {"model": digest(BUNDLED_MLP)}
    assert record["options"] == {"method": "beam", "beam": 16, "prove": 1}
    assert (record["model"], record["interrupted"]) == ("mlp", False)
    again = run("idea.predict", "attacks/after.vf").stdout
    assert again.startswith("9: ")


def test_pictures_and_dumps_are_made_black_and_white(run, tmp_path, mnist, small, model):
    grey = mnist.test_images[0]
    Image.fromarray(np.pad(255 - grey, 30, constant_values=255)).save(tmp_path / "seven.png")
    idea.write_vf(tmp_path / "seven.vf", grey / 255)
    options = ("--model", model, "--prove", 0, "--json")
    dumped = json.loads(run("idea.attack", "seven.vf", *options).stdout)
    attack = fewest_flips(small, binary(mnist, 0), prove=0)
    assert dumped["image"] == "seven.vf"
    assert dumped["flips"] == list(attack.flips)
    assert dumped["logits_before"] == attack.trail[0].tolist()
    drawn = run("idea.attack", "seven.png", *options, "--out", "other").stdout
    assert json.loads(drawn)["image"] == "seven.png"
    before = idea.read_vf(tmp_path / "other/after.vf").ravel()
    before[json.loads(drawn)["flips"]] *= -1
    assert np.isin(np.abs(before), (0, 1)).all()


def test_a_digit_that_is_read_otherwise_in_black_and_white(run, mnist, shipped):
    greys = mnist.test_images[:3000].reshape(-1, 784)
    grey = shipped.logits((greys / 255).astype(np.float32)).argmax(axis=1)
    seen = shipped.logits((greys >= 128).astype(np.float32)).argmax(axis=1)
    place = int(np.flatnonzero(grey != seen)[0])
    first = run("idea.attack", "--test", place, "--prove", 0).stdout.splitlines()[0]
    assert first == (
        f"test digit {place:,}: classified as {grey[place]} in greys, as {seen[place]} once "
        "binarised"
    )


def test_a_sheet_of_one_image_has_all_targets(run, tmp_path, mnist, shipped):
    done = run("idea.attack", "--test", 0, "--sheet", "--beam", 1, "--prove", 1)
    attacks = fewest_flips_each(shipped, binary(mnist, 0), beam=1, prove=1)
    assert done.stdout.splitlines() == [*map(str, attacks), "attacks/sheet.png attacks/sheet.json"]
    record = json.loads((tmp_path / "attacks/sheet.json").read_text())
    assert [one["answer"] for one in record] == [0, 1, 2, 3, 4, 5, 6, 8, 9]
    assert [one["flips"] for one in record] == [list(attack.flips) for attack in attacks]
    # Two rows of ten tiles, the digits' own column included.
    with Image.open(tmp_path / "attacks/sheet.png") as sheet:
        assert sheet.mode == "RGB"
        assert sheet.width > 10 * 140
        assert sheet.height < 3 * 140 + 100


def test_a_sheet_of_many_classes_has_blocks_of_columns(run, tmp_path):
    """Class n is pixel n."""
    layers = [(np.eye(n, 36, dtype="f4"), np.zeros(n, "f4")) for n in (36, 27)]
    task = Task(6, 6, tuple(f"class {n}" for n in range(27)))
    (tmp_path / "net.npz").write_bytes(weights_bytes("net.npz", Weights(tuple(layers), task=task)))
    (tmp_path / "in.vf").write_bytes(dump_bytes(np.eye(1, 36)[0]))
    run("idea.attack", "in.vf", "--model", "net.npz", "--sheet", "--beam", 1, "--prove", 0)
    with Image.open(tmp_path / "attacks/sheet.png") as sheet:
        assert 9 * 140 < sheet.width < 10 * 170  # three blocks of nine
        assert 6 * 140 < sheet.height < 6 * 220


def test_a_sheet_of_ten_digits(run, tmp_path, model, mnist, small):
    options = ("--sheet", "--model", model, "--beam", 1, "--prove", 0, "--json")
    lines = run("idea.attack", *options).stdout.splitlines()
    records = [json.loads(line) for line in lines]
    labels = [one["label"] for one in records]
    assert labels == sorted(set(labels))
    for one in records:
        place = int(one["image"].removeprefix("test digit ").replace(",", ""))
        assert mnist.test_labels[place] == one["label"]
        logits = small.logits(binary(mnist, place).reshape(1, 784))[0]
        assert one["logits_before"] == logits.tolist()
    assert json.loads((tmp_path / "attacks/sheet.json").read_text()) == records
    target = labels[0]
    again = run("idea.attack", *options, "--target", target).stdout.splitlines()
    assert all(json.loads(line)["answer"] == target for line in again)
    assert len(again) < len(lines)


def test_a_report_describes_the_distribution_of_flips(run, tmp_path, mnist, shipped):
    done = run("idea.attack", "--report", 3, "--beam", 2, "--prove", 1)
    rows = list(csv.DictReader((tmp_path / "attacks/report.csv").read_text().splitlines()))
    places = [int(row["place"]) for row in rows]
    assert places == sorted(set(places))
    flips = []
    for row in rows:
        place = int(row["place"])
        assert mnist.test_labels[place] == int(row["label"])
        attack = fewest_flips(shipped, binary(mnist, place), beam=2, prove=1)
        assert row["pixels"] == " ".join(map(str, attack.flips))
        assert (int(row["answer"]), int(row["flips"])) == (attack.prediction, len(attack.flips))
        assert (int(row["proved"]), int(row["minimal"])) == (attack.proved, attack.minimal)
        flips.append(len(attack.flips))
    record = json.loads((tmp_path / "attacks/report.json").read_text())
    assert (record["digits"], record["unfooled"], record["interrupted"]) == (3, 0, False)
    assert record["mean"] == pytest.approx(np.mean(flips))
    assert record["standard_error"] == pytest.approx(np.std(flips, ddof=1) / 3**0.5)
    assert record["up_to"][str(max(flips))] == 1
    assert done.stdout.splitlines()[0] == ("mlp: 3 correctly classified test digits, binarised")
    assert f"flips: mean {np.mean(flips):.3f} ± " in done.stdout
    assert pixels_of(tmp_path / "attacks/report.png").shape == (400, 700)


def test_networks_are_compared_on_the_images_that_all_classify(run, tmp_path, mnist, shipped):
    rng = np.random.default_rng(0)
    other = [(W + rng.normal(0, 0.1, W.shape).astype(np.float32), b) for W, b in shipped.layers]
    write_dat(tmp_path / "other.dat", other)
    networks = {"mlp": shipped, "other.dat": idea.load_model(tmp_path / "other.dat")}
    images = as_floats(mnist.test_images[:200]) >= 0.5
    right = [
        network.logits(images.astype(np.float32)).argmax(axis=1) == mnist.test_labels[:200]
        for network in networks.values()
    ]
    assert not np.array_equal(*right)
    places = np.flatnonzero(np.logical_and(*right))[:3].tolist()
    options = ("--report", 3, "--prove", 0, "--beam", 2, "--compare", "other.dat")
    lines = run("idea.attack", *options).stdout.splitlines()
    assert lines[0] == "3 test digits that all of them classify correctly, binarised"
    assert lines[1].split()[:2] == ["network", "mean"]
    rows = list(csv.DictReader((tmp_path / "attacks/report.csv").read_text().splitlines()))
    record = json.loads((tmp_path / "attacks/report.json").read_text())
    assert [one["model"] for one in record["networks"]] == list(networks)
    for (name, network), one, line in zip(
        networks.items(), record["networks"], lines[2:4], strict=True
    ):
        of_it = [row for row in rows if row["model"] == name]
        assert [int(row["place"]) for row in of_it] == places
        attacks = [fewest_flips(network, binary(mnist, n), beam=2, prove=0) for n in places]
        flips = [len(attack.flips) for attack in attacks]
        assert [int(row["flips"]) for row in of_it] == flips
        assert one["mean"] == pytest.approx(np.mean(flips))
        assert line.startswith(f"{name:9}")
        assert f"{np.mean(flips):.3f} ± " in line
        shares = [f"{100 * np.mean(np.array(flips) <= n):.1f} %" for n in (2, 4, 8)]
        assert line.split()[-6:] == " ".join(shares).split()
    assert pixels_of(tmp_path / "attacks/report.png").shape[:2] == (400, 700)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            [],
            "nothing to attack: name a picture or a dump, or --test N, --sheet or --report N",
        ),
        (
            ["--target", "3"],
            "nothing to attack: name a picture or a dump, or --test N, --sheet or --report N",
        ),
        (["a.vf", "--test", "0"], "expected a file or --test, found both"),
        (["--test", "10000"], "expected one of the test digits 0…9,999, found 10,000"),
        (["--test", "-1"], "expected one of the test digits 0…9,999, found -1"),
        (["--test", "0", "--target", "10"], "digit must be one of 0…9, not '10'"),
        (
            ["--test", "0", "--target", "7"],
            "test digit 0: is classified as 7 already; name another --target",
        ),
        (
            ["--test", "0", "--target", "7", "--sheet"],
            "a --sheet of one image has all targets: leave out --target",
        ),
        (
            ["--report", "5", "--test", "0"],
            "--report attacks test images without a target: leave out --test",
        ),
        (
            ["--test", "0", "--compare", "mlp"],
            "--compare compares networks in a --report: add --report N",
        ),
        (
            ["--report", "5", "--compare", "mlp"],
            "--compare: expected different networks, found mlp twice",
        ),
        (
            ["--sheet", "--mp4"],
            "--animate, --mp4 and --no-captions are for one attack: leave out --sheet and --report",
        ),
        (["--report", "0"], "--report takes 1…10,000 test digits, not 0"),
        (["--report", "10001"], "--report takes 1…10,000 test digits, not 10,001"),
        (["--test", "0", "--prove", "4"], "prove must be a whole number, 0…3, not 4"),
        (["--report", "5", "--beam", "0"], "beam must be a whole number, 1 or more, not 0"),
        (["no.png"], "no.png: can't be read: No such file or directory"),
        (["short.vf"], "short.vf: expected a dump of 3136 bytes (784 float32), found 12 bytes"),
        (["--test", "0", "--model", "no.dat"], "no.dat: can't be read: No such file or directory"),
        (["--test", "0", "--data", "none"], "none: can't be read: No such file or directory"),
    ],
)
def test_wrong_input_is_one_message_and_writes_nothing(run, tmp_path, options, message):
    (tmp_path / "short.vf").write_bytes(b"twelve bytes")
    done = run("idea.attack", *options, status=2)
    assert done.stderr.startswith(f"error: {message}")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert not (tmp_path / "attacks").exists()


def test_what_is_attacked_is_not_overwritten_and_no_folder_is(run, tmp_path, mnist):
    before = idea.write_vf(tmp_path / "after.vf", binary(mnist, 0)).read_bytes()
    done = run("idea.attack", "after.vf", "--out", ".", status=2)
    assert done.stderr == (
        "error: after.vf would be overwritten by the result: name another --out\n"
    )
    assert (tmp_path / "after.vf").read_bytes() == before
    (tmp_path / "attacks/attack.gif").mkdir(parents=True)
    done = run("idea.attack", "after.vf", status=2)
    assert done.stderr == "error: attacks/attack.gif: is a folder; expected a file path\n"
    Image.fromarray(mnist.test_images[0]).save(tmp_path / "a.png")
    done = run("idea.attack", "a.png", "--animate", "./a.png", "--out", "o", status=2)
    assert done.stderr == (
        "error: a.png is a file of this command: the animation needs another name\n"
    )


def test_animations_of_the_flips(run, tmp_path, mnist, small, model):
    pytest.importorskip("av")
    idea.write_vf(tmp_path / "seven.vf", binary(mnist, 0))
    options = ("--model", model, "--prove", 0, "--mp4", "--animate", "flips.webp")
    done = run("idea.attack", "seven.vf", *options)
    assert done.stdout.splitlines()[-1].split()[-2:] == ["attacks/attack.mp4", "flips.webp"]
    attack = fewest_flips(small, binary(mnist, 0), prove=0)
    frames = frames_of(tmp_path / "flips.webp", "RGB")
    assert [duration for _, duration in frames] == [500] * len(attack.flips) + [2000]
    last = frames[-1][0][:280:10, ::10].reshape(784, 3)
    orange, blue = (last == (242, 106, 27)).all(1), (last == (63, 130, 232)).all(1)
    assert sorted(attack.flips) == np.flatnonzero(orange | blue).tolist()
    video, seconds = video_of((tmp_path / "attacks/attack.mp4").read_bytes())
    assert seconds == pytest.approx(len(attack.flips) / 2 + 2)
    assert video[0].shape == (332, 280, 3)  # a row more than the 331 of the other


def test_a_network_that_nothing_fools_is_one_message(run, tmp_path):
    layers = random_layers(4, 0)
    layers[2] = (np.zeros((10, 4), np.float32), np.arange(10, dtype=np.float32))
    write_dat(tmp_path / "still.dat", layers)
    done = run("idea.attack", "--test", 0, "--model", "still.dat", status=2)
    assert done.stderr == (
        "error: test digit 0: no flips found that make the model classify this 9 as anything else: "
        "the beam search made no progress, and no set of up to 2 flips is enough\n"
    )


def test_a_report_without_matplotlib_is_one_message(run, tmp_path):
    (tmp_path / "matplotlib.py").write_text("raise ImportError('gone')")
    done = run("idea.attack", "--report", 3, status=2)
    assert done.stderr == (
        "error: attacks/report.png needs a package that is not installed (gone): "
        "pip install matplotlib\n"
    )
    assert not (tmp_path / "attacks").exists()


def test_help_teaches(run):
    text = run("idea.attack", "--help").stdout
    for expected in ("--test 7 --target 9", "examples:", "0…9999", "130"):
        assert expected in text


def test_a_networks_name_may_hold_anything(run, tmp_path, model, mnist):
    name = "a$\\foo$\udcff\u202e\n.dat"
    (tmp_path / name).write_bytes(model.read_bytes())
    run("idea.attack", "--report", 1, "--prove", 0, "--model", name)
    assert (tmp_path / "attacks/report.png").is_file()
