"""One error for every optional package that is missing."""

from __future__ import annotations

import pickle
import re

import pytest

import idea
from idea.errors import MissingPackageError
from idea.optional import load_package, optional_imports

from conftest import ROOT


def test_a_missing_package_is_an_import_error_and_one_of_ours():
    with pytest.raises(ImportError) as error:
        load_package("no_such_package.inside", "m.pt", "this that")
    assert isinstance(error.value, idea.IdeaError)
    assert str(error.value) == (
        "m.pt needs a package that is not installed (No module named 'no_such_package'): "
        "pip install this that"
    )
    copy = pickle.loads(pickle.dumps(error.value))  # noqa: S301  # what processes send each other
    assert (type(copy), str(copy)) == (MissingPackageError, str(error.value))


def test_the_innermost_user_is_named():
    with pytest.raises(MissingPackageError, match=r"^inner needs"), optional_imports("outer", "x"):
        load_package("no_such_package", "inner", "y")


def test_other_errors_pass():
    with pytest.raises(KeyError), optional_imports("a plot", "x"):
        raise KeyError


def test_no_other_module_words_the_error():
    for path in (ROOT / "idea").rglob("*.py"):
        if path.name != "optional.py":
            code = re.sub(r'"""[\s\S]*?"""', "", path.read_text("utf-8"))
            assert "needs a package that is not installed" not in code, path
