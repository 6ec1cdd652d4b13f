"""The checker: a web page on which one draws and sees how a network classifies it.

`python -m idea.check` serves it; `create_app` creates the application for any WSGI server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idea.check.errors import checker_imports
from idea.check.hosts import normalise_hosts
from idea.check.limits import Limits
from idea.image import TaskOptions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from flask import Flask

__all__ = ["Limits", "create_app"]


def create_app(
    model: str | None = None,
    *,
    shape: tuple[int, int] | None = None,
    classes: Iterable[str] | None = None,
    activation: str | None = None,
    hosts: Collection[str] | None = None,
    limits: Limits | None = None,
) -> Flask:
    """Create the checker's WSGI application.

    Opened models are kept in memory, so serve it from one process with several threads.

    Parameters
    ----------
    model
        The default network: the name of a bundled one, or a file. Default: the bundled MLP.
    shape, classes
        Its task, where its file doesn't hold it; see `idea.load_model`.
    activation
        The activation between its layers, where its file doesn't name it.
    hosts
        Host names to accept besides IP addresses, without ports, such as
        ``["digits.example.org"]``. Requests to other hosts are rejected. Default: ``localhost``.
    limits
        Resource limits.

    Returns
    -------
    flask.Flask
        The application.

    Raises
    ------
    MissingPackageError
        If Flask is not installed.
    OptionError
        If one of the hosts is no valid host name, or the task is invalid.
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
    given = TaskOptions.of(shape, classes, activation)
    return make_app(model, given, normalise_hosts(hosts), limits or Limits())
