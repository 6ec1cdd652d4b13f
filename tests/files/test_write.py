"""Files appear whole or not at all."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from idea.errors import OutputError
from idea.files.write import (
    check_folder,
    make_folder,
    require_no_folders,
    write_bytes,
    write_files,
    write_folder,
)


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "a"
    write_bytes(path, b"old, and longer")
    write_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_half_way_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "a"
    write_bytes(path, b"old")

    def full(self, data):
        with self.open("wb") as file:
            file.write(data[:1])
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError) as error:
        write_bytes(path, b"new")
    assert str(error.value) == f"{path}: can't be written: No space left on device"
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_write_leaves_what_was_there(tmp_path, monkeypatch):
    path = write_bytes(tmp_path / "a", b"old")

    def interrupt(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_of_several_files_all_are_written_or_none(tmp_path):
    write_bytes(tmp_path / "a", b"old")
    (tmp_path / "b").mkdir()
    with pytest.raises(OutputError) as error:
        write_files({tmp_path / "a": b"new", tmp_path / "b": b"new"})
    assert str(error.value) == f"{tmp_path / 'b'}: is a folder; expected a file path"
    with pytest.raises(OutputError, match="no/c: can't be written: No such file or directory"):
        write_files({tmp_path / "a": b"new", tmp_path / "no/c": b"new"})
    assert (tmp_path / "a").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_an_empty_name_is_no_files_and_no_folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match=r"^expected the name of a file or folder, found ''$"):
        write_bytes("", b"lost")
    with pytest.raises(OutputError, match=r"^expected the name of a file or folder, found ''$"):
        make_folder("")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_cannot_stand_where_a_file_does(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError) as error:
        make_folder(tmp_path / "file" / "inside")
    assert str(error.value) == (
        f"{tmp_path / 'file' / 'inside'}: can't create the folder: Not a directory"
    )
    with pytest.raises(OutputError, match="can't create the folder: File exists"):
        make_folder(tmp_path / "file")


def test_a_whole_folder_appears_once_and_stays_as_it_was_first(tmp_path):
    folder = tmp_path / "new"
    assert write_folder(folder, {"a": b"1", "b": b"2"})
    assert not write_folder(folder, {"a": b"other"})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"a": b"1", "b": b"2"}
    assert list(tmp_path.iterdir()) == [folder]


def test_of_a_folder_that_fails_half_way_nothing_is_left(tmp_path):
    with pytest.raises(OutputError) as error:
        write_folder(tmp_path / "new", {"a": b"1", "no/such/place": b"2"})
    assert str(error.value) == f"{tmp_path / 'new'}: can't be written: No such file or directory"
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_no_obstacle(tmp_path, monkeypatch):
    """Whatever its number was: here each attempt is killed while it writes."""
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)  # as a kill leaves it
    with pytest.raises(KeyboardInterrupt):
        write_folder(tmp_path / "new", {"a": b"1"})
    assert len(list(tmp_path.glob(".idea-*.part"))) == 1
    monkeypatch.undo()
    assert write_folder(tmp_path / "new", {"a": b"1"})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(OutputError) as error:
        make_folder(folder)
    assert str(error.value) == f"{folder}: no permission to write in this folder"


def test_commands_that_check_a_folder_at_once_leave_each_other_alone(tmp_path):
    folder = tmp_path / "a" / "b"

    def check(number):
        for _ in range(30):
            check_folder(folder)
        write_files({folder / f"{number}": b"x"}, new_folders=True)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(check, range(8)))
    assert {path.name for path in folder.iterdir()} == set("01234567")


def test_new_folders_are_left_only_with_files_in_them(tmp_path):
    (tmp_path / "old").mkdir()
    files = {tmp_path / "a/b/one": b"1", tmp_path / "a/two": b"2", tmp_path / "old/new/x": b"3"}
    with pytest.raises(OutputError, match="can't be written: File name too long"):
        write_files({**files, tmp_path / "a" / ("x" * 300): b""}, new_folders=True)
    with pytest.raises(OutputError, match="can't create the folder: Not a directory"):
        write_files({**files, Path(__file__) / "x/y": b""}, new_folders=True)
    assert list(tmp_path.rglob("*")) == [tmp_path / "old"]
    write_files(files, new_folders=True)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files


def test_what_no_file_can_be_called_shows_before_the_work(tmp_path):
    path = tmp_path / ("x" * 300)
    with pytest.raises(OutputError) as error:
        require_no_folders([tmp_path / "a", path])
    assert str(error.value) == f"{path}: can't be written: File name too long"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no /proc")
def test_a_folder_is_tried_and_not_only_its_permissions():
    with pytest.raises(OutputError, match=r"^/proc: "):  # root has all permissions there
        check_folder("/proc")
