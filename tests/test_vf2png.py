"""`python -m idea.vf2png`, run as a user would."""

from __future__ import annotations

import struct

import numpy as np
import pytest

import idea
from idea.files.write import make_folder

from conftest import frames_of, pixels_of


@pytest.fixture
def dumps(tmp_path):
    """Frames x2.vf, x10.vf and x9999.vf, and ideals of 0, 1 and 2, each of another grey."""
    folder = tmp_path / "d"
    folder.mkdir()
    names = ["x2", "x10", "x9999", "idea_0", "idea_1", "idea_2"]
    for number, name in enumerate(names, 1):
        idea.write_vf(folder / f"{name}.vf", np.full(784, grey(number) / 255))
    return folder


def grey(number):
    return 40 * number


def test_any_programs_dump_becomes_a_picture(run, tmp_path):
    values = [number % 7 / 6 for number in range(784)]
    (tmp_path / "theirs.vf").write_bytes(struct.pack("<784f", *values))
    assert run("idea.vf2png", "theirs.vf").stdout == "1 PNG written to .\n"
    picture = pixels_of(tmp_path / "theirs.png")
    assert picture.shape == (280, 280)
    for x in range(28):
        for y in range(28):
            for corner in ((0, 0), (9, 9)):
                found = picture[10 * y + corner[1], 10 * x + corner[0]]
                assert found == round(values[x + 28 * y] * 255)


def test_a_dump_of_another_size_is_a_square_or_has_its_shape_named(run, tmp_path):
    values = np.arange(64, dtype="<f4") / 64
    (tmp_path / "theirs.vf").write_bytes(values.tobytes())
    run("idea.vf2png", "theirs.vf")
    square = pixels_of(tmp_path / "theirs.png")
    assert square.shape == (280, 280)
    run("idea.vf2png", "theirs.vf", "--shape", "4x16", "--scale", 2)
    wide = pixels_of(tmp_path / "theirs.png")
    assert wide.shape == (8, 32)
    assert np.array_equal(square[::35, ::35].ravel(), wide[::2, ::2].ravel())
    run("idea.vf2png", "theirs.vf", "theirs.vf", "--sheet", "s.png", "--shape", "4x16")
    sheet = pixels_of(tmp_path / "s.png")
    scale = 18  # of 16 pixels, for 280
    assert np.count_nonzero(sheet == round(values[-1] * 255)) == 2 * scale**2


def test_files_folders_and_globs(run, tmp_path, dumps):
    run("idea.vf2png", "d", "--scale", 2, "--out", "p")
    assert len(list((tmp_path / "p").iterdir())) == 6
    assert pixels_of(tmp_path / "p/x10.png").shape == (56, 56)
    (dumps / "folder.vf").mkdir()
    done = run("idea.vf2png", "d/x2.vf", "d/x2.vf", "d/idea_*.vf")
    assert done.stdout == "4 PNG written to d\n"
    assert sorted(path.name for path in dumps.glob("*.png")) == [
        "idea_0.png",
        "idea_1.png",
        "idea_2.png",
        "x2.png",
    ]


def test_a_gif_takes_a_folders_frames_by_their_numbers(run, tmp_path, dumps):
    assert run("idea.vf2png", "d", "--gif", "new/g.gif", "--fps", 10).stdout == "new/g.gif\n"
    shown = [(frame[0, 0], duration) for frame, duration in frames_of(tmp_path / "new/g.gif")]
    assert shown == [(grey(1), 100), (grey(2), 100), (grey(3), 2000)]
    assert not list(dumps.glob("*.png"))


def test_animations_in_several_formats_at_once(run, tmp_path, dumps):
    done = run("idea.vf2png", "d", "--animate", "a.png", "--gif", "g.gif", "--fps", 10)
    assert done.stdout == "a.png\ng.gif\n"
    for name in done.stdout.split():
        shown = [(frame[0, 0], duration) for frame, duration in frames_of(tmp_path / name)]
        assert shown == [(grey(1), 100), (grey(2), 100), (grey(3), 2000)]


def test_files_keep_the_order_in_which_they_are_named(run, tmp_path, dumps):
    run("idea.vf2png", "d/x*.vf", "d/idea_0.vf", "--gif", "g.gif")
    greys = [frame[0, 0] for frame, _ in frames_of(tmp_path / "g.gif")]
    assert greys == [grey(n) for n in (1, 2, 3, 4)]


def test_a_sheet_takes_a_folders_ideals(run, tmp_path, dumps):
    assert run("idea.vf2png", "d", "--sheet", "s.png").stdout == "s.png\n"
    sheet = pixels_of(tmp_path / "s.png")
    counts = [np.count_nonzero(sheet == grey(n)) for n in range(1, 7)]
    assert all(count >= 280 * 280 for count in counts[3:])
    assert all(count < 280 for count in counts[:3])


def test_a_sheet_of_several_folders_has_a_row_for_each(run, tmp_path, dumps):
    other = make_folder(tmp_path / "e")
    for number in range(3):
        idea.write_vf(other / f"idea_{number}.vf", np.full(784, grey(2) / 255))
    run("idea.vf2png", "d", "e", "--sheet", "s.png", "--columns", 3)
    sheet = pixels_of(tmp_path / "s.png")
    upper, lower = np.array_split(sheet, 2)
    assert np.count_nonzero(upper == grey(4)) >= 280 * 280
    assert np.count_nonzero(lower == grey(2)) >= 3 * 280 * 280
    alone = tmp_path / "alone.png"
    run("idea.vf2png", "e", "--sheet", alone)
    # With the folder's name the labels are longer.
    ink = [np.count_nonzero(part < 100) for part in (lower, pixels_of(alone))]
    assert ink[0] > ink[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["no.vf"], "'no.vf': no dump found: expected a .vf file, a folder or a glob of them"),
        (["no*.vf"], "'no*.vf': no dump found: expected a .vf file, a folder or a glob of them"),
        (["empty"], "'empty': no dump found: expected a .vf file, a folder or a glob of them"),
        (["d", "--scale", "0"], "scale must be a whole number, 1…100, not 0"),
        (["d", "--gif", "g.gif", "--fps", "-1"], "fps must be a number, 0.1…100, not -1.0"),
        (
            ["n" * 300],
            f"'{'n' * 300}': no dump found: expected a .vf file, a folder or a glob of them",
        ),
        (["d/x2.vf", "--sheet", "d/x2.vf"], "expected a name that ends in .png, found 'd/x2.vf'"),
        (["d/p.png"], "d/p.png is one of the dumps; the picture needs another name"),
        (
            ["d/p.png", "--sheet", "d/../d/p.png"],
            "d/../d/p.png is one of the dumps; the picture needs another name",
        ),
        (["d", "--gif", "a.gif", "--fps", "0"], "fps must be a number, 0.1…100, not 0.0"),
        (
            ["d", "--gif", "a.gif", "--sheet", "a.png", "--scale", "0"],
            "scale must be a whole number, 1…100, not 0",
        ),
        (["d", "--gif", "a.png"], "expected a name that ends in .gif, found 'a.png'"),
        (
            ["d", "--gif", "a.gif", "--out", "o"],
            "--out is for PNGs: leave it out, or animations and --sheet",
        ),
        (["d", "--fps", "3"], "--fps is for animations: add --animate, --gif or --mp4"),
        (
            ["d", "--animate", "s.png", "--sheet", "./s.png"],
            "s.png is a file of this command: the animation needs another name",
        ),
        (["d", "--columns", "3"], "--columns is for --sheet"),
        (
            ["d", "--sheet", "s.png", "--columns", "0"],
            "columns must be a whole number, 1 or more, not 0",
        ),
        (
            ["d/x2.vf", "e/x2.vf", "--out", "o"],
            "d/x2.vf and e/x2.vf would both be drawn to o/x2.png",
        ),
        (["d", "--mp4", "a.png"], "expected a name that ends in .mp4, found 'a.png'"),
        (["d", "--gif", "bad.vf/g.gif"], "bad.vf: can't create the folder: File exists"),
        (
            ["d", "bad.vf"],
            "bad.vf: expected a dump of a square image (3136 bytes for 28×28 float32), found 4 "
            "bytes; --shape gives another size",
        ),
        (
            ["d", "--shape", "8x8"],
            "d/idea_0.vf: expected a dump of 256 bytes (64 float32), found 3136 bytes",
        ),
        (["d", "--shape", "1x3"], "argument --shape: images must have 4…4,096 pixels, not 1×3"),
        (["d", "--shape", "8"], "argument --shape: expected a size such as 28x28, found '8'"),
        (
            ["d/x2.vf", "small.vf", "--gif", "g.gif"],
            "an animation's images must have one size, found 28×28 and 8×8",
        ),
    ],
)
def test_bad_input_is_one_message_and_writes_nothing(run, tmp_path, dumps, options, message):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.vf").write_bytes(b"four")
    (tmp_path / "small.vf").write_bytes(bytes(4 * 64))
    idea.write_vf(make_folder(tmp_path / "e") / "x2.vf", np.zeros(784))
    idea.write_vf(dumps / "p.png", np.zeros(784))
    before = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    done = run("idea.vf2png", *options, status=2)
    assert done.stderr == f"error: {message}\n"
    after = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    assert after == before
