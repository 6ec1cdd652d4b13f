"""Ctrl-C while a command still imports NumPy and what else it needs."""

import os
import subprocess
import sys

import pytest

from idea.__main__ import COMMANDS

from conftest import ROOT

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="a process can't send itself Ctrl-C"
)

_CONSOLE = "from idea.__main__ import console; raise SystemExit(console())"
_INTERRUPTS = (
    "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nraise SystemExit('went on')\n"
)


@pytest.mark.parametrize(
    "started",
    [
        ["-c", _CONSOLE],
        ["-m", "idea"],
        [str(ROOT / "train.py")],
        *(["-m", f"idea.{name}"] for name in COMMANDS),
    ],
)
def test_ctrl_c_during_the_imports_ends_a_command_quietly(started, tmp_path):
    (tmp_path / "numpy.py").write_text(_INTERRUPTS)
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, *started], capture_output=True, text=True, env=environment, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")
