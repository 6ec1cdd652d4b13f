"""Files in writing are safe from other processes; abandoned ones are removed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from idea.files import temporary as module
from idea.files.temporary import sweep, unfinished
from idea.files.write import make_folder, write_files

NAME = ".idea-0123456789abcdef.part"


def left_behind(folder: Path, name: str = NAME) -> Path:
    """What a killed process leaves."""
    part = folder / name
    part.mkdir(parents=True)
    (part / ".idea-lock").touch()
    (part / "x0000.vf").write_bytes(b"half")
    return part


def test_what_a_living_process_writes_stays(tmp_path):
    code = "import sys; from pathlib import Path; from idea.files.temporary import unfinished\n"
    code += "with unfinished(Path(sys.argv[1])) as part: print(part, flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        part = Path(other.stdout.readline().rstrip())
        sweep(tmp_path)
        assert part.is_dir()
        other.kill()
        other.wait()
    assert part.is_dir()
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_only_what_is_ours_is_swept(tmp_path):
    elsewhere = left_behind(tmp_path / "elsewhere")
    folder = make_folder(tmp_path / "o")
    left_behind(folder)
    kept = [left_behind(folder, name) for name in (".mine.part", NAME.upper(), f"{NAME}~")]
    (folder / NAME.replace("0", "f")).write_bytes(b"a file of that name")
    (folder / NAME.replace("1", "f")).symlink_to(elsewhere)
    make_folder(folder)
    assert not (folder / NAME).exists()
    assert len(list(folder.iterdir())) == len(kept) + 2
    assert len(list(elsewhere.iterdir())) == 2


def test_a_concurrent_sweep_is_survived(tmp_path, monkeypatch):
    """One's own folder vanishes once before it is locked, and once behind the lock's back."""
    opened = []

    class Slow(type(tmp_path)):
        def open(self, *args, **kwargs):
            opened.append(self)
            if len(opened) == 1:
                sweep(tmp_path)
            file = super().open(*args, **kwargs)
            if len(opened) == 2:
                shutil.rmtree(self.parent)
            return file

    monkeypatch.setattr(module, "_LOCK", Slow(module._LOCK).name)
    with unfinished(Slow(tmp_path)) as part:
        assert part.is_dir()
        assert len(opened) == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_several_processes_write_into_one_folder_and_sweep_it(tmp_path):
    code = "import sys; from pathlib import Path; from idea.files.write import *\n"
    code += "for n in range(60):\n"
    code += " write_files({make_folder(sys.argv[1]) / f'{sys.argv[2]}-{n}': b'x' * 1000})"
    writers = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path, str(number)]) for number in range(3)
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    assert len(list(tmp_path.iterdir())) == 180


def test_names_as_long_as_the_system_has_them_are_written(tmp_path):
    write_files({tmp_path / ("n" * 255): b"1"})
    assert [path.name for path in tmp_path.iterdir()] == ["n" * 255]


def test_files_of_several_folders_appear_together(tmp_path):
    (tmp_path / "a").mkdir()
    write_files({tmp_path / "a/x": b"1", tmp_path / "x": b"2"})
    assert (tmp_path / "a/x").read_bytes() + (tmp_path / "x").read_bytes() == b"12"


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks")
def test_without_locks_nothing_is_swept_and_all_is_written(tmp_path, monkeypatch):
    part = left_behind(tmp_path)
    monkeypatch.setattr(
        "fcntl.flock", lambda *_: (_ for _ in ()).throw(OSError(95, os.strerror(95)))
    )
    write_files({make_folder(tmp_path) / "x": b"1"})
    assert sorted(tmp_path.iterdir()) == sorted([part, tmp_path / "x"])


def test_a_folder_that_cannot_be_locked_is_not_left(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, os.strerror(28))  # as on a disk with place for the folder alone

    monkeypatch.setattr(module, "_locked", full)
    with pytest.raises(OSError, match=os.strerror(28)), unfinished(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []
