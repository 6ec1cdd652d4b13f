"""The page of a report: a rendered template in one self-contained file."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from markupsafe import Markup

from idea.figures.choose import target_of
from idea.files.picture import png_bytes
from idea.image import Task
from idea.reports.facts import facts_of, headlines_of
from idea.reports.figures import parts_of
from idea.reports.formatting import format_percent, name_of
from idea.reports.layout import axes_for, shown_targets, size_within
from idea.reports.networks import Network, headings_of, networks_in, ranked
from idea.reports.picture import data_uri
from idea.studies.stored import class_noun
from idea.studies.study import Study

__all__ = ["report_bytes", "title_of"]

_PAGE = Path(__file__).parent / "page"


def report_bytes(
    study: Study,
    target: int,
    title: str = "",
    on_part: Callable[[int, int, str], object] = lambda *_: None,
) -> bytes:
    """Make a page of a study: one self-contained file, readable without JavaScript.

    Parameters
    ----------
    study
        The study.
    target
        The class that is shown for all networks.
    title
        The title; empty for that of `title_of`.
    on_part
        Called with the number of finished parts, that of all, and the next part's name.

    Returns
    -------
    bytes
        HTML in UTF-8, the same for the same study.

    Raises
    ------
    OptionError
        If the study has no ideals of the class.
    MissingPackageError
        If SciPy is missing, and there are confidence intervals to draw.
    IdeaError
        If a file of the study can't be read.

    Examples
    --------
    >>> report_bytes(Study("my-study"), 5)[:15]  # doctest: +SKIP
    b'<!DOCTYPE html>'
    """
    target = target_of(study, target)
    task = study.task
    makers: dict[str, Callable[[], object]] = dict(parts_of(study, target))
    makers["networks"] = lambda: networks_in(study)
    parts: dict[str, Any] = {}
    for done, (name, make) in enumerate(makers.items()):
        on_part(done, len(makers), name)
        parts[name] = make()
    html = _template(task).render(
        title=title or title_of(study),
        study=study,
        task=task,
        noun=class_noun(task),
        label=task.label(target),
        shown=len(shown_targets(study)),
        headlines=headlines_of(study),
        facts=facts_of(study),
        axes=axes_for(study),
        headings=headings_of(study),
        banner=_banner(study),
        gallery=_gallery(parts["networks"]),
        **_inlined(),
        **parts,
    )
    return str(html).encode("utf-8", "replace")  # a title from a terminal may hold any bytes


def title_of(study: Study) -> str:
    """Return the default title."""
    count = len(study.networks)
    return "The ideals of a network" if count == 1 else f"The ideals of {count:,} networks"


def _template(task: Task) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PAGE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": format_percent,
        "name": lambda label: name_of(label, task),
        "initial": lambda text: text[:1].upper() + text[1:],  # Jinja's lowers the others
    }
    environment.globals["size"] = functools.partial(_size, task)
    return environment.get_template("report.html")


def _gallery(networks: list[Network]) -> dict[str, Network]:
    """Choose the most and the least legible network, or the most accurate, for enlarged ideals."""
    order = ranked(networks)
    if not order:
        return {"the most accurate": max(networks, key=lambda network: network.accuracy)}
    return {"the most legible": order[0]} | ({"the least legible": order[-1]} if order[1:] else {})


def _banner(study: Study) -> list[str]:
    """Return the mean ideals of the classes that are shown, as data URIs of their greys."""
    means = (
        np.mean([study.image(name, target) for name in study.networks], axis=0)
        for target in shown_targets(study)
    )
    return [data_uri(png_bytes(mean, 1)) for mean in means]


def _size(task: Task, side: int) -> Markup:
    """Return the attributes of a picture of an ideal whose longer side is given."""
    width, height = size_within(task.shape, side)
    return Markup('width="{}" height="{}"').format(width, height)


def _inlined() -> dict[str, str]:
    """Return style, script, and a policy that allows these two alone, by their hashes."""
    style, script = ((_PAGE / name).read_text("utf-8") for name in ("report.css", "table.js"))
    policy = (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src {_csp_hash(style)}; script-src {_csp_hash(script)}"
    )
    return {"style": style, "script": script, "policy": policy}


def _csp_hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
