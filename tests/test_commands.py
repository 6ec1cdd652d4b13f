"""What all commands have in common: clean output, escaped text, one message for what is wrong."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

import idea
from idea.cli.streams import printable

from conftest import ROOT

COMMANDS = [
    *(ROOT / "idea").glob("*.py"),
    *(ROOT / name for name in ("idea/check/__main__.py", "train.py", "bench/quality.py")),
    *(ROOT / name for name in ("docs/findings.py", "notebooks/run.py")),
]

# A library that prints at import, from Python and below it.
NOISY = """
import ctypes, os, sys
def puts(text):
    ctypes.CDLL(None).puts(text.encode())  # kept in C's own buffer until the process ends
print("noise of Python's")
os.write(1, b"noise of the system's\\n")
puts("noise of C's")
sys.__stdout__.write("noise in a buffer")
os.system("echo noise of a child")
"""


@pytest.fixture
def shell(tmp_path, model):
    """Run a line of a shell's in an empty folder; $PY is this Python, $M a small model's file."""

    def shell(line: str, **env: str) -> subprocess.CompletedProcess[bytes]:
        idea.write_vf(tmp_path / "a.vf", np.eye(28))
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=tmp_path,
            env=os.environ | {"PY": sys.executable, "M": str(model)} | env,
            capture_output=True,
            timeout=300,
            check=False,
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        assert b"Exception ignored" not in done.stderr
        return done

    return shell


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.name)
def test_lines_of_ours_are_shown_and_not_printed(path):
    """`print` goes to standard error while a command runs: what isn't meant so is a mistake."""
    calls = [
        node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
    ]
    prints = [call for call in calls if getattr(call.func, "id", "") == "print"]
    assert all(any(word.arg == "file" for word in call.keywords) for call in prints)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_what_libraries_print_is_none_of_our_output(shell, tmp_path, unbuffered):
    (tmp_path / "tqdm.py").write_text(NOISY + "class tqdm: pass\n", "utf-8")
    line = '$PY -c \'import sys; sys.argv[1:] = ["--model", "\'$M\'", "--json"]\n'
    line += "from idea.cli.common import run; import idea.search\n"
    line += "def main():\n import tqdm\n return idea.search.main()\nsys.exit(run(main))'"
    done = shell(line, PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["digit"] == 5
    assert done.stderr.count(b"noise") == 5


@pytest.mark.nightly_cases(keep=3)
@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        "idea.search --model $M --out o",
        "idea.attack --model $M a.vf --prove 0 --out o",
        "idea.prove --model $M --bounds",
        "idea.models $M",
        "idea.export $M --check",
        "idea.predict a.vf --out o",
        "idea.vf2png a.vf --out o",
        "idea.search --help",
        "idea",
    ],
)
def test_closed_and_full_streams_are_no_traceback(shell, command):
    assert shell(f"$PY -m {command} >&- 2>&- <&-").returncode == 0
    full = shell(f"$PY -m {command} >/dev/full")
    assert (full.returncode, full.stdout) == (2, b"")
    assert full.stderr == b"error: standard output: No space left on device\n"


@pytest.mark.slow
@pytest.mark.parametrize("command", ["idea.search --model $M --out o", "idea.search --help"])
def test_single_streams_that_are_closed_full_or_left_are_no_traceback(shell, command):
    assert shell(f"$PY -m {command} >&-").returncode == 0
    assert shell(f"$PY -m {command} 2>/dev/full").returncode == 0
    assert shell(f"$PY -m {command} | true; exit ${{PIPESTATUS[0]}}").returncode in (0, 141)


@pytest.mark.parametrize("out", ["None", "io.StringIO()"])
def test_a_program_without_standard_error_can_run_commands(shell, out):
    """As those with windows alone are; progress bars and errors have nowhere to go then."""
    code = "import io, sys; import idea.models, idea.vf2png; from idea.cli.common import run; "
    code += f"out = sys.stdout = {out}; sys.stderr = None; sys.argv[1:] = "
    bar = '["a.vf", "--out", "o"]; status = run(idea.vf2png.main)'
    error = '["nothing.dat"]; status = run(idea.models.main)'
    for options, expected in ((bar, 0), (error, 2)):
        checks = f'; assert status == {expected}; assert not out or "error" not in out.getvalue()'
        assert shell(f"$PY -c '{code}{options}{checks}'").returncode == 0


def test_nothing_is_written_into_a_file_that_got_the_number_of_a_closed_stream(shell, tmp_path):
    done = shell("$PY -m idea.search --model $M --out o >&- 2>&-")
    assert done.returncode == 0
    assert (tmp_path / "o/idea_5.vf").stat().st_size == 3136
    assert json.loads((tmp_path / "o/idea_5.json").read_text())["digit"] == 5


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\r\nb\tc\x9b", "a\\r\\nb\\tc\\x9b"),
        ("\u202efdp.exe\u2066", "\\u202efdp.exe\\u2066"),
        ("\udcff\ud800", "\\xff\\ud800"),
        ("ordinary: 5 → 3, 28×28 …", "ordinary: 5 → 3, 28×28 …"),
    ],
)
def test_what_a_terminal_obeys_is_escaped(text, escaped):
    assert printable(text) == escaped


@pytest.mark.slow
@pytest.mark.parametrize("where", ["", ">&2"])
def test_no_name_of_a_file_reaches_the_terminal_raw(shell, tmp_path, where):
    name = "\x1b]0;owned\x07\x9b2J\u202e"
    arrays = {f"predictor/l1/{name}": np.zeros(3)}
    np.savez(tmp_path / "net.npz", **arrays)
    (tmp_path / f"{name}.vf").write_bytes((tmp_path / "net.npz").read_bytes()[:9])
    idea.write_vf(tmp_path / f"good{name}.vf", np.eye(28))
    line = "$PY -m idea.models net.npz; $PY -m idea.predict *.vf; $PY -m idea.vf2png good* --out o*"
    done = shell(f"({line}; $PY -m idea.search --model *owned* '--{name}') {where}")
    seen = (done.stdout + done.stderr).decode("utf-8")
    assert "\\x1b]0;owned\\x07" in seen
    assert "\\u202e" in seen
    assert [c for c in seen if not c.isprintable() and c != "\n"] == []


def test_an_error_of_several_lines_passes_for_no_other_error(shell):
    done = shell("$PY -m idea.models $'no\\nerror: forged'")
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: no\n  error: forged: can't be read")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("idea.search --seed ٣", "argument --seed: expected a whole number, such as 12, not '٣'"),
        ("idea.search --digit ٣", "digit must be one of 0…9, or all alone, not '٣'"),
        ("idea.search --ink 1_0", "argument --ink: expected a number, such as 0.5, not '1_0'"),
        (
            "idea.search --smooth nan",
            "argument --smooth: expected a number, such as 0.5, not 'nan'",
        ),
        (
            "idea.attack --mnist 1e3",
            "argument --test/--mnist: expected a whole number, such as 12, not '1e3'",
        ),
        (
            "idea.vf2png a --fps 1e400",
            "argument --fps: expected a number, such as 0.5, not '1e400'",
        ),
        (
            "idea.check --port ２８",
            "argument --port: expected a whole number, such as 12, not '２８'",
        ),
        ("idea.prove --seconds=-0", "seconds must be a number, more than 0, not -0.0"),
        ("idea.export", "the following arguments are required: weights"),
        ("idea.models --nonsense", "unrecognized arguments: --nonsense"),
    ],
)
def test_a_wrong_command_line_is_one_message(run, arguments, message):
    done = run(*arguments.split(), status=2)
    assert done.stdout == ""
    assert done.stderr == f"error: {message}\n"


@pytest.mark.slow
def test_help_fits_any_terminal(shell):
    for columns in ("0", "1", "20", "x"):
        done = shell("$PY -m idea.search --help", COLUMNS=columns)
        assert done.returncode == 0
        assert b"--digit" in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        "idea.search --jobs 0",
        "idea.search --sweeps 0",
        "idea.search --every 0",
        "idea.attack a.vf --beam 0",
        "idea.predict none.png",
        "idea.export {model} o/m.pkl",
        "idea.vf2png a.vf --scale 0",
    ],
)
def test_what_is_refused_leaves_no_folder(run, tmp_path, model, command):
    idea.write_vf(tmp_path / "a.vf", np.eye(28))
    before = sorted(tmp_path.rglob("*"))
    out = [] if "export" in command else ["--out", "o/p"]
    run(*command.format(model=model).split(), *out, status=2)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_endless_error_is_cut(tmp_path, run):
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (" + b"9" * 9000 + b",)}"
    with zipfile.ZipFile(tmp_path / "m.npz", "w") as archive:
        size = len(header).to_bytes(2, "little")
        archive.writestr("l1/W.npy", b"\x93NUMPY\x01\x00" + size + header)
    said = run("idea.models", "m.npz", status=2).stderr
    assert said.startswith("error: m.npz: the array l1/W can't be read: ")
    assert len(said) < 3000


@pytest.mark.parametrize(
    "command",
    [
        "idea.export $M o/p/m.dat",
        "idea.check --export o/p --without-training",
        "idea.search --model $M --out o/p",
        "idea.predict a.vf --model $M --out o/p",
    ],
)
def test_what_cannot_be_written_leaves_no_folder(shell, tmp_path, command):
    done = shell(f"ulimit -f 1; exec $PY -m {command}")
    assert done.returncode == 2
    assert b"can't be written: File too large" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.vf", "m.dat"]


def test_no_memory_is_never_an_empty_message(tmp_path):
    code = "import sys; from idea.cli.common import run\n"
    code += "def main(): raise MemoryError\nsys.exit(run(main))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr == (
        "error: not enough memory: the requested work is too large for this machine\n"
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no signal that nobody can catch")
def test_what_a_killed_search_left_is_swept_by_the_next(run, tmp_path, model):
    code = "import os, signal; from pathlib import Path; import idea.search as s\n"
    code += "Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\ns.main()"
    arguments = ["--model", str(model), "--out", "o", "--frames"]
    killed = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=tmp_path, check=False, timeout=300
    )
    assert killed.returncode == -signal.SIGKILL
    mine = Path(tmp_path / "o/.idea-mine.part")
    mine.mkdir()
    assert len(list((tmp_path / "o").glob(".idea-*.part"))) == 2
    run("idea.search", *arguments)
    assert list((tmp_path / "o").glob(".*")) == [mine]


def test_without_a_cache_the_way_out_is_named(run, tmp_path):
    (tmp_path / "file").touch()
    done = run("idea.attack", "--mnist", 1, status=2, XDG_CACHE_HOME=str(tmp_path / "file"))
    assert done.stderr.startswith(f"error: {tmp_path / 'file/idea/mnist'}: can't create the folder")
    assert "a folder that has the data set in place of mnist" in done.stderr
