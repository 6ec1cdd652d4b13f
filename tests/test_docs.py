"""What README, CONTRIBUTING and the pages of docs/ show works."""

from __future__ import annotations

import configparser
import re
import shutil

import numpy as np
import pytest

import idea
import idea.figures
from idea.__main__ import COMMANDS
from idea.core import options as arguments
from idea.core.strategies import METHODS, Method

from conftest import BUNDLED_MLP, ROOT

# What a command imports before it prints its help.
NEEDS = {
    "idea.check": "flask",
    "bench/page.py": "playwright",
    "docs/findings.py": "pandas",
    "docs/how-to/networks.md": "sklearn",
}


PAGES = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "docs").rglob("*.md"))
READ = ["README.md", "CONTRIBUTING.md", *PAGES]


def blocks(name: str, language: str = "python") -> list[str]:
    text = (ROOT / name).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def run_blocks(name: str) -> None:
    names: dict = {}
    for block in blocks(name):
        exec(compile(block, name, "exec", dont_inherit=True), names)  # noqa: S102


OF_STUDIES = "docs/how-to/studies.md"


@pytest.mark.parametrize("name", [page for page in PAGES if blocks(page) and page != OF_STUDIES])
def test_a_pages_blocks_of_python_run_one_after_the_other(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(BUNDLED_MLP, "test.dat")
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    run_blocks(name)


def test_the_blocks_about_studies_run_beside_a_study(small_study, monkeypatch):
    monkeypatch.chdir(small_study.folder.parent)
    run_blocks(OF_STUDIES)


@pytest.mark.slow
def test_the_readmes_lines_write_what_they_promise(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for block in blocks("README.md"):
        exec(block, names)  # noqa: S102
    assert names["five"].restarts == 10
    assert str(names["five"].energy) in capsys.readouterr().out
    assert sorted(p.name for p in (tmp_path / "ideas").iterdir()) == ["idea_5.png", "idea_5.vf"]
    assert (tmp_path / "five.gif").read_bytes().startswith(b"GIF8")
    assert names["attack"].prediction == 3


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 150


# A command of ours on a line of a shell's, and what follows it up to a pipe or the next command.
COMMAND = re.compile(r"python (?:-m (idea\.\w+)|(train\.py|[\w/]+\.py))((?:[^;|#\n\\]|\\\n)*)")


def shown() -> dict[str, set[str]]:
    """The options that pages show, by command."""
    commands: dict[str, set[str]] = {}
    for name in READ:
        for module, script, rest in COMMAND.findall((ROOT / name).read_text("utf-8")):
            options = re.findall(r"(?<!\S)--[\w-]+", rest.split("`")[0])
            commands.setdefault(module or script, set()).update(options)
    return {command: options for command, options in commands.items() if options}


@pytest.mark.parametrize("command", sorted(shown()))
def test_commands_that_pages_show_have_the_options(command, run):
    if command in NEEDS:
        pytest.importorskip(NEEDS[command])
    module = command if command.startswith("idea.") else str(ROOT / command)
    known = set(re.findall(r"--[\w-]+", run(module, "--help").stdout))
    assert shown()[command] <= known


PROGRAMS = {
    *(".", "cd", "curl", "for", "make", "pip", "python", "python3", ".venv/bin/python"),
    *("build/cpp/idea-search", "cmake", "dask", "docker", "idea", "jupyter", "srun", "systemctl"),
}


@pytest.mark.parametrize("name", READ)
def test_each_line_of_a_shell_block_is_one_command(name):
    for block in blocks(name, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            command, _, comment = line.partition(" #")
            assert not command or command.split()[0] in PROGRAMS, line
            assert comment.strip().startswith("or: ") or "python -m" not in comment, line


@pytest.mark.parametrize("name", READ)
def test_links_lead_to_files_and_headings(name):
    text = re.sub(r"```.*?```", "", (ROOT / name).read_text("utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if not link.startswith("http"):
            assert ((ROOT / name).parent / link.split("#")[0]).exists(), link


def test_every_public_name_is_in_the_reference():
    text = (ROOT / "docs/reference/api.rst").read_text("utf-8")
    documented = re.findall(r"^\.\. auto\w+:: idea\.([\w.]+)$", text, re.MULTILINE)
    figures = {f"figures.{name}" for name in idea.figures.__all__}
    assert set(documented) == {*idea.__all__, "figures", *figures}
    assert len(documented) == len(set(documented))


def test_every_extra_is_in_the_table_of_the_tutorial():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    rows = re.findall(
        r"^\| (`[^|]*`) \|", (ROOT / "docs/tutorials/first_search.md").read_text(), re.M
    )
    listed = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert listed == set(config["options.extras_require"])


def test_every_command_is_in_the_reference():
    text = (ROOT / "docs/reference/commands.rst").read_text("utf-8")
    documented = re.findall(r":prog: python -m idea\.(\w+)$", text, re.MULTILINE)
    assert sorted(documented) == sorted(COMMANDS)


def test_the_method_that_contributing_adds_climbs(small, monkeypatch):
    module, table = blocks("CONTRIBUTING.md")
    names: dict = {"Method": Method}
    exec(module, names)  # noqa: S102
    exec(table[table.index("METHODS") :].replace("...", "", 1), names)  # noqa: S102
    monkeypatch.setattr(arguments, "METHODS", METHODS | names["METHODS"])
    ideal = idea.find(small, 5, "shuffled", sweeps=9)
    assert ideal.best_gain_left <= 0
    assert np.all(np.diff([frame.energy for frame in ideal.trace]) >= 0)
    with pytest.raises(idea.IdeaError, match="shuffled has no option steps; it has sweeps"):
        idea.find(small, 5, "shuffled", steps=1)


def test_broken_links_of_the_site_are_found(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    from site_links import broken_links

    (tmp_path / "a").mkdir()
    (tmp_path / "a/index.html").write_text('<h2 id="here">Here</h2><a name=there></a>', "utf-8")
    (tmp_path / "picture.png").touch()
    good = ["a", "a/", "a/index.html#here", "a#there", "#", "#own", "?q=1", "picture.png"]
    bad = ["b", "a/#nowhere", "#nowhere", "other.png", "a/picture.png"]
    elsewhere = ["https://example.org/x", "mailto:a@example.org", "data:,x"]
    links = "".join(f'<a href="{link}">x</a>' for link in (*good, *bad, *elsewhere))
    (tmp_path / "index.html").write_text(f'<p id="own">{links}<img src="gone.gif"></p>', "utf-8")
    expected = sorted(f"index.html: {link} leads nowhere" for link in [*bad, "gone.gif"])
    assert sorted(broken_links(tmp_path)) == expected


def test_what_runs_a_public_server_runs_it_bounded_in_an_empty_place():
    unit = (ROOT / "docs/deploy/idea.service").read_text("utf-8").splitlines()
    assert {"DynamicUser=yes", "PrivateTmp=yes", "ProtectSystem=strict"} <= set(unit)
    assert {"WorkingDirectory=/home", "ProtectHome=tmpfs"} <= set(unit)  # empty, read-only
    assert any(line.startswith("MemoryMax=") for line in unit)
    container = (ROOT / "docs/deploy/Dockerfile").read_text("utf-8")
    *_, empty, user, _, _, _ = re.findall(r"^[A-Z]+ .*", container, re.MULTILINE)
    assert (empty, user) == ("WORKDIR /empty", "USER nobody")
    for option in ("--read-only", "--memory", "--cap-drop ALL", "no-new-privileges"):
        assert option in container
    # Nothing is imported from where it runs.
    assert any("python -P -m idea.check" in line for line in unit)
    assert '"-P", "-m", "idea.check"' in container
