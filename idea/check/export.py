"""The static site: the page with data files in place of the server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from idea.check.exported.hdf5_reader import hdf5_files
from idea.check.exported.head import PREVIEW, preview_bytes, with_preview
from idea.check.exported.licence import LICENCE, licence_bytes, project_address
from idea.check.exported.offline import WORKER, worker_bytes
from idea.check.exported.training_images import TrainingImages
from idea.check.model_store import default_id, preloaded
from idea.check.page_weights import weights_bytes
from idea.check.priors import prior_values, priors_json
from idea.check.responses import methods_json
from idea.check.stored_model import StoredModel
from idea.check.train.site import NO_FILES, TrainFiles
from idea.errors import WeightsError
from idea.files.write import write_files
from idea.networks.cnn import CNN
from idea.networks.mlp import MLP
from idea.task_options import UNDECLARED, TaskOptions

__all__ = ["PAGE", "Written", "write_site"]

PAGE = Path(__file__).parent / "page"
"""Folder of the page's files."""
_INDEX = Path("index.html")
_FIRST = "lenet"
"""The network that a page shows first: it is soon loaded."""


@dataclass(frozen=True)
class Written:
    """A site that was written."""

    files: list[Path]
    missing: list[str]
    """The data sets of its networks whose training images it doesn't hold."""
    reads_hdf5: bool
    """Whether it has the package that reads Keras's files."""


def write_site(
    folder: Path,
    model: str | None = None,
    given: TaskOptions = UNDECLARED,
    train: TrainFiles = NO_FILES,
    *,
    address: str = "",
) -> Written:
    """Write the page as static files for any web server, such as GitHub Pages.

    The bundled networks are always included, but for those whose format needs a package that is
    missing.

    Parameters
    ----------
    folder
        Output folder; created if it is missing. Files of other names in it are kept.
    model
        The default network, an MLP or a CNN: the name of a bundled one, or a file. None: the
        bundled LeNet, which is a twentieth of the MLP's size.
    given
        What is declared of its task.
    train
        What the page trains networks with.
    address
        Where the site will be, for the picture that services show beside links to it.

    Returns
    -------
    Written
        The files, and what is missing among them.

    Raises
    ------
    WeightsError
        If the model can't be read, or is neither an MLP nor a CNN.
    OutputError
        If the files can't be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> site = write_site(pathlib.Path(tempfile.mkdtemp()))  # doctest: +SKIP
    >>> [path.name for path in site.files if path.parent.name == "data"]  # doctest: +SKIP
    ['mnist.bin', 'digits8.bin']
    >>> site.missing  # doctest: +SKIP
    ['fashion']
    """
    files = {Path(".nojekyll"): b""}
    files |= {p.relative_to(PAGE): p.read_bytes() for p in PAGE.rglob("*") if p.is_file()}
    entries = []
    default = default_id(model or _FIRST)
    networks = sorted(preloaded(model, given), key=lambda stored: stored.id != default)
    for stored in networks:
        entry, beside = _model(stored)
        entries.append(entry)
        files |= beside
    training = TrainingImages(stored.model.task for stored in networks)
    hdf5 = hdf5_files()
    files |= {**training.files, **(hdf5 or {}), **train.files}
    priors = priors_json("priors/{}.bin".format)
    files |= {Path(prior["values"]): prior_values(prior["name"]) for prior in priors}
    site = {
        "version": metadata.version("idea"),
        "server": False,
        "default": default,
        "models": entries,
        "priors": priors,
        "methods": methods_json(),
        "training": training.entries,
        "hdf5": hdf5 is not None,
        "project": project_address(),
        "licence": LICENCE.as_posix(),
        "train": train.addresses,
    }
    files[Path("site.json")] = _json(site)
    index = files[_INDEX].decode()
    files[_INDEX] = with_preview(index, address).encode()
    files[PREVIEW] = preview_bytes(networks[0].model)
    files[LICENCE] = licence_bytes()
    weights = {Path(entry["weights"]) for entry in entries if entry["id"] != default}
    later = {*weights, *training.files, *train.files, PREVIEW}
    files[WORKER] = worker_bytes(files, later)
    write_files({folder / path: data for path, data in files.items()}, new_folders=True)
    return Written([folder / path for path in files], training.missing, hdf5 is not None)


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
