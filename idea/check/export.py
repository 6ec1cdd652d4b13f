"""The static site: the page with data files in place of the server."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from idea.check.model_store import StoredModel
from idea.check.responses import ideal_json
from idea.core.find import find_all
from idea.errors import WeightsError
from idea.files.load import load_model
from idea.files.weights.formats import read_weights, weights_bytes
from idea.files.write import write_files
from idea.networks.bundled import DEFAULT, find_file

__all__ = ["PAGE", "write_site"]

PAGE = Path(__file__).parent / "page"
"""Folder of the page's files."""


def write_site(folder: Path, model: str | None = None) -> list[Path]:
    """Write the page as static files for any web server, such as GitHub Pages.

    Parameters
    ----------
    folder
        Output folder; created if it is missing. Files of other names in it are kept.
    model
        The default network, an MLP with two hidden layers of one width: the name of a bundled one,
        or a file. The bundled MLP is always included.

    Returns
    -------
    list of Path
        The written files.

    Raises
    ------
    WeightsError
        If the model can't be read, or doesn't fit the .dat format.
    OutputError
        If the files can't be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> written = write_site(pathlib.Path(tempfile.mkdtemp()))
    >>> sorted(path.name for path in written if path.parent.name == "models")
    ['mlp.dat', 'mlp.json']
    """
    sources = {"own": model, DEFAULT: None} if model not in (None, DEFAULT) else {DEFAULT: None}
    files = {Path(".nojekyll"): b""}
    files |= {p.relative_to(PAGE): p.read_bytes() for p in PAGE.rglob("*") if p.is_file()}
    entries = []
    for name, source in sources.items():
        entry, beside = _model(name, source)
        entries.append(entry)
        files |= beside
    site = {
        "version": metadata.version("idea"),
        "server": False,
        "default": entries[0]["id"],
        "models": entries,
    }
    files[Path("site.json")] = _json(site)
    write_files({folder / path: data for path, data in files.items()}, new_folders=True)
    return [folder / path for path in files]


def _model(name: str, source: str | None) -> tuple[dict[str, Any], dict[Path, bytes]]:
    """Return a model's entry in `site.json`, and its files."""
    path = find_file(source)
    try:
        dat = weights_bytes(f"{path.stem}.dat", read_weights(path))
    except WeightsError as error:
        raise WeightsError(f"a static page reads .dat files only: {error}") from error
    model = load_model(source)
    weights, ideals = Path(f"models/{name}.dat"), Path(f"models/{name}.json")
    grey = np.full((1, model.task.pixels), 0.5, np.float32)
    entry = {
        **StoredModel(name, name if source is None else path.name, model).metadata(),
        "dat": weights.as_posix(),
        "check": model.logits(grey)[0].tolist(),
        "ideals": ideals.as_posix(),
    }
    found = [ideal_json(ideal, finished=True) for ideal in find_all(model)]
    return entry, {weights: dat, ideals: _json(found)}


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
