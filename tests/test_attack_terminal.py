"""`python -m idea.attack` at a terminal: Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
import termios

import pytest

# With `mnist`, no command has to fetch it and say so.
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("mnist")]


def interrupted(folder, *options, when):
    """Run the command at a terminal and press Ctrl-C when a text appears; give what it printed."""
    main, sub = pty.openpty()
    termios.tcsetwinsize(sub, (40, 120))
    process = subprocess.Popen(
        [sys.executable, "-m", "idea.attack", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=sub,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
    )
    os.close(sub)
    seen = b""
    with contextlib.suppress(OSError):  # as a closed end is reported
        while chunk := os.read(main, 65536):
            if not re.search(when, seen) and re.search(when, seen + chunk):
                process.send_signal(signal.SIGINT)
            seen += chunk
    out, _ = process.communicate(timeout=60)
    os.close(main)
    assert process.returncode == 130
    assert b"Traceback" not in seen
    return out.splitlines(), seen.decode().splitlines()[-1]


def test_ctrl_c_writes_what_was_found(tmp_path):
    out, err = interrupted(tmp_path, "--test", "0", "--prove", "3", when=b"3 flips")
    assert err.endswith("interrupted: partial results are in attacks")
    record = json.loads((tmp_path / "attacks/attack.json").read_text())
    assert (record["interrupted"], record["proved"], record["answer"]) == (True, 2, 9)
    assert out[0].endswith("; proved that 2 do not suffice")


def test_ctrl_c_reports_of_the_digits_done(tmp_path):
    options = ("--report", "10000", "--beam", "1", "--prove", "0")
    out, err = interrupted(tmp_path, *options, when=rb" [3-9]/10000")
    record = json.loads((tmp_path / "attacks/report.json").read_text())
    assert 3 <= record["digits"] < 10_000
    assert record["interrupted"]
    assert out[0].startswith(f"mlp: {record['digits']:,} correctly classified test digits")
    assert err.endswith(f"interrupted: the report covers {record['digits']:,} digits")
