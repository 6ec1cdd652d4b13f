"""Files that aren't regular: devices, pipes, folders, endless ones."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading

import numpy as np
import pytest

from idea.errors import DumpError, OptionError, WeightsError
from idea.files import read as reading
from idea.files.read import read_bytes, read_json
from idea.files.vf import dump_bytes

from conftest import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX's special files")


def refusal(path, kind=DumpError):
    with pytest.raises(kind) as error:
        read_bytes(path, kind)
    assert str(error.value).startswith(f"{path}: ")
    return str(error.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1, 3 << 20])
def test_all_of_a_file_is_read(tmp_path, size):
    path = tmp_path / "a"
    path.write_bytes(os.urandom(size))
    assert read_bytes(path, DumpError) == path.read_bytes()


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom", "/dev/full", "/dev/null"])
def test_a_device_is_refused(device):
    assert refusal(device) == "expected a file, found a character device"


def test_what_is_no_file_is_named(tmp_path):
    assert refusal(tmp_path) == "can't be read: Is a directory"
    (tmp_path / "to nowhere").symlink_to(tmp_path / "nowhere")
    assert refusal(tmp_path / "to nowhere") == "can't be read: No such file or directory"
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    assert refusal(tmp_path / "circle") == "can't be read: Too many levels of symbolic links"
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "s"))
        assert refusal(tmp_path / "s") == "can't be read: No such device or address"
    with pytest.raises(DumpError, match="can't be read: embedded null byte"):
        read_bytes("a\0b", DumpError)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    (tmp_path / "a").touch(0)
    assert refusal(tmp_path / "a") == "can't be read: Permission denied"


def test_a_file_that_is_too_large_is_not_even_begun(tmp_path):
    with (tmp_path / "a").open("wb") as file:
        file.truncate(10**13)  # of which nothing is on the disk
    assert refusal(tmp_path / "a") == (
        "expected at most 1,000,000,000 bytes, found 10,000,000,000,000 or more; the environment "
        "variable IDEA_MAX_FILE_MB sets that limit, in megabytes"
    )


def test_the_limit_can_be_set(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_bytes(bytes(2_000_001))
    monkeypatch.setenv("IDEA_MAX_FILE_MB", "2")
    assert refusal(path).startswith("expected at most 2,000,000 bytes, found 2,000,001 or more; ")
    monkeypatch.setenv("IDEA_MAX_FILE_MB", "3")
    assert len(read_bytes(path, DumpError)) == 2_000_001
    for wrong in ("0", "-1", "1.5", "many", "٣", "9" * 10, " 1"):
        monkeypatch.setenv("IDEA_MAX_FILE_MB", wrong)
        with pytest.raises(OptionError) as error:
            read_bytes(path, DumpError)
        assert str(error.value) == (
            f"IDEA_MAX_FILE_MB must be a number of megabytes, 1 or more, not {wrong!r}"
        )


def test_a_file_that_grows_meanwhile(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_bytes(bytes(99))

    before = path.stat()

    def grows(descriptor):
        with path.open("ab") as more:
            more.write(b"x")
        return before

    monkeypatch.setattr(reading.os, "fstat", grows)
    assert refusal(path) == "its size changed while it was read, from 99 bytes to 100 or more"


def test_a_pipe_is_read_to_its_end(tmp_path):
    data = os.urandom(300_000)  # more than a pipe holds
    path = tmp_path / "p"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_bytes(data))
    writer.start()
    assert read_bytes(path, DumpError) == data
    writer.join()


@pytest.mark.slow
def test_a_slow_writer_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_TIMEOUT", 0.1)
    path = tmp_path / "p"
    os.mkfifo(path)
    slow = f"exec 3>{path}; sleep 1; echo one >&3; sleep 1; echo two >&3"
    with subprocess.Popen(["/bin/sh", "-c", slow]) as process:
        # Until the shell has opened it, nobody writes.
        monkeypatch.setattr(reading, "_TIMEOUT", 60)
        assert read_bytes(path, DumpError) == b"one\ntwo\n"
    assert process.returncode == 0


def test_a_pipe_without_a_writer(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_TIMEOUT", 0.2)
    os.mkfifo(tmp_path / "p")
    assert refusal(tmp_path / "p") == "expected a file, found a pipe into which nothing was written"


def test_a_pipe_without_end_is_read_to_the_limit(tmp_path, monkeypatch):
    monkeypatch.setenv("IDEA_MAX_FILE_MB", "5")
    os.mkfifo(tmp_path / "p")
    endless = ["/bin/sh", "-c", f"exec cat /dev/zero > {tmp_path / 'p'} 2> {os.devnull}"]
    with subprocess.Popen(endless) as process:
        assert refusal(tmp_path / "p").startswith("expected at most 5,000,000 bytes, found 5,")
        process.kill()


DEVICE = "expected a file, found a character device"
ENDLESS = "expected at most 6,000,000 bytes, found 6,"


@pytest.mark.nightly_cases(keep=4)
@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("cat g.vf | python -m idea.predict --model m.dat /dev/stdin", None),
        ("python -m idea.predict --model m.dat <(cat g.vf)", None),
        ("python -m idea.predict --model m.dat /dev/stdin < g.vf", None),
        ("python -m idea.predict --model m.dat /dev/zero", f"/dev/zero: {DEVICE}"),
        (
            "cat /dev/zero | python -m idea.predict --model m.dat /dev/stdin",
            f"/dev/stdin: {ENDLESS}",
        ),
        ("python -m idea.predict --model m.dat - < /dev/zero", f"standard input: {ENDLESS}"),
        ("python -m idea.search --model /dev/zero", f"/dev/zero: {DEVICE}"),
        ("python -m idea.search --start /dev/zero", f"/dev/zero: {DEVICE}"),
        ("python -m idea.search --freeze /dev/urandom", f"/dev/urandom: {DEVICE}"),
        ("python -m idea.vf2png /dev/zero", f"/dev/zero: {DEVICE}"),
        ("python -m idea.models <(cat /dev/zero)", ENDLESS),
    ],
)
def test_commands_read_pipes_and_no_devices(tmp_path, model, line, message):
    (tmp_path / "g.vf").write_bytes(dump_bytes(np.full(784, 0.5)))
    done = subprocess.run(
        ["/bin/bash", "-c", line.replace("python", sys.executable)],
        cwd=tmp_path,
        env=os.environ | {"IDEA_MAX_FILE_MB": "6", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if message is None:
        assert (done.returncode, done.stderr) == (0, "")
    else:
        assert done.returncode == 2
        assert message in done.stderr
        assert done.stderr.startswith("error: ")
        assert len(done.stderr.splitlines()) == 1


def test_json_is_bounded_as_well(tmp_path, monkeypatch):
    monkeypatch.setenv("IDEA_MAX_FILE_MB", "1")
    (tmp_path / "a.json").write_text('{"a": "' + "x" * 1_000_000 + '"}')
    with pytest.raises(WeightsError.__base__, match="expected at most 1,000,000 bytes"):
        read_json(tmp_path / "a.json")
