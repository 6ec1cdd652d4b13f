"""What a link to the static site shows: a title, a description and a picture."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from idea.core.find import find
from idea.core.objective import Objective
from idea.files.prior import load_prior
from idea.image import DIGITS
from idea.networks.base import Model

__all__ = ["PREVIEW", "preview_bytes", "with_preview"]

PREVIEW = Path("preview.png")
"""The picture's path in the site."""
_SIZE = (1200, 630)
"""Of the pictures that services show beside links."""
_MARGIN = 45
_BACKGROUND = (19, 18, 16)
_INKS = ((190, 188, 184), (255, 176, 59))
_PRIOR_WEIGHT = 0.3


def with_preview(page: str, address: str) -> str:
    """Return the page's HTML with what services read that show previews of links.

    Parameters
    ----------
    page
        The HTML, with a title and a description.
    address
        Where the site will be, or an empty text: few services find a picture by a relative address.

    Returns
    -------
    str
        The HTML.

    Examples
    --------
    >>> page = '<meta name="description" content="Draw."><title>idea</title></head>'
    >>> with_preview(page, "https://example.org/idea").count("https://example.org/idea/preview.png")
    1
    """
    title = _found(r"<title>(.*?)</title>", page)
    description = _found(r'<meta name="description" content="(.*?)">', page)
    folder = f"{html.escape(address.rstrip('/'))}/" if address else ""
    properties = {
        "og:type": "website",
        "og:title": title,
        "og:description": description,
        **({"og:url": folder} if folder else {}),
        "og:image": f"{folder}{PREVIEW}",
        "og:image:width": str(_SIZE[0]),
        "og:image:height": str(_SIZE[1]),
        "og:image:alt": "An image that a network classifies as the class it was searched for",
    }
    lines = [f'  <meta property="{name}" content="{text}">' for name, text in properties.items()]
    lines.append('  <meta name="twitter:card" content="summary_large_image">')
    return page.replace("</head>", "\n".join([*lines, "</head>"]), 1)


def preview_bytes(model: Model) -> bytes:
    """Return the picture as PNG: a network's ideal of its middle class, and what leads to it.

    Of digits it is the ideal as the network has it and a legible one, with a prior; of others the
    noise that a search begins with and the ideal.

    Parameters
    ----------
    model
        The network.

    Returns
    -------
    bytes
        The picture.
    """
    picture = Image.new("RGB", _SIZE, _BACKGROUND)
    side = _SIZE[1] - 2 * _MARGIN
    for place, image in enumerate(_images(model)):
        scale = side // max(image.shape)
        greys = Image.fromarray((255 * image).astype(np.uint8))
        large = greys.resize(
            (scale * image.shape[1], scale * image.shape[0]), Image.Resampling.NEAREST
        )
        left = _SIZE[0] * (1 + 2 * place) // 4 - large.width // 2
        top = (_SIZE[1] - large.height) // 2
        picture.paste(Image.new("RGB", large.size, _INKS[place]), (left, top), large)
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _images(model: Model) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    target = len(model.task.classes) // 2
    ideal = find(model, target).image
    if model.task != DIGITS:
        return np.random.default_rng(0).random(model.task.shape, np.float32), ideal
    legible = Objective(prior=load_prior(), prior_weight=_PRIOR_WEIGHT)
    return ideal, find(model, target, "steepest", objective=legible).image


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found is not None  # noqa: S101  # the page is our own
    return found[1]
