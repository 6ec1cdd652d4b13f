"""Execute the notebooks beside this file: `python notebooks/run.py --help`."""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
import papermill
from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.channels import AsyncZMQSocketChannel
from nbclient.exceptions import CellTimeoutError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from idea.cli.common import Parser, run
from idea.cli.streams import show
from idea.errors import IdeaError
from idea.files.write import make_folder, write_bytes

_HERE = Path(__file__).parent

# Sizes for `--quick`, by the names in the cell tagged `parameters`: the same code on less.
_QUICK: dict[str, dict[str, Any]] = {
    "1_what_does_it_think_a_five_is": {"digits": [0, 5], "steps": 2_000, "restarts": 2},
    "2_ideas_across_hyperparameters": {
        "units": [4, 8],
        "epochs": [1, 2],
        "seeds": "0-1",
        "held_out": 58_000,
    },
    "3_fooling_it": {"beam": 2, "prove": 1, "shown": 2, "measured": 2, "starts": 2},
}

_SECONDS, _QUICK_SECONDS = 7200, 200

_STATE = "application/vnd.jupyter.widget-state+json"
_VIEW = "application/vnd.jupyter.widget-view+json"

_EPILOG = """\
examples:
  python notebooks/run.py                       refresh the pictures of all notebooks, in place
  python notebooks/run.py --quick --out build   check in a minute whether they still run
  python notebooks/run.py notebooks/3*.ipynb    refresh one

needs: pip install --editable '.[notebooks]'
exit status: 0 done, 1 a cell failed (its notebook stays as it was), 2 wrong input"""


class _PollingChannel(AsyncZMQSocketChannel):
    """Polls for messages each second.

    Nbclient replies to widgets on the same socket without asyncio, so a kernel's reply that arrives
    at that moment doesn't wake up the coroutine that waits for it.
    """

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message; raise Empty if none comes in time."""
        end = time.monotonic() + (math.inf if timeout is None else timeout)
        while True:
            left = end - time.monotonic()
            try:
                return await super().get_msg(max(0, min(1, left)))
            except Empty:
                if left <= 1:
                    raise


class _KernelManager(AsyncKernelManager):
    """Makes clients that poll."""

    def client(self, **options: Any) -> AsyncKernelClient:
        client: AsyncKernelClient = super().client(**options)
        client.shell_channel_class = _PollingChannel
        return client


def main() -> int:
    """Parse the command line, execute and write; return the exit status."""
    args = _parser().parse_args()
    if args.quick and not args.out:
        raise IdeaError(
            "--quick requires --out: its pictures must not replace those of the notebooks"
        )
    paths = args.notebooks or sorted(_HERE.glob("*.ipynb"))
    status = 0
    for path in paths:
        show(f"{path.name} …")
        try:
            notebook = (
                executed(path, _quick(path), _QUICK_SECONDS) if args.quick else executed(path, {})
            )
        except (PapermillExecutionError, CellTimeoutError) as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            status = 1
            continue
        target = make_folder(args.out) / path.name if args.out else path
        write_bytes(target, f"{nbformat.writes(notebook)}\n".encode())
    return status


def executed(path: Path, parameters: Mapping[str, Any], seconds: int = _SECONDS) -> NotebookNode:
    """Execute a notebook in an empty folder, without the user's IPython settings.

    Parameters
    ----------
    path
        The notebook.
    parameters
        What to set after the cell tagged ``parameters``.
    seconds
        How long a cell may take. If one takes longer, all are executed once more, in a new kernel.

    Returns
    -------
    NotebookNode
        The notebook with its outputs, without what differs from run to run.

    Raises
    ------
    IdeaError
        If it has no such parameter, or can't be read.
    PapermillExecutionError
        If a cell fails, or what a widget shows.
    CellTimeoutError
        If a cell takes too long twice.
    """
    _check_parameters(path, parameters)
    try:
        notebook = _execute(path, parameters, seconds)
    except CellTimeoutError:
        show(f"{path.name}: a cell took more than {seconds} s; once more …")
        notebook = _execute(path, parameters, seconds)
    _check_widgets(notebook)
    return cleaned(notebook)


def _execute(path: Path, parameters: Mapping[str, Any], seconds: int) -> NotebookNode:
    with tempfile.TemporaryDirectory() as home:
        os.environ["IPYTHONDIR"] = home
        return papermill.execute_notebook(
            str(path),
            None,
            dict(parameters),
            kernel_name="python3",
            kernel_manager_class=_KernelManager,
            cwd=home,
            progress_bar=sys.stderr.isatty(),
            execution_timeout=seconds,
            extra_arguments=["--log-level=CRITICAL"],  # it logs that it is shut down
        )


def cleaned(notebook: NotebookNode) -> NotebookNode:
    """Remove times, versions, memory addresses, and widgets, which need a kernel.

    Parameters
    ----------
    notebook
        An executed one; changed in place.

    Returns
    -------
    NotebookNode
        The same.
    """
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    for cell in notebook.cells:
        cell.metadata = NotebookNode({k: v for k, v in cell.metadata.items() if k == "tags" and v})
        if cell.cell_type == "code":
            shown = [output for output in cell.outputs if _VIEW not in output.get("data", {})]
            cell.outputs = _joined(shown)
            for output in cell.outputs:
                _drop_text(output.get("data", {}))
    return notebook


def _check_parameters(path: Path, parameters: Mapping[str, Any]) -> None:
    """Check that a notebook defines all parameters."""
    try:
        known = papermill.inspect_notebook(str(path))
    except (OSError, ValueError) as error:
        raise IdeaError(f"{path}: can't be read as a notebook: {error}") from error
    for name in parameters:
        if name not in known:
            raise IdeaError(f"{path}: the cell tagged parameters does not define {name}")


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join printed output, whose division into pieces depends on timing."""
    joined: list[NotebookNode] = []
    for output in outputs:
        if joined and output.get("name") and output.get("name") == joined[-1].get("name"):
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _drop_text(data: dict[str, Any]) -> None:
    """Drop the text alternative of a picture: it contains an address or a time."""
    if any(kind.startswith("image/") for kind in data):
        data.pop("text/plain", None)


def _check_widgets(notebook: NotebookNode) -> None:
    """Raise errors of widgets' functions, which don't stop a notebook."""
    state = notebook.metadata.get("widgets", {}).get(_STATE, {}).get("state", {})
    for widget in state.values():
        for output in widget["state"].get("outputs", ()):
            if output["output_type"] == "error":
                raise PapermillExecutionError(
                    cell_index=-1,
                    exec_count=None,
                    source="(the function of a widget)",
                    ename=output["ename"],
                    evalue=output["evalue"],
                    traceback=output["traceback"],
                )


def _quick(path: Path) -> dict[str, Any]:
    if path.stem not in _QUICK:
        raise IdeaError(f"{path}: no sizes for --quick are known; add them in {__file__}")
    return _QUICK[path.stem]


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python notebooks/run.py",
        description="Execute the notebooks, each in a clean kernel and an empty folder.",
        epilog=_EPILOG,
    )
    parser.add_argument(
        "notebooks", nargs="*", type=Path, metavar="FILE.ipynb", help="which (default: all)"
    )
    parser.add_argument("--quick", action="store_true", help="at reduced size; requires --out")
    parser.add_argument("--out", metavar="DIR", help="where to write them (default: in place)")
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
