"""Commands as processes that begin with numpy loaded, which takes most of a small one's time.

As a script this is the process that they are forks of. It loads what every command loads, and the
modules that its arguments name; a command imports the rest itself, so a missing import fails here.
"""

from __future__ import annotations

import gc
import importlib
import os
import runpy
import signal
import subprocess
import sys
from multiprocessing.connection import Connection, Pipe
from pathlib import Path

_LOADED = [
    *("numpy", "msgspec", "PIL.Image", "tqdm"),
    *("idea.cli.common", "idea.core.find", "idea.opening.load"),
]
_SECONDS = 300


class Forks:
    """A process that has loaded some packages, and what is run in forks of it, one at a time."""

    def __init__(self, *packages: str) -> None:
        self._connection, other = Pipe()
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(other.fileno()), *packages],
            env=os.environ | {"PYTHONWARNINGS": "error", "PYTHONIOENCODING": "utf-8"},
            pass_fds=[other.fileno()],
        )
        other.close()

    def run(
        self, args: list[str], folder: Path, env: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run a module or script, named with its arguments, in a folder."""
        paths = [folder.with_name(f"{folder.name}.{stream}") for stream in ("out", "err")]
        self._connection.send((args, folder, env, paths))
        status = self._connection.recv()
        out, err = (path.read_bytes().decode() for path in paths)
        for path in paths:
            path.unlink()
        return subprocess.CompletedProcess(args, status, out, err)

    def end(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.wait()


def _serve(connection: Connection) -> None:
    """Fork for each command, and send its exit status, until the other end is closed."""
    while True:
        try:
            command = connection.recv()
        except EOFError:
            return
        child = os.fork()
        if child == 0:
            connection.close()
            _become(*command)
            return
        connection.send(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _become(args: list[str], folder: Path, env: dict[str, str], paths: list[Path]) -> None:
    """Run a command in this process as Python would."""
    signal.alarm(_SECONDS)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    opened = [os.open(os.devnull, os.O_RDONLY), *(os.open(path, flags) for path in paths)]
    for number, descriptor in enumerate(opened):
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.argv = list(args)
    if args[0].endswith(".py"):
        sys.path[0] = str(Path(args[0]).parent)
        runpy.run_path(args[0], run_name="__main__")
    else:
        sys.path[0] = str(folder)
        runpy.run_module(args[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    descriptor, *packages = sys.argv[1:]
    for name in (*_LOADED, *packages):
        importlib.import_module(name)
    # A collection in a fork, the last one above all, would write to and so copy every page of it.
    gc.freeze()
    _serve(Connection(int(descriptor)))
