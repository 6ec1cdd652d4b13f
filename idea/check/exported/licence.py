"""The licence of the page, and where the project is."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

__all__ = ["LICENCE", "licence_bytes", "project_address"]

LICENCE = Path("LICENSE.txt")
"""The licence's path in the site."""
_PACKAGE = "idea"


def licence_bytes() -> bytes:
    """Return the text of the licence, as the installed package has it."""
    installed = metadata.distribution(_PACKAGE)
    texts = (installed.read_text(name) for name in ("licenses/LICENSE", "LICENSE"))
    return next(filter(None, texts), metadata.metadata(_PACKAGE)["License"]).encode()


def project_address() -> str | None:
    """Return the address of the project's own site, if the package names one."""
    entries = metadata.metadata(_PACKAGE)
    named = entries.get_all("Project-URL") or []
    addresses = [entry.partition(",")[2].strip() for entry in named]
    return next(filter(None, [*addresses, *(entries.get_all("Home-page") or [])]), None)
