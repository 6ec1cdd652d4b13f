"""`python -m idea.search` at a terminal: what it shows, and Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import termios
import threading

import pytest

import idea
from idea.files.picture import as_text

from conftest import LINE

pytestmark = pytest.mark.slow


def terminal():
    """A pseudo-terminal: its two ends."""
    main, sub = pty.openpty()
    termios.tcsetwinsize(sub, (40, 120))
    return main, sub


def read_until(main, text=None) -> str:
    """What the terminal shows until a text appears, or until its other end is closed."""
    seen = b""
    with contextlib.suppress(OSError):  # as a closed end is reported
        while chunk := os.read(main, 65536):
            seen += chunk
            if text and text.encode() in seen:
                break
    return seen.decode("utf-8").replace("\r\n", "\n")


@contextlib.contextmanager
def at_a_terminal(*options, folder, **streams):
    """Run the command with a terminal as its standard error; give its process and the terminal."""
    main, sub = terminal()
    process = subprocess.Popen(
        [sys.executable, "-m", "idea.search", *map(str, options)],
        cwd=folder,
        stderr=sub,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
        **(streams or {"stdout": sub}),
    )
    os.close(sub)
    watchdog = threading.Timer(120, process.kill)
    watchdog.start()
    try:
        yield process, main
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()
        os.close(main)


def test_ctrl_c_writes_the_best_so_far(tmp_path):
    options = ("--restarts", 100_000, "--gif")
    with at_a_terminal(*options, folder=tmp_path, stdout=subprocess.PIPE) as (process, main):
        read_until(main, "energy")
        process.send_signal(signal.SIGINT)
        err = read_until(main)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.endswith("interrupted: the best so far is in ideas/idea_5.vf\n")
    assert "Traceback" not in err
    record = json.loads((tmp_path / "ideas/idea_5.json").read_text())
    assert record["interrupted"]
    assert 1 <= record["restarts"] < 100_000
    image = idea.read_vf(tmp_path / "ideas/idea_5.vf")
    logits = idea.load_model().logits(image.reshape(1, 784))[0]
    assert record["logits"] == pytest.approx(logits.tolist())
    assert LINE.fullmatch(out.splitlines()[0])
    assert (tmp_path / "ideas/idea_5.gif").exists()


def test_an_interrupted_replay_changes_nothing(tmp_path, run):
    run("idea.search", "--restarts", 200)  # long enough to be interrupted
    before = {path: path.read_bytes() for path in (tmp_path / "ideas").iterdir()}
    options = ("--replay", "ideas/idea_5.json")
    with at_a_terminal(*options, folder=tmp_path, stdout=subprocess.PIPE) as (process, main):
        read_until(main, "energy")
        process.send_signal(signal.SIGINT)
        err = read_until(main)
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.endswith("interrupted: the replay was not finished; nothing written\n")
    assert {path: path.read_bytes() for path in (tmp_path / "ideas").iterdir()} == before


def test_on_a_terminal_it_shows_a_bar_and_the_ideal(tmp_path, model):
    options = ("--model", model, "--method", "mc")
    with at_a_terminal(*options, folder=tmp_path) as (process, main):
        text = read_until(main)
        assert process.wait(timeout=60) == 0
    # At the beginning of a line, which the bar has left.
    assert "\r" + as_text(idea.read_vf(tmp_path / "ideas/idea_5.vf")) in text
    assert "digit 5:" in text
    assert "energy" in text


def test_bars_move_and_names_do_not(tmp_path, model):
    """Of control characters a bar needs the carriage return alone; none comes from a name."""
    name = "\x1b]0;owned\x07\r\u202e.dat"
    (tmp_path / name).write_bytes(model.read_bytes())
    main, sub = terminal()
    with subprocess.Popen(
        [sys.executable, "-c", BARRED, "--model", name, "--digit", "0", "1"],
        cwd=tmp_path,
        stdout=sub,
        stderr=sub,
    ) as process:
        os.close(sub)
        seen = read_until(main)
    assert process.returncode == 2, seen
    assert "digit 0:" in seen
    assert "error: no \\x1b]0;owned\\x07\\r\\u202e.dat" in seen
    assert [c for c in seen if not c.isprintable() and c not in "\r\n"] == []


# The command, ended by an error that tells a file's name.
BARRED = """
import sys
import idea.search
from idea.cli.common import run
from idea.errors import IdeaError
def main():
    idea.search.main()
    raise IdeaError(f"no {sys.argv[2]}")
sys.exit(run(main))
"""
