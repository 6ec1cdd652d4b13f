"""The service worker of the static site, which keeps it for use without a network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path

__all__ = ["WORKER", "worker_bytes"]

WORKER = Path("service_worker.js")
"""Its path in the site, whose folder it serves."""
_SOURCE = Path(__file__).with_name(WORKER.name)


def worker_bytes(files: Mapping[Path, bytes], later: Collection[Path]) -> bytes:
    """Return the service worker of a site: another one for each content of its files.

    Parameters
    ----------
    files
        The site's files, by path.
    later
        Those that are stored once they are first used.

    Returns
    -------
    bytes
        Its source.
    """
    sums = {
        path.as_posix(): hashlib.sha256(data).hexdigest()[:16]
        for path, data in sorted(files.items())
        if not path.name.startswith(".")
    }
    version = {
        "id": hashlib.sha256(json.dumps(sums).encode()).hexdigest()[:16],
        "files": sums,
        "later": sorted(path.as_posix() for path in later),
    }
    return f"self.VERSION = {json.dumps(version)};\n".encode() + _SOURCE.read_bytes()
