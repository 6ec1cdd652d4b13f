"""What all commands share: argument types, one-line errors and exit statuses."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO, TypeVar

from idea.cli.help import HelpFormatter, as_started
from idea.cli.starting import INTERRUPTED, raise_on_interrupt
from idea.cli.streams import OutputLostError, prepare_streams, printable, show
from idea.errors import IdeaError, OptionError
from idea.files.layers.chosen import as_activation
from idea.files.read import read_bytes
from idea.image import DIGITS, Task
from idea.inputs import NUMBER, InputScale
from idea.labels import as_labels
from idea.targets import BESIDE_CLASSES, parse_searched
from idea.task_options import TaskOptions
from idea.validation import as_path, parse_number, parse_whole_number

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

__all__ = [
    "DIGITS_HELP",
    "EXIT_STATUS",
    "INTERRUPTED",
    "JOBS_HELP",
    "MODEL_HELP",
    "READER_LEFT",
    "WRONG_INPUT",
    "Parser",
    "add_model",
    "add_target",
    "add_task",
    "chosen_targets",
    "class_labels",
    "image_shape",
    "is_terminal",
    "named_path",
    "real_number",
    "run",
    "task_options",
    "whole_number",
    "writes_utf8",
]

Value = TypeVar("Value")

WRONG_INPUT = 2
READER_LEFT = 141  # 128 + SIGPIPE

_LONGEST = 2_000  # characters of an error
_UNKNOWN_SIZE = "the requested work is too large for this machine"

MODEL_HELP = (
    "mlp, lenet, convnet, robust, fashion or digits8 (bundled networks; see python -m "
    "idea.models), or a file of weights, recognised by its contents: "
    "Chainer's, JAX's or plain arrays (.npz, .model), PyTorch's .pt or .safetensors, Keras's "
    ".keras or .h5, TensorFlow.js's model.json, .onnx, scikit-learn's .pkl, .joblib or .skops, raw "
    "float32 (.dat) (default: mlp)"
)
DIGITS_HELP = "digits: 5, or 0 3 5, or 0,3,5, or all (default: 5)"
TARGETS_HELP = (
    "classes by label or index, or all (default: 5 for digits, else all); "
    "layer2:17, a unit's pre-activation; conv1:3, a map's mean; conv1:3@10,12, the map's unit in "
    "column 10, row 12; layer2:random, layer2:random1, …, a random direction of a layer; "
    "layer2@FILE.npy, a given one; 5-3 or 5+8-2*3, a sum of logits. A label is that class, "
    "whatever else it could mean"
)
JOBS_HELP = "number of threads; does not affect the result (default: all cores)"
EXIT_STATUS = "exit status: 0 success, 2 invalid input"


class Parser(argparse.ArgumentParser):
    """A command's options; help goes through `show`, and errors are raised as `OptionError`."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse a command line, in which a range such as -1..1 is no option."""
        words = list(sys.argv[1:] if args is None else args)
        for option, *numbers in zip(words, words[1:], words[2:], strict=False):
            if option == "--input" and all(re.fullmatch(NUMBER, word) for word in numbers):
                self.error(f"--input takes one word: did you mean {','.join(numbers)}?")
        for at in range(len(words) - 1, 0, -1):
            if words[at - 1] == "--input" and words[at][:1] == "-":
                words[at - 1 : at + 1] = [f"--input={words[at]}"]
        return super().parse_known_args(words, namespace)

    def __init__(self, *, prog: str | None = None, **keywords: Any) -> None:
        program = None if prog is None else as_started(prog)
        super().__init__(prog=program, formatter_class=HelpFormatter, **keywords)

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help."""
        if file is None:
            show(self.format_help().rstrip("\n"))
        else:
            super().print_help(file)

    def error(self, message: str) -> NoReturn:
        """Report an invalid command line in one line, without the usage."""
        raise OptionError(message)


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a stream is a terminal; a closed one is None, or raises."""
    try:
        return stream is not None and stream.isatty()
    except (AttributeError, ValueError):  # what a program put there in its place; or it is closed
        return False


def writes_utf8(stream: TextIO | None) -> bool:
    """Return whether a stream's encoding is one of Unicode's, so that it can show blocks."""
    return stream is not None and (stream.encoding or "").lower().startswith("utf")


def named_path(text: str) -> Path:
    """Convert an argument to a path; an empty one would stand for the current folder."""
    if not text:
        raise argparse.ArgumentTypeError("expected a name, found ''")
    return _converted(as_path, text)


def whole_number(text: str) -> int:
    """Convert an argument to an integer: ASCII digits, with or without a sign."""
    return _converted(parse_whole_number, text)


def real_number(text: str) -> float:
    """Convert an argument to a finite float."""
    return _converted(parse_number, text)


def _converted(convert: Callable[[Any], Value], text: object) -> Value:
    """Convert an argument, with an error to which argparse adds the option's name."""
    try:
        return convert(text)
    except OptionError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_target(group: argparse._ActionsContainer) -> None:
    """Add the options that name what to search for."""
    group.add_argument("--target", nargs="+", metavar="LABEL", help=TARGETS_HELP)
    group.add_argument("--digit", nargs="+", metavar="D", help=DIGITS_HELP)


def chosen_targets(args: argparse.Namespace, task: Task) -> list[int] | list[int | str]:
    """Return the targets that the options name: see `parse_searched`."""
    if args.target is not None and args.digit is not None:
        raise OptionError("--digit and --target name the same: leave out one")
    if args.digit is not None and task.classes != DIGITS.classes:
        raise OptionError(f"--digit is for networks of digits, found {task}: use --target")
    texts = args.target or args.digit
    if texts is None:
        return [5] if task.classes == DIGITS.classes else list(range(len(task.classes)))
    return parse_searched(texts, task, BESIDE_CLASSES if args.target else "")


def add_model(group: argparse._ActionsContainer) -> None:
    """Add the options that name a network, and its task where its file doesn't."""
    group.add_argument("--model", metavar="NAME|FILE", help=MODEL_HELP)
    add_task(group)


def add_task(group: argparse._ActionsContainer) -> None:
    """Add the options that declare the task of a network whose file doesn't."""
    group.add_argument(
        "--shape",
        type=image_shape,
        metavar="HxW",
        help="height and width of the images (default: from the file, or a square)",
    )
    group.add_argument(
        "--classes",
        type=class_labels,
        metavar="A,B,…|FILE",
        help="labels of the classes, or a text file with one in each line (default: from the file, "
        "or 0, 1, …)",
    )
    group.add_argument(
        "--input",
        type=input_scale,
        metavar="SCALE",
        help="the numbers that the network was trained on: 0..255, -1..1, a mean and a standard "
        "deviation as 0.1307,0.3081, invert (black ink on white), transpose (rows and columns "
        "exchanged), or invert,0..255 and the like (default: 0..1, where 1 is ink)",
    )
    group.add_argument(
        "--activation",
        type=lambda text: _converted(as_activation, text),
        metavar="NAME",
        help="activation between the layers, such as tanh, of a file that doesn't name it, as "
        "PyTorch's state_dict (default: what classifies real examples best, or relu)",
    )


def input_scale(text: str) -> str:
    """Check an argument such as -1..1, the text of an `InputScale`."""
    try:
        return str(InputScale.parse(text))
    except OptionError as error:  # argparse adds the option's name
        raise argparse.ArgumentTypeError(str(error).removeprefix("input: ")) from None


def task_options(args: argparse.Namespace) -> TaskOptions:
    """Return what the options of `add_task` declare of the network's task."""
    return TaskOptions.of(args.shape, args.classes, args.input, args.activation)


def image_shape(text: str) -> tuple[int, int]:
    """Convert an argument such as 8x8 to a height and a width."""
    found = re.fullmatch(r"([0-9]{1,4})[x×]([0-9]{1,4})", text)
    if not found:
        raise argparse.ArgumentTypeError(f"expected a size such as 28x28, found {text!r}")
    return _converted(lambda size: Task(*size).shape, (int(found[1]), int(found[2])))


def class_labels(text: str) -> tuple[str, ...]:
    """Convert an argument to labels: separated by commas, or the lines of a file."""
    if "," in text:
        labels = text.split(",")
    else:
        try:
            labels = read_bytes(Path(text), OptionError).decode("utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise argparse.ArgumentTypeError(f"{text}: expected text in UTF-8 ({error})") from error
        except OptionError as error:
            raise argparse.ArgumentTypeError(str(error)) from error
    return _converted(as_labels, [label.strip() for label in labels])


def run(main: Callable[[], int]) -> int:
    """Run a command's `main` and return its exit status.

    Only what `show` prints reaches standard output: see `idea.cli.streams`. An `IdeaError` is
    printed as ``error: …`` on standard error and gives 2, Ctrl-C gives 130, and a closed pipe 141.
    """
    prepare_streams()
    try:
        raise_on_interrupt()
        return main()
    except IdeaError as error:
        return _report(str(error))
    except MemoryError as error:
        return _report(f"not enough memory: {str(error) or _UNKNOWN_SIZE}")
    except OutputLostError as error:
        if isinstance(error.__cause__, BrokenPipeError):  # the reader has ended, as `head` does
            return READER_LEFT
        return _report(f"standard output: {error.strerror}")
    except OSError as error:  # errors of files that a user names are IdeaErrors
        return _report(str(error))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED


def complain(text: str) -> None:
    """Print an error on standard error, cut where it is very long.

    Further lines are indented, so that none looks like another error.
    """
    lines = printable(text, allowed="\n").replace("\n", "\n  ")
    shortened = lines if len(lines) <= _LONGEST else f"{lines[: _LONGEST - 1]}…"
    print("error:", shortened, file=sys.stderr, flush=True)


def _report(text: str) -> int:
    complain(text)
    return WRONG_INPUT
