"""List the bundled networks, or describe files of weights: `python -m idea.models --help`."""

from __future__ import annotations

if __name__ == "__main__":  # before the imports below, which take a while
    from idea.cli.starting import end_on_interrupt

    end_on_interrupt()

import argparse
import sys

from idea.cli.common import EXIT_STATUS, Parser, add_task, run, task_options
from idea.cli.data import add_data, data_for
from idea.cli.opened import opened
from idea.cli.progress import waiting
from idea.cli.streams import printable, show
from idea.data.examples import accuracy, few_examples
from idea.data.reference_logits import Context, energy_context
from idea.errors import OptionError
from idea.networks.bundled import BUNDLED, DEFAULT, provenance
from idea.task_options import UNDECLARED
from idea.text import percentage

_EPILOG = f"""\
examples:
  List the bundled networks:
    python -m idea.models
  Show how one was trained:
    python -m idea.models lenet
  Describe the network in a file of your own:
    python -m idea.models net.onnx
  Describe one whose file doesn't give the size of its images:
    python -m idea.models net.npz --shape 5x3 --classes cat,dog
  Describe one whose file doesn't give the activation between its layers:
    python -m idea.models net.pt --activation tanh
  Compute reference values for the energies of its ideals:
    python -m idea.models test.dat --context

{EXIT_STATUS}"""


def main() -> int:
    """Parse the command line and print; return the exit status."""
    args = parser().parse_args()
    given = task_options(args)
    if args.context:
        for name in args.model or BUNDLED:
            show(f"{name}:\n{_reference_logits(name, args)}")
        return 0
    if given != UNDECLARED and set(args.model) <= set(BUNDLED):
        raise OptionError("--shape, --classes and --activation are for files of weights: name one")
    if not args.model:
        show(_table())
    for name in args.model:
        show(
            BUNDLED[name].with_suffix(".txt").read_text("utf-8")
            if name in BUNDLED
            else _describe(name, args)
        )
    return 0


def _table() -> str:
    """Return a table of the bundled networks."""
    rows: list[tuple[str, ...]] = [("name", "network", "data set", "test accuracy", "trained with")]
    for name in BUNDLED:
        marked = f"{name} (default)" if name == DEFAULT else name
        keys = ("network", "data set", "test accuracy")
        versions = provenance(name, "versions").split(",")[0]
        rows.append((marked, *(provenance(name, key) for key in keys), versions))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def _describe(path: str, args: argparse.Namespace) -> str:
    """Describe a file's network; of a graph that the kernel can't evaluate, add the reason."""
    model = opened(path, args).network
    facts = [repr(model), model.task.described]
    examples = few_examples(model.task)
    if examples is not None:
        with waiting(f"classifying {len(examples.labels):,} test images"):
            share = accuracy(model, examples.images, examples.labels)
        count = f"{len(examples.labels):,} test images of {examples.title}"
        facts.append(f"{percentage(share, 1)} of {count} classified correctly")
    parts = [", ".join(facts)]  # what follows has commas of its own
    if model.left_open:
        hint = " (--activation names another)" if model.left_open.startswith("activation") else ""
        parts.append(f"not in the file: {model.left_open}{hint}")
    if model.reason:
        parts.append(f"run by ONNX Runtime: {model.reason}")
    return f"{path}: {'; '.join(parts)}"


def _reference_logits(name: str, args: argparse.Namespace) -> str:
    """Return the logits that real images reach, as the texts of the bundled networks hold them."""
    from tqdm import tqdm

    model = opened(name, args).network
    dataset = data_for(args, model, lambda text: print(text, file=sys.stderr))
    total, noun = len(dataset.test_images), dataset.noun
    with tqdm(desc=printable(name), total=total, unit=noun, leave=False, disable=None) as bar:
        contexts = energy_context(model, dataset, bar.update)
    # Labels are aligned in columns.
    rows = {"digit" if noun == "digit" else "class": list(dataset.task.classes)}
    for field in Context._fields:
        rows[field] = [f"{getattr(context, field):.4f}" for context in contexts]
    width = max(len(cell) for cells in rows.values() for cell in cells)
    lines = (f"{key:15}{' '.join(cell.rjust(width) for cell in row)}" for key, row in rows.items())
    about = f"{total:,} test images of {dataset.title}, in greys of 0…1"
    head = f"{f'real {noun}s':15}{about}; the logit of each for what it is:"
    return "\n".join([head, *lines])


def parser() -> Parser:
    """Return the command's argument parser."""
    parser = Parser(
        prog="python -m idea.models",
        description="List the bundled networks with their data sets and their accuracy on its test "
        "images, or describe the networks in files. Every command takes a bundled network's name "
        "in place of a file of weights.",
        epilog=_EPILOG,
    )
    parser.add_argument(
        "model",
        nargs="*",
        help="bundled network, to show how it was trained; or file of weights, to describe it",
    )
    parser.add_argument(
        "--context",
        action="store_true",
        help="compute the largest and the median logit that real images of each class reach, as "
        "reference for the energies of ideals (without a name: for all bundled networks)",
    )
    add_task(parser)
    add_data(
        parser.add_argument_group("data set of --context"),
        labels=False,
        default="the one that has the network's task",
    )
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
