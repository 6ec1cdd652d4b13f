"""Fixtures of sites that can train networks: a pytest plugin, which test modules name."""

from __future__ import annotations

import pytest

from idea.check.export import write_site
from idea.check.train.site import train_files

from client import files_of


@pytest.fixture(scope="session")
def kit():
    """What networks are trained with, from the user's cache or fetched into it."""
    found = train_files(lambda text: None)
    if found.missing:
        pytest.skip(f"needs {found.missing}")
    return found


@pytest.fixture(scope="session")
def trainable(tmp_path_factory, kit):
    """The address of a static site that trains."""
    folder = tmp_path_factory.mktemp("trainable")
    write_site(folder / "site", train=kit)
    with files_of(folder, are_kept=True) as address:
        yield f"{address}site/"
