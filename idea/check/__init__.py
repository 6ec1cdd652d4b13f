"""The checker: a page where one draws digits and sees what a network makes of them.

`python -m idea.check` serves it; `create_app` makes the same application for any WSGI server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idea.check.errors import checker_imports
from idea.check.hosts import host_names
from idea.check.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask import Flask

__all__ = ["Limits", "create_app"]


def create_app(
    model: str | None = None,
    *,
    hosts: Collection[str] | None = None,
    limits: Limits | None = None,
) -> Flask:
    """Make the checker's WSGI application.

    Opened models are kept in memory, so serve it from one process with several threads.

    Parameters
    ----------
    model
        The network it begins with: the name of one that comes along, or a file. Default: the MLP.
    hosts
        The names it may be asked by, such as ``["digits.example.org"]``, without ports, besides IP
        addresses. Requests by others are refused. Default: ``localhost``.
    limits
        How much it may be asked for.

    Returns
    -------
    flask.Flask
        The application.

    Raises
    ------
    MissingPackageError
        If Flask is not installed.
    OptionError
        If one of the hosts is no name.
    WeightsError
        If the model can't be used.

    Examples
    --------
    >>> from idea.check import create_app
    >>> client = create_app().test_client()  # doctest: +SKIP
    >>> client.get("/site.json").json["default"]  # doctest: +SKIP
    'mlp'
    """
    with checker_imports():
        from idea.check.app import make_app
    return make_app(model, host_names(hosts), limits or Limits())
