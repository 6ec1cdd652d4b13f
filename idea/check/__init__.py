"""The checker: a web page on which one draws and sees how a network classifies it.

`python -m idea.check` serves it; `create_app` creates the application for any WSGI server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idea.check.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from flask import Flask

    from idea.inputs import InputScale

__all__ = ["Limits", "create_app"]


def create_app(
    model: str | None = None,
    *,
    shape: tuple[int, int] | None = None,
    classes: Iterable[str] | None = None,
    input: str | tuple[float, float] | InputScale | None = None,  # noqa: A002
    activation: str | None = None,
    hosts: Collection[str] | None = None,
    allow_origins: Collection[str] = (),
    proxies: int = 0,
    limits: Limits | None = None,
) -> Flask:
    """Create the checker's WSGI application.

    Opened models are kept in memory, so serve it from one process with several threads.

    Parameters
    ----------
    model
        The default network: the name of a bundled one, or a file. Default: the bundled MLP.
    shape, classes, input, activation
        Its task, the scale of its inputs and the activation between its layers, where its file
        doesn't hold them; see `idea.load_model`.
    hosts
        Host names to accept besides IP addresses, without ports, such as
        ``["digits.example.org"]``. Requests to other hosts are rejected. A page at one of them, at
        the usual port, is the server's own, seen through a proxy. Default: ``localhost``.
    allow_origins
        Origins of other sites whose pages may send requests, such as ``["https://example.org"]``.
    proxies
        The number of trusted proxies in front, whose ``X-Forwarded-Host``, ``-Proto``, ``-Port``
        and ``-For`` are used.
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
        If one of the hosts is no valid host name, one of the origins no origin, or the task or the
        number of proxies is invalid.
    WeightsError
        If the model can't be used.

    Examples
    --------
    >>> from idea.check import create_app
    >>> client = create_app().test_client()  # doctest: +SKIP
    >>> client.get("/site.json").json["default"]  # doctest: +SKIP
    'mlp'
    """
    # Here, for `python -m idea.check` imports this package before its first line.
    from idea.check.access import MAX_PROXIES, Access, normalise_origins
    from idea.check.errors import checker_imports
    from idea.check.hosts import normalise_hosts
    from idea.task_options import TaskOptions
    from idea.validation import as_whole_number

    with checker_imports():
        from idea.check.app import make_app
    given = TaskOptions.of(shape, classes, input, activation)
    access = Access(
        normalise_hosts(hosts),
        origins=normalise_origins(allow_origins),
        proxies=as_whole_number("proxies", proxies, 0, MAX_PROXIES),
    )
    return make_app(model, given, access, limits or Limits())
