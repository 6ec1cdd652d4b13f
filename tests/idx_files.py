"""Folders of IDX files."""

from __future__ import annotations

import gzip

from idea.data.idx import NAMES, idx_bytes


def write_idx(folder, arrays, names=NAMES):
    """Write training images and labels, test images and labels; return the folder."""
    for name, array in zip(names, arrays, strict=True):
        data = idx_bytes(array)
        (folder / name).write_bytes(gzip.compress(data, 1) if name.endswith(".gz") else data)
    return folder
