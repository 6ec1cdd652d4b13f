"""The program `idea`, the console script and `python -m idea`."""

from __future__ import annotations

import configparser
import functools
import importlib
import importlib.metadata
import json
import os
import signal
import subprocess
import sys

import pytest

from idea.__main__ import COMMANDS

from conftest import ROOT

# Started as the console script, which pip writes.
CONSOLE = "import sys; from idea.__main__ import console; sys.exit(console())"


@pytest.fixture
def idea_(run, tmp_path_factory):
    """Run the console script as a user would, in an empty folder."""
    script = tmp_path_factory.mktemp("bin") / "console.py"
    script.write_text(CONSOLE, "utf-8")
    return functools.partial(run, script)


def test_the_entry_point_is_the_function_that_is_tested_here():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    script = config["options.entry_points"]["console_scripts"].strip()
    name, _, target = script.partition(" = ")
    module, _, function = target.partition(":")
    assert name == "idea"
    assert callable(getattr(importlib.import_module(module), function))
    assert f"from {module} import {function}" in CONSOLE


@pytest.mark.slow
def test_a_command_does_the_same_however_it_is_started(idea_, run, tmp_path, model):
    options = ("--digit", 3, "--model", model, "--sweeps", 1, "--json")
    outs = [
        idea_("search", *options, "--out", "a"),
        run("idea", "search", *options, "--out", "b"),
        run("idea.search", *options, "--out", "c"),
    ]
    records = [json.loads(done.stdout) for done in outs]
    for record in records:
        del record["seconds"]
    assert records[0] == records[1] == records[2]
    dumps = [(tmp_path / folder / "idea_3.vf").read_bytes() for folder in "abc"]
    assert dumps[0] == dumps[1] == dumps[2]


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_the_program_that_was_started(idea_, run, name):
    ours, module = idea_(name, "--help").stdout, run(f"idea.{name}", "--help").stdout
    assert ours.startswith(f"usage: idea {name} ")
    assert "python -m idea." not in ours
    assert module.startswith(f"usage: python -m idea.{name} ")
    assert run("idea", name, "--help").stdout == module


def test_errors_and_interruptions_have_the_same_status(idea_, run):
    wrong = ("search", "--digit", "x")
    assert idea_(*wrong, status=2).stderr == run("idea.search", *wrong[1:], status=2).stderr
    code = "import signal, idea.search\nidea.search.main = lambda: signal.raise_signal(2)\n"
    done = subprocess.run(
        [sys.executable, "-c", code + CONSOLE, "search"],
        capture_output=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert (done.returncode, done.stderr) == (130, b"interrupted\n")


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_alone_it_lists_the_commands(idea_, run, arguments):
    lines = idea_(*arguments).stdout.splitlines()
    for name, about in COMMANDS.items():
        assert f"  {name}: {about}" in lines
    assert run("idea", *arguments).stdout.startswith("usage: python -m idea COMMAND")


def test_it_prints_its_version(idea_, run):
    expected = f"idea {importlib.metadata.version('idea')}\n"
    assert idea_("--version").stdout == run("idea", "--version").stdout == expected


@pytest.mark.parametrize("name", ["serch", "__main__", "cli", "search.py", "\x1b[2J", ""])
def test_an_unknown_command_is_one_error_with_the_list(idea_, name):
    done = idea_(name, status=2)
    assert done.stdout == ""
    assert done.stderr == f"error: command must be one of {', '.join(COMMANDS)}, not {name!r}\n"


def test_it_loads_the_command_that_runs_and_no_other():
    code = "import sys; sys.argv[1:] = ['models']\nfrom idea.__main__ import console\n"
    code += "console(); print(*[m for m in sys.modules if m.startswith('idea.')], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {module.split(".")[1] for module in done.stderr.split()}
    assert loaded & {*COMMANDS} == {"models"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_knows_the_commands_and_their_options(idea_, shell):
    pytest.importorskip("shtab")
    script = idea_("--print-completion", shell).stdout
    for text in (*COMMANDS, "--digit", "--model", "--untargeted", "--scheduler"):
        assert text.removeprefix("--") in script


def test_bash_completes(idea_, tmp_path):
    pytest.importorskip("shtab")
    script = tmp_path / "idea.sh"
    script.write_text(idea_("--print-completion", "bash").stdout, "utf-8")
    line = (
        f"source {script}; COMP_WORDS=(idea search --dig); COMP_CWORD=2; _shtab_idea idea --dig; "
        'echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["--digit"]


def test_completion_without_shtab_names_the_package(idea_, tmp_path):
    (tmp_path / "shtab.py").write_text("raise ImportError('gone')\n", "utf-8")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = idea_("--print-completion", "bash", status=2, PYTHONPATH=path)
    assert "pip install shtab" in done.stderr
    assert done.stderr.count("\n") == 1
