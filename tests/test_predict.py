"""`python -m idea.predict`, run as a user would."""

from __future__ import annotations

import itertools
import json
import os
import pty
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import idea
from idea.data.idx import idx_bytes
from idea.files.picture import as_text, png_bytes
from idea.files.preprocess import read_picture
from idea.files.vf import dump_bytes
from idea.networks.softmax import softmax

from conftest import pixels_of
from pictures import picture_of


@pytest.fixture(autouse=True)
def pictures(tmp_path, mnist):
    """A 7 as a PNG, dark on light in a large JPEG, and as a dump; a 2; what is no picture."""
    seven, two = mnist.test_images[:2]
    assert mnist.test_labels[:2].tolist() == [7, 2]
    Image.fromarray(seven).save(tmp_path / "seven.png")
    large = Image.fromarray(255 - np.pad(seven, ((10, 30), (50, 20)))).resize((490, 340))
    large.save(tmp_path / "photo.jpg")
    idea.write_vf(tmp_path / "seven.vf", seven / 255)
    Image.fromarray(two).save(tmp_path / "two.png")
    (tmp_path / "letter.png").write_text("Dear all")


def test_the_digit_comes_first_then_all_probabilities(run):
    printed = run("idea.predict", "seven.png").stdout.splitlines()
    assert printed[0] == "7: seven.png, light on dark, in columns 6…21, rows 7…26"
    assert len(printed) == 11
    for digit, line in enumerate(printed[1:]):
        bar = " ████████████████████" if digit == 7 else ""
        assert line == f"  {digit} {100 if digit == 7 else 0:6.2f} %{bar}"


def test_the_position_is_printed_and_dumps_are_used_as_they_are(run):
    printed = run("idea.predict", "photo.jpg", "seven.vf", "seven.png", "--raw").stdout
    assert printed.splitlines()[11::11] == [
        f"7: {name}, used as it is" for name in ("seven.vf", "seven.png")
    ]
    first = run("idea.predict", "photo.jpg").stdout.splitlines()[0]
    assert first.startswith("7: photo.jpg, dark on light, in columns 2")


def test_a_json_line_says_everything(run, tmp_path, shipped):
    names = ["photo.jpg", "seven.vf", "two.png"]
    lines = run("idea.predict", *names, "--json").stdout.splitlines()
    assert len(lines) == 3
    for name, line in zip(names, lines, strict=True):
        record = json.loads(line)
        prepared = read_picture(tmp_path / name)
        logits = shipped.logits(prepared.image.reshape(1, 784))[0]
        assert np.allclose(record.pop("image"), prepared.image, atol=5e-5)
        assert record == {
            "picture": name,
            "digit": 2 if name == "two.png" else 7,
            "probability": softmax(logits).max(),
            "probabilities": softmax(logits).tolist(),
            "logits": logits.tolist(),
            "model": "mlp",
            "inverted": name == "photo.jpg",
            "box": list(prepared.box),
            "raw": name == "seven.vf",
            "number": "2" if name == "two.png" else "7",
            "notes": [],
        }


def test_several_digits_are_a_number(run, tmp_path, digits):
    row = np.zeros((60, 200), np.float32)
    for place, digit in ((10, 7), (80, 1), (150, 0)):
        row[16:44, place : place + 28] = digits[digit]
    picture_of(1 - row).save(tmp_path / "row.png")
    done = run("idea.predict", "row.png", "--out", "o")
    lines = done.stdout.splitlines()
    assert lines[0] == "710 (3 digits): row.png, dark on light"
    assert [line[:3] for line in lines[1:4]] == ["  7", "  1", "  0"]
    assert done.stderr == (
        "note: row.png: several digits were found, and each was read; --one takes them as one\n"
    )
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == [
        f"row_{number}.{suffix}" for number in (1, 2, 3) for suffix in ("png", "vf")
    ]
    record = json.loads(run("idea.predict", "row.png", "--json").stdout)
    assert (record["number"], [each["digit"] for each in record["digits"]]) == ("710", [7, 1, 0])
    boxes = [each["box"] for each in record["digits"]]
    assert all(left[2] <= right[0] for left, right in itertools.pairwise(boxes))
    assert record["notes"] == [
        "several digits were found, and each was read; --one takes them as one"
    ]
    one = json.loads(run("idea.predict", "row.png", "--json", "--one").stdout)
    assert one["notes"] == ["it seems to show 3 digits, which were taken as one"]
    assert "digits" not in one


def test_folders_and_arrays_are_many_pictures(run, tmp_path, digits):
    (tmp_path / "f").mkdir()
    for name in ("seven.png", "two.png", "seven.vf"):
        (tmp_path / name).rename(tmp_path / "f" / name)
    (tmp_path / "f/notes.md").write_text("no picture")
    greys = np.rint(255 * digits[[3, 8]]).astype(np.uint8)
    (tmp_path / "images").write_bytes(idx_bytes(greys))
    done = run("idea.predict", "f", "images", "--json")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(record["picture"], record["digit"]) for record in records] == [
        ("f/seven.png", 7),
        ("f/seven.vf", 7),
        ("f/two.png", 2),
        ("images[0]", 3),
        ("images[1]", 8),
    ]
    assert records[4]["raw"]
    assert done.stderr == "note: f: skipped what is no picture: notes.md\n"
    run("idea.predict", "images", "--out", "o")
    assert (tmp_path / "o/images_1.vf").read_bytes() == dump_bytes(greys[1] / np.float32(255))
    (tmp_path / "empty").mkdir()
    assert run("idea.predict", "empty", status=2).stderr == (
        "error: empty: expected pictures, found none in the folder\n"
    )


def test_another_network(run, small, model, tmp_path):
    record = json.loads(run("idea.predict", "seven.vf", "--model", "m.dat", "--json").stdout)
    image = idea.read_vf(tmp_path / "seven.vf")
    assert record["logits"] == small.logits(image.reshape(1, 784))[0].tolist()
    assert record["digit"] == np.argmax(record["logits"])
    assert record["model"] == "m.dat"


@pytest.mark.slow
def test_the_polarity_can_be_overruled(run):
    for options, inverted, raw in (
        ([], True, False),
        (["--invert"], True, False),
        (["--no-invert"], False, False),
        (["--raw"], False, True),
        (["--raw", "--invert"], True, True),
    ):
        record = json.loads(run("idea.predict", "photo.jpg", "--json", *options).stdout)
        assert (record["inverted"], record["raw"]) == (inverted, raw)


def test_a_bad_picture_does_not_lose_the_rest(run):
    done = run("idea.predict", "seven.png", "letter.png", "no.png", "two.png", status=2)
    assert [line[:2] for line in done.stdout.splitlines()[::11]] == ["7:", "2:"]
    assert done.stderr == (
        "error: letter.png: expected a picture or a dump, found 8 bytes that begin "
        "with b'Dear'\n"
        "error: no.png: can't be read: No such file or directory\n"
    )


def test_a_bad_picture_has_an_entry_in_json(run):
    done = run("idea.predict", "no.png", "seven.vf", "--json", status=2)
    bad, good = map(json.loads, done.stdout.splitlines())
    error = "no.png: can't be read: No such file or directory"
    assert bad == {"picture": "no.png", "error": error}
    assert good["digit"] == 7


def test_what_is_used_as_it_is_and_seems_to_be_inverted_is_noted(run, tmp_path, digits):
    np.save(tmp_path / "seven.npy", 1 - digits[7])
    note = "it seems to be dark on light, and was used as it is: invert it"
    for name, options, notes in (
        ("photo.jpg", ["--raw"], [note]),
        ("photo.jpg", ["--raw", "--invert"], []),
        ("seven.npy", [], [note]),
        ("seven.npy", ["--no-invert"], []),
        ("seven.npy", ["--invert"], []),
    ):
        record = json.loads(run("idea.predict", name, "--json", *options).stdout)
        assert record["notes"] == notes
    assert (record["digit"], record["inverted"]) == (7, True)


def test_what_is_written_starts_a_search(run, tmp_path):
    done = run("idea.predict", "photo.jpg", "two.png", "letter.png", "--out", "new/mine", status=2)
    assert done.stdout.splitlines()[-1] == (
        "new/mine/photo.vf new/mine/photo.png new/mine/two.vf new/mine/two.png"
    )
    folder = tmp_path / "new/mine"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["photo.png", "photo.vf", "two.png", "two.vf"]
    image = idea.read_vf(folder / "photo.vf")
    assert np.array_equal(image, read_picture(tmp_path / "photo.jpg").image)
    assert (folder / "photo.png").read_bytes() == png_bytes(image)
    assert pixels_of(folder / "two.png").shape == (280, 280)
    # What was prepared once stays as it is.
    assert run("idea.predict", "new/mine/photo.vf").stdout.startswith("7: ")
    run("idea.search", "--digit", 3, "--start", "new/mine/photo.vf", "--sweeps", 1)


def test_where_nothing_is_written_nothing_is_said_to_be(run, tmp_path):
    (tmp_path / "loop.png").symlink_to("loop.png")  # a circle
    done = run("idea.predict", "loop.png", "letter.png", "--out", "new", status=2)
    assert done.stdout == ""
    assert done.stderr.startswith("error: loop.png: can't be read: Too many levels")
    assert not (tmp_path / "new").exists()
    run("idea.predict", "two.png", "--out", "new")
    (tmp_path / "two.jpg").write_bytes(b"no picture, and its namesake's files are there")
    assert run("idea.predict", "two.jpg", "--out", "new", status=2).stdout == ""


def test_a_name_of_several_lines_passes_for_no_other_line(run, tmp_path):
    (tmp_path / "a\n9: b").write_bytes((tmp_path / "two.png").read_bytes())
    lines = run("idea.predict", "a\n9: b", "c\nerror: d", status=2)
    assert lines.stdout.startswith("2: a\\n9: b, ")
    assert lines.stderr == "error: c\n  error: d: can't be read: No such file or directory\n"


def piped(tmp_path, source, *options):
    with (tmp_path / source).open("rb") as file:
        return subprocess.run(
            [sys.executable, "-m", "idea.predict", "-", *options],
            cwd=tmp_path,
            stdin=file,
            capture_output=True,
            encoding="utf-8",
            env=os.environ | {"PYTHONIOENCODING": "utf-8"},
            timeout=60,
            check=False,
        )


@pytest.mark.slow
def test_standard_input_is_a_picture_or_a_dump(tmp_path):
    found = {
        name: piped(tmp_path, name).stdout.splitlines()[0]
        for name in ("seven.png", "photo.jpg", "seven.vf")
    }
    assert found["seven.png"] == "7: standard input, light on dark, in columns 6…21, rows 7…26"
    assert found["photo.jpg"].startswith("7: standard input, dark on light")
    assert found["seven.vf"] == "7: standard input, used as it is"
    record = json.loads(piped(tmp_path, "seven.vf", "--json", "--out", "o").stdout)
    assert record["picture"] == "-"
    assert (tmp_path / "o/stdin.vf").read_bytes() == (tmp_path / "seven.vf").read_bytes()


def test_standard_input_that_is_no_picture(tmp_path):
    (tmp_path / "empty").touch()
    for source, message in (
        ("empty", "standard input: expected a picture, found nothing: it is empty"),
        (
            "letter.png",
            "standard input: expected a picture or a dump, found 8 bytes that begin with b'Dear'",
        ),
    ):
        done = piped(tmp_path, source)
        assert (done.stderr, done.returncode) == (f"error: {message}\n", 2)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that fails when it is read")
def test_standard_input_that_cannot_be_read(tmp_path):
    done = piped(tmp_path, "/proc/self/mem")
    assert done.stderr == "error: standard input: can't be read: Input/output error\n"
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["seven.png", "--model", "no.dat", "--out", "o"],
            "no.dat: can't be read: No such file or directory",
        ),
        (
            ["seven.png", "a/seven.jpg", "--out", "o"],
            "seven.png and a/seven.jpg would both be written to o/seven.vf",
        ),
        (
            ["photo.jpg", "seven.vf", "--out", "."],
            "seven.vf is one of the pictures; name another --out",
        ),
        (
            ["two.png", "--out", "letter.png"],
            "letter.png: can't create the folder: File exists",
        ),
    ],
)
def test_bad_input_is_one_message_and_writes_nothing(run, tmp_path, options, message):
    before = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    done = run("idea.predict", *options, status=2)
    assert (done.stderr, done.stdout) == (f"error: {message}\n", "")
    after = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    assert after == before


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", "█"), ("ascii", "#")])
def test_a_terminal_shows_the_image_where_it_can(tmp_path, encoding, mark):
    main, sub = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "idea.predict", "seven.png"],
        cwd=tmp_path,
        stdout=sub,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        timeout=60,
        check=True,
    )
    os.close(sub)
    shown = os.read(main, 65536).decode("utf-8").replace("\r\n", "\n")
    os.close(main)
    assert done.returncode == 0
    drawing = as_text(read_picture(tmp_path / "seven.png").image)
    assert shown.startswith(f"{drawing}\n7: seven.png" if encoding == "utf-8" else "7: seven.png")
    assert f"  7 100.00 % {mark * 20}\n" in shown


def test_softmax_of_any_logits():
    logits = np.random.default_rng(0).normal(0, 5, (4, 10))
    assert np.allclose(softmax(logits), np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))
    assert np.allclose(softmax(logits + 1e6), softmax(logits))
    assert softmax([1e5, -1e5]).tolist() == [1, 0]
