"""train.py's options, with or without Chainer."""

from __future__ import annotations

import importlib.util

import pytest

from conftest import ROOT

TRAIN = ROOT / "train.py"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--units", "0"], "--units must be 1 or more, not 0"),
        (["--batch-size", "-5"], "--batch-size must be 1 or more, not -5"),
        (["--epochs", "0"], "--epochs must be 1 or more, not 0"),
        (["--seed", "-1"], "--seed must be in 0…4294967295, not -1"),
        (
            ["--weight-decay", "-0.1"],
            "--weight-decay must be at least 0 and less than 1, not -0.1",
        ),
        (["--weight-decay", "nan"], "--weight-decay must be at least 0 and less than 1, not nan"),
        (["--out", "."], ".: is a folder; name a file for the weights"),
        (["--out", "file/m"], "file: no such folder can be made: File exists"),
    ],
)
def test_bad_options_are_one_sentence(run, tmp_path, options, sentence):
    (tmp_path / "file").touch()
    assert run(TRAIN, *options, status=2).stderr == f"error: {sentence}\n"


@pytest.mark.skipif(
    importlib.util.find_spec("chainer") is not None, reason="Chainer is installed here"
)
def test_without_chainer_it_says_where_to_get_it(run):
    assert run(TRAIN, status=2).stderr == (
        "error: Chainer can't be loaded here (No module named 'chainer'). It wants Python 3.11 "
        "and an environment of its own: 'make chainer' builds .venv-chainer\n"
    )


def test_help_names_the_defaults(run):
    text = run(TRAIN, "--help").stdout
    for option, default in (
        ("--units", "784"),
        ("--batch-size", "1000"),
        ("--epochs", "20"),
        ("--out", "test.model"),
    ):
        assert option in text
        assert f"(default: {default})" in text
