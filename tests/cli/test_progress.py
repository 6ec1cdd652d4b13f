"""What takes long without steps that could be counted."""

from __future__ import annotations

import time

import pytest

from idea.cli.progress import waiting


@pytest.mark.parametrize("patience", [0, 60])
def test_a_text_is_shown_on_a_terminal_once_it_takes_long(monkeypatch, capsys, patience):
    monkeypatch.setattr("idea.cli.progress.is_terminal", lambda _: True)
    monkeypatch.setattr("idea.cli.progress._PATIENCE", patience)
    with waiting("opening net.onnx"):
        time.sleep(0.1)
        shown = capsys.readouterr().err
    assert ("opening net.onnx …" in shown) == (patience == 0)
    assert not capsys.readouterr().err.strip()  # it is cleared


def test_nothing_is_shown_where_no_terminal_is(monkeypatch, capsys):
    monkeypatch.setattr("idea.cli.progress._PATIENCE", 0)
    with waiting("opening net.onnx"):
        time.sleep(0.05)
    assert capsys.readouterr().err == ""
