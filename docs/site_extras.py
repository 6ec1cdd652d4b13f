"""Additions to the site's pages: the notebooks, the playground, and a check of its links."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.python import PyXRefRole
from sphinx.util import logging

from site_links import broken_links

_HERE = Path(__file__).parent
_NOTEBOOKS = _HERE.parent / "notebooks"
_LOGGER = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register roles and event handlers with Sphinx."""
    app.add_role("name", name_role)
    app.connect("autodoc-process-signature", shorten_arrays)
    app.connect("builder-inited", copy_notebooks)
    app.connect("source-read", move_links)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def name_role(_role: str, raw: str, text: str, *rest: Any, **options: Any) -> Any:
    """Render a name between single backticks in a docstring as a link, other text as code."""
    if re.fullmatch(r"[^\W\d][\w.]*(\(\))?", text):
        return PyXRefRole()("py:obj", raw, text, *rest, **options)
    return [nodes.literal(raw, text)], []


def shorten_arrays(
    _app: Sphinx, _what: str, _name: str, _object: Any, _options: Any, *parts: str | None
) -> tuple[str | None, ...]:
    """Write NDArray[float32] for the long form that it is evaluated to."""
    long = r"~?numpy\.ndarray\[tuple\[~?typing\.Any, \.\.\.\], ~?numpy\.dtype\[(.*?)\]\]"
    return tuple(part and re.sub(long, r"~numpy.typing.NDArray[\1]", part) for part in parts)


def copy_notebooks(app: Sphinx) -> None:
    """Copy the notebooks to where Sphinx finds them; git ignores the copies."""
    target = Path(app.srcdir) / "notebooks"
    target.mkdir(exist_ok=True)
    for notebook in sorted(_NOTEBOOKS.glob("*.ipynb")):
        shutil.copy2(notebook, target)


def move_links(_app: Sphinx, _name: str, content: list[str]) -> None:
    """Make links between docs/ and notebooks/, valid in the repository, valid on the site."""
    content[0] = (
        content[0].replace("](../notebooks/", "](notebooks/").replace("](../docs/", "](../")
    )


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Export the page into the site as its playground, then check every link."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    # The command replaces files of an earlier export.
    export = ["-m", "idea.check", "--export", str(site / "playground")]
    subprocess.run(
        [sys.executable, *export], check=True, stdout=subprocess.DEVNULL, cwd=_HERE.parent
    )
    for message in broken_links(site):
        _LOGGER.warning(message)
