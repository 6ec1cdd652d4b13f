"""Priors as the page's kernel reads them: half-precision floats, and what they are of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from idea.errors import OptionError
from idea.files.prior import PRIORS, load_prior
from idea.networks.prior import Prior
from idea.text import short_repr

__all__ = ["bundled_prior", "prior_values", "priors_json"]


def bundled_prior(name: Any) -> Prior:
    """Return a bundled prior by its name; files, which requests must not name, are refused."""
    if not (isinstance(name, str) and name in PRIORS):
        raise OptionError(f"prior must be one of {', '.join(PRIORS)}, not {short_repr(name)}")
    return load_prior(name)


def priors_json(address: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return the entries of the bundled priors in `site.json`.

    Parameters
    ----------
    address
        The address of a prior's values, by its name.

    Returns
    -------
    list of dict
        ``name``, ``task``, ``hidden``, the number of units, ``typical``, for each class what three
        quarters of its real images exceed, and ``values``, the address.

    Examples
    --------
    >>> priors_json("priors/{}.bin".format)[0]["values"]
    'priors/digits.bin'
    """
    entries = []
    for name in PRIORS:
        prior = load_prior(name)
        task = prior.task
        entries.append(
            {
                "name": name,
                "task": {"height": task.height, "width": task.width, "classes": task.classes},
                "hidden": len(prior.hidden),
                "typical": [prior.typical(task, target) for target in range(len(task.classes))],
                "values": address(name),
            }
        )
    return entries


def prior_values(name: str) -> bytes:
    """Return the parameters of a bundled prior as little-endian float16, which holds them exactly.

    They are its weights (hidden, pixels), the visible biases and the hidden ones.

    >>> len(prior_values("digits")) == 2 * (128 * 784 + 784 + 128)
    True
    """
    prior = bundled_prior(name)
    arrays = (prior.weights, prior.visible, prior.hidden)
    return b"".join(array.astype("<f2").tobytes() for array in arrays)
