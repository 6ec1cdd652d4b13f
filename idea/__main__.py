"""The program `idea`, which runs the commands: `idea search --digit 5`.

Another program may have the same name, such as an editor's launcher; `python -m idea search` and
`python -m idea.search` always work.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

from idea.cli.completion import SHELLS, completion_script
from idea.cli.starting import end_on_interrupt
from idea.cli.streams import show
from idea.errors import OptionError
from idea.text import short_repr
from idea.version import __version__

if TYPE_CHECKING:
    from idea.cli.common import Parser

COMMANDS = {
    "search": "find a network's ideals: the images that it scores highest",
    "check": "open a page to draw on, and explore and fool a network",
    "units": "show what activates the units of a hidden layer, and their ideals",
    "attack": "find the fewest flips that fool a network",
    "prove": "prove upper bounds on a class's logit over all images",
    "study": "train many networks over a grid, and search for the ideals of each",
    "compare": "write a report of a study: one page with figures and a table",
    "vf2png": "draw dumps as pictures or as an animation",
    "predict": "classify pictures",
    "models": "list the bundled networks, or describe files of weights",
    "export": "convert weights between file formats",
}


def main(program: str = "python -m idea") -> int:
    """Run the command that the first argument names, and return its exit status."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        return _main(program)
    name = sys.argv[1]
    if name not in COMMANDS:
        raise OptionError(f"command must be one of {', '.join(COMMANDS)}, not {short_repr(name)}")
    # Argument parsers take the program's name from here, and options behind it.
    sys.argv = [f"{program} {name}", *sys.argv[2:]]
    return int(_module(name).main())


def console() -> int:
    """Run the console script `idea`."""
    return _run(lambda: main("idea"))


def _run(main: Callable[[], int]) -> int:
    """Import what runs a command, and run it; Ctrl-C ends the process quietly meanwhile."""
    end_on_interrupt()
    from idea.cli.common import run

    return run(main)


def _main(program: str) -> int:
    args = parser(program).parse_args()
    if args.version:
        show(f"idea {__version__}")
    elif args.print_completion:
        parsers = {name: _module(name).parser() for name in COMMANDS}
        show(completion_script("idea", parsers, args.print_completion).rstrip("\n"))
    else:
        parser(program).print_help()
    return 0


def _module(name: str) -> ModuleType:
    return importlib.import_module("idea.check.__main__" if name == "check" else f"idea.{name}")


def parser(program: str = "idea") -> Parser:
    """Return the parser of the options that precede a command."""
    from idea.cli.common import EXIT_STATUS, Parser

    commands = "\n".join(f"  {name}: {about}" for name, about in COMMANDS.items())
    parser = Parser(
        prog=program,
        usage="%(prog)s COMMAND [options]",
        description="Find the binary image that a trained digit classifier scores highest for each "
        "digit.",
        epilog=f"""\
commands:
{commands}

{program} COMMAND --help describes a command. If another program on your system is called idea, use
python -m idea COMMAND.

examples:
  Search for the MLP's ideal of a 5, and animate the search:
    {program} search --digit 5 --gif
  Enable completion in bash:
    eval "$({program} --print-completion bash)"

{EXIT_STATUS}""",
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.add_argument(
        "--print-completion",
        choices=SHELLS,
        help="print a script that completes commands and options in a shell (needs shtab)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(_run(main))
