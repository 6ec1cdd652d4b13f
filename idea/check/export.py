"""The static site: the page with data files in place of the server."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from idea.check.model_store import StoredModel, default_id, preloaded
from idea.check.responses import ideal_json
from idea.core.find import find_all
from idea.errors import WeightsError
from idea.files.write import write_files
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP
from idea.networks.weights import Weights
from idea.task_options import UNDECLARED, TaskOptions

__all__ = ["PAGE", "write_site"]

PAGE = Path(__file__).parent / "page"
"""Folder of the page's files."""


def write_site(
    folder: Path, model: str | None = None, given: TaskOptions = UNDECLARED
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
    site = {
        "version": metadata.version("idea"),
        "server": False,
        "default": default_id(model),
        "models": entries,
    }
    files[Path("site.json")] = _json(site)
    write_files({folder / path: data for path, data in files.items()}, new_folders=True)
    return [folder / path for path in files]


def _model(stored: StoredModel) -> tuple[dict[str, Any], dict[Path, bytes]]:
    """Return a model's entry in `site.json`, and its files."""
    network = stored.model
    if not isinstance(network, MLP | CNN):
        raise WeightsError(
            f"{stored.name}: a static site evaluates MLPs and CNNs, found another ONNX graph"
        )
    weights, ideals = Path(f"models/{stored.id}.bin"), Path(f"models/{stored.id}.json")
    grey = np.full((1, network.task.pixels), 0.5, np.float32)
    convolutions = network.convolutions if isinstance(network, CNN) else ()
    if not all(convolution.is_basic for convolution in convolutions):
        raise WeightsError(
            f"{stored.name}: a static site evaluates convolutions of stride 1 without padding, and "
            "max-pools of 2×2, found others"
        )
    entry = {
        **stored.metadata(),
        "weights": weights.as_posix(),
        "convolutions": [{"shape": c.W.shape, "pool": c.pool is not None} for c in convolutions],
        "layers": [W.shape for W, _ in network.layers],
        "check": network.logits(grey)[0].tolist(),
        "ideals": ideals.as_posix(),
    }
    arrays = Weights(network.layers, convolutions).named().values()
    floats = b"".join(array.astype("<f4").tobytes() for array in arrays)
    found = [
        {**ideal_json(ideal, finished=True), "image": ideal.image.ravel().astype(int).tolist()}
        for ideal in find_all(network)
    ]
    return entry, {weights: floats, ideals: _json(found)}


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
