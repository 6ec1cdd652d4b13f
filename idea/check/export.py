"""The static site: the page with data files in place of the server."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path
from typing import Any

from idea.check.model_store import StoredModel, default_id, preloaded
from idea.check.page_weights import weights_bytes
from idea.check.responses import methods_json
from idea.check.train.site import NO_FILES, TrainFiles
from idea.errors import WeightsError
from idea.files.write import write_files
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP
from idea.task_options import UNDECLARED, TaskOptions

__all__ = ["PAGE", "write_site"]

PAGE = Path(__file__).parent / "page"
"""Folder of the page's files."""


def write_site(
    folder: Path,
    model: str | None = None,
    given: TaskOptions = UNDECLARED,
    train: TrainFiles = NO_FILES,
) -> list[Path]:
    """Write the page as static files for any web server, such as GitHub Pages.

    The bundled networks are always included, but for those whose format needs a package that is
    missing.

    Parameters
    ----------
    folder
        Output folder; created if it is missing. Files of other names in it are kept.
    model
        The default network, an MLP or a CNN: the name of a bundled one, or a file.
    given
        What is declared of its task.
    train
        What the page trains networks with.

    Returns
    -------
    list of Path
        The written files.

    Raises
    ------
    WeightsError
        If the model can't be read, or is neither an MLP nor a CNN.
    OutputError
        If the files can't be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> written = write_site(pathlib.Path(tempfile.mkdtemp()))  # doctest: +SKIP
    >>> sorted(path.name for path in written if path.suffix == ".bin")  # doctest: +SKIP
    ['convnet.bin', 'digits8.bin', 'fashion.bin', 'lenet.bin', 'mlp.bin']
    """
    files = {Path(".nojekyll"): b""}
    files |= {p.relative_to(PAGE): p.read_bytes() for p in PAGE.rglob("*") if p.is_file()}
    entries = []
    for stored in preloaded(model, given):
        entry, beside = _model(stored)
        entries.append(entry)
        files |= beside
    files |= train.files
    site = {
        "version": metadata.version("idea"),
        "server": False,
        "default": default_id(model),
        "models": entries,
        "methods": methods_json(),
        "train": train.addresses,
    }
    files[Path("site.json")] = _json(site)
    write_files({folder / path: data for path, data in files.items()}, new_folders=True)
    return [folder / path for path in files]


def _model(stored: StoredModel) -> tuple[dict[str, Any], dict[Path, bytes]]:
    """Return a model's entry in `site.json`, and its file."""
    if not isinstance(stored.model, MLP | CNN):
        raise WeightsError(
            f"{stored.name}: a static site evaluates MLPs and CNNs, found another ONNX graph"
        )
    weights = Path(f"models/{stored.id}.bin")
    entry = {**stored.metadata(), "weights": weights.as_posix()}
    return entry, {weights: weights_bytes(stored.model)}


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
