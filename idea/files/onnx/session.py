"""Sessions of ONNX Runtime."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from idea.errors import WeightsError
from idea.optional import load_package

__all__ = ["failure", "open_session"]

_NO_MEMORY = ("bad_alloc", "Failed to allocate memory", "bad allocation")


def open_session(graph: Any, path: Path) -> Any:
    """Open a session of ONNX Runtime with common settings.

    It uses one thread, which is fastest for networks as small as these.
    """
    # Newer versions send telemetry. The variable is read when the package is imported.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    runtime = load_package("onnxruntime", path, "onnx onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # errors are raised as well
    try:
        return runtime.InferenceSession(
            graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        raise failure(error, path) from error


def failure(error: Exception, path: Path) -> Exception:
    """Return the error for one of ONNX Runtime's dozen kinds."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    text = f"{path}: ONNX Runtime can't run it: {lines[0]:.200}"
    full = isinstance(error, MemoryError) or any(word in lines[0] for word in _NO_MEMORY)
    return MemoryError(text) if full else WeightsError(text)
